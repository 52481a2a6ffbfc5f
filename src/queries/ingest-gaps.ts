import { rowOrder } from '../model/cell.js';
import { logNames } from '../model/event.js';
import type { BoundQuestion, Row } from '../model/question.js';
import type { Engine, Store } from '../stores/store.js';
import { gapsOf } from './gaps.js';

const isStore = (engine: Engine): engine is Store => 'streams' in engine;

/** Rows of the question `ingest-gaps`; null: there is no ledger. A sieve leaves hours empty in which there was plenty. */
export async function ingestGaps(engine: Engine, { question, scope, values }: BoundQuestion): Promise<Row[] | null> {
  if (!isStore(engine)) return null;
  const logs = await engine.coverage(scope);
  if (logs.some(({ sieve }) => sieve)) return [];
  const streams = await engine.streams({ ...scope, logs: logNames, lateAfter: 0 });
  const rows = gapsOf(streams, scope, new Date()).flatMap(({ log, account, region, flowLog, gaps }) =>
    gaps.map(({ from, to, hours }) => ({
      log,
      account_id: account,
      region,
      flow_log: flowLog,
      gap_from: from,
      gap_to: to,
      hours,
    })),
  );
  return rows.sort(rowOrder(question.order)).slice(0, Number(values.limit));
}
