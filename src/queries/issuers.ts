import { allTime, type Row } from '../model/question.js';
import type { Engine } from '../stores/store.js';
import { questionById } from './load.js';

const maxSteps = 100;

/**
 * The records of a credential's issue, from it upwards: who asked for it, who asked for what they asked with, and so on
 * to a key whose issue nobody recorded. Rows of the question `key-issuer`, one a step.
 */
export async function issuersOf(engine: Engine, keyId: string): Promise<Row[]> {
  const steps: Row[] = [];
  const seen = new Set([keyId]);
  for (let issued: string | null = keyId; issued !== null && steps.length < maxSteps; ) {
    const rows = await engine.ask({
      question: questionById('key-issuer'),
      scope: { ...allTime, accounts: [], regions: [], keyIds: [] },
      values: { issued: [issued], limit: 10 },
    });
    // A call across accounts is recorded in both; the caller's own record names its key.
    const row: Row | undefined = rows.find((found) => found.parent_key_id !== null) ?? rows[0];
    if (!row) break;
    steps.push(row);
    const parent = row.parent_key_id as string | null;
    issued = parent === null || seen.has(parent) ? null : parent;
    if (issued !== null) seen.add(issued);
  }
  return steps;
}
