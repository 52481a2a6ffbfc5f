import { expect, test } from 'vitest';
import { IdFilter } from '../../../src/stores/duckdb/id-filter.js';

const id = (number: number, kind: string) => `${number.toString(16).padStart(8, '0')}-${kind}-4000-8000.111122223333`;
/** More than fit into its first part. */
const count = 400_000;

test('what was added may be there, and of what was not nearly nothing', () => {
  const filter = new IdFilter();
  for (let number = 0; number < count / 2; number++) filter.add(id(number, 'a'));
  filter.addLines(Array.from({ length: count / 2 }, (_, number) => id(count / 2 + number, 'a')).join('\n'));
  let missed = 0;
  let wrong = 0;
  for (let number = 0; number < count; number++) {
    if (!filter.mayHave(id(number, 'a'))) missed++;
    if (filter.mayHave(id(number, 'b'))) wrong++;
  }
  expect(missed).toBe(0);
  expect(wrong).toBeLessThan(20);
  expect(new IdFilter().mayHave(id(0, 'a'))).toBe(false);
});
