import { allTime } from '../model/question.js';
import { ask } from '../queries/ask.js';
import { closureOf } from '../queries/closure.js';
import { questionById } from '../queries/load.js';
import { bindQuestion } from '../queries/parameters.js';
import type { Engine } from '../stores/store.js';
import { count } from './findings.js';
import { iso } from './times.js';

/** What the logs have of a credential, and of what it issued, since a time. */
export interface CallsSince {
  /** Calls that succeeded, from a minute on: IAM needs that long to spread a change. */
  successes: number;
  refused: number;
  /** The last CloudTrail event in the store, whoever made it; ISO 8601. */
  reachTo: string | null;
}

const spreading = 60_000;
const keysPerQuestion = 1000;

/**
 * AWS answers these to whoever can sign, whatever is denied ("GetCallerIdentity", "GetSessionToken: permissions"), so
 * that their success says nothing.
 */
const undeniable = new Set(['GetCallerIdentity', 'GetSessionToken']);

export async function callsSince(request: {
  engine: Engine;
  keyId: string;
  /** ISO 8601. */
  since: string;
  now: Date;
}): Promise<CallsSince> {
  const { engine, keyId, since, now } = request;
  const { credentials } = await closureOf(engine, keyId);
  const keyIds = credentials.map(({ accessKeyId }) => accessKeyId);
  const question = questionById('actions-used');
  const { values } = bindQuestion({ ...question, key: 'none' }, {}, now);
  const from = new Date(Date.parse(since) + spreading).toISOString();
  let successes = 0;
  let refused = 0;
  for (let first = 0; first < keyIds.length; first += keysPerQuestion) {
    const some = keyIds.slice(first, first + keysPerQuestion);
    const scope = { ...allTime, from, accounts: [], regions: [], keyIds: some };
    for (const row of await ask(engine, { question, scope, values })) {
      refused += count(row, 'failed');
      if (!undeniable.has(String(row.event_name))) successes += count(row, 'events') - count(row, 'failed');
    }
  }
  const coverage = await engine.coverage({ ...allTime, accounts: [], regions: [], keyIds: [] });
  const reachTo = coverage?.find(({ log }) => log === 'cloudtrail')?.lastEvent ?? null;
  return { successes, refused, reachTo: iso(reachTo) };
}
