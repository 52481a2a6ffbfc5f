import type { Join, Row } from '../../model/question.js';

const keyOf = (row: Row, columns: readonly string[]): string =>
  JSON.stringify(columns.map((column) => row[column] ?? null));

/** The first row of each combination of values. A null fits nothing, as in SQL. */
function firsts(rows: readonly Row[], columns: readonly string[]): Map<string, Row> {
  const found = new Map<string, Row>();
  for (const row of rows) {
    if (columns.some((column) => (row[column] ?? null) === null)) continue;
    const key = keyOf(row, columns);
    if (!found.has(key)) found.set(key, row);
  }
  return found;
}

/** A search's rows joined with a step's; see `Join`. Where both have a column, the search's own stays. */
export function joinRows(rows: readonly Row[], steps: readonly Row[], { on, kind }: Join): Row[] {
  const own = Object.keys(on);
  const theirs = Object.values(on);
  if (kind === 'right') {
    const found = firsts(rows, own);
    return steps.map((step) => ({ ...step, ...found.get(keyOf(step, theirs)) }));
  }
  if (kind === 'union') {
    const there = firsts(rows, own);
    return [...rows, ...[...firsts(steps, theirs)].flatMap(([key, step]) => (there.has(key) ? [] : [step]))];
  }
  const found = firsts(steps, theirs);
  return rows.flatMap((row) => {
    const step = found.get(keyOf(row, own));
    if (kind === 'anti') return step ? [] : [row];
    return step || kind === 'left' ? [{ ...step, ...row }] : [];
  });
}
