import { rowOrder } from '../../model/cell.js';
import type { BoundQuestion, Row } from '../../model/question.js';
import { askSearch } from './ask.js';
import { boundPart, partsOf } from './chain-parts.js';
import type { Connection } from './client.js';
import { joinRows } from './join.js';

/**
 * Runs a question: the searches of its chain one after another, each fed with what those before it found and
 * joined with their rows.
 */
export async function askQuestion(connection: Connection, bound: BoundQuestion, prefix: string): Promise<Row[]> {
  const { question, values } = bound;
  const steps = new Map<string, Row[]>();
  let rows: Row[] = [];
  for (const part of partsOf(question)) {
    const whole = part.question.order.length === 0;
    rows = await askSearch(connection, boundPart(bound, part, steps), prefix, whole);
    for (const join of part.question.opensearch.join ?? []) rows = joinRows(rows, steps.get(join.step)!, join);
    if (part.name !== null) steps.set(part.name, rows);
  }
  return rows
    .sort(rowOrder(question.order))
    .slice(0, values.limit as number)
    .map((row) => Object.fromEntries(question.columns.map(({ name }) => [name, row[name] ?? null])));
}
