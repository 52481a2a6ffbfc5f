import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('docs/security.md names tests that are there, in each of its rows', () => {
  const rows = readFileSync('docs/security.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (?:tries|---)/.test(line));
  expect(rows.length).toBeGreaterThan(20);
  const files = (row: string): string[] => row.match(/\btest\/[\w./-]+/g) ?? [];
  expect(rows.filter((row) => files(row).length === 0)).toEqual([]);
  expect(rows.flatMap(files).filter((file) => !existsSync(file))).toEqual([]);
});
