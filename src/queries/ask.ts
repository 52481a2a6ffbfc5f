import { KeytrailError } from '../errors.js';
import type { BoundQuestion, EngineKind, Question, Row } from '../model/question.js';
import type { Engine } from '../stores/store.js';
import { closureOf } from './closure.js';
import { ingestGaps } from './ingest-gaps.js';
import { impossibleTravel } from './travel.js';

/** Questions that are answered here where an engine can't by itself; null: nor can they be. */
const substitutes: Readonly<Record<string, (engine: Engine, bound: BoundQuestion) => Promise<Row[] | null>>> = {
  'chain-closure': chainClosure,
  'impossible-travel': impossibleTravel,
  'ingest-gaps': ingestGaps,
};

/** Rows of the question `chain-closure`. */
async function chainClosure(engine: Engine, { scope, values }: BoundQuestion): Promise<Row[]> {
  const rows: Row[] = [];
  for (const root of [...new Set(scope.keyIds)].sort()) {
    const { credentials } = await closureOf(engine, root, { scope, maxDepth: Number(values.depth) });
    for (const { accessKeyId, parent, depth, path, issuedAt, eventName, issuedArn, expiration } of credentials)
      if (depth > 0)
        rows.push({
          root_key_id: root,
          access_key_id: accessKeyId,
          depth,
          parent_key_id: parent,
          path: path.join(' > '),
          issued_at: issuedAt,
          event_name: eventName,
          issued_arn: issuedArn,
          expiration,
        });
  }
  return rows.slice(0, Number(values.limit));
}

/** Why an engine that a question leaves out can't be asked. */
export const refusal = ({ id, engines = [], without }: Question, kind: EngineKind): KeytrailError =>
  new KeytrailError('usage', `${id} can't be asked of ${kind}: ${without?.replace(/\.$/, '')}`, {
    hint: `Ask an engine of another kind: ${engines.join(' or ')}.`,
  });

const kindOf = ({ uri }: Engine): EngineKind => uri.slice(0, uri.indexOf(':')) as EngineKind;

/** Whether `ask` answers a question of this engine. */
export const isAnswerable = (engine: Engine, { id, engines }: Question): boolean =>
  engines === undefined || engines.includes(kindOf(engine)) || Object.hasOwn(substitutes, id);

/**
 * The rows of a question, in its order. A question that an engine can't answer by itself is answered here where that is
 * possible; else throws `usage`.
 */
export async function ask(engine: Engine, bound: BoundQuestion): Promise<Row[]> {
  const { id, engines } = bound.question;
  const kind = kindOf(engine);
  if (!engines || engines.includes(kind)) return engine.ask(bound);
  const substitute = Object.hasOwn(substitutes, id) ? substitutes[id] : undefined;
  const rows = substitute ? await substitute(engine, bound) : null;
  if (rows) return rows;
  throw refusal(bound.question, kind);
}
