import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { prelude } from '../../../src/stores/duckdb/prelude.js';

/** What Trino's manual says of the same expressions: "JSON functions and operators", "Array functions and operators". */
const cases: [string, string | null][] = [
  [`json_extract_scalar('{"a": {"b": "text"}}', '$.a.b')`, 'text'],
  [`json_extract_scalar('{"a": [1, "two"]}', '$.a[1]')`, 'two'],
  [`json_extract_scalar('{"x-amz-acl": true}', '$.x-amz-acl')`, 'true'],
  [`json_extract_scalar('{"a": 12345678901234567890}', '$.a')`, '12345678901234567890'],
  [`json_extract_scalar('{"a": ""}', '$.a')`, ''],
  [`json_extract_scalar('{"a": {"b": 1}}', '$.a')`, null],
  [`json_extract_scalar('{"a": [1]}', '$.a')`, null],
  [`json_extract_scalar('{"a": null}', '$.a')`, null],
  [`json_extract_scalar('{"a": {"b": "x \\"y\\""}}', '$.a.b')`, 'x "y"'],
  [`json_extract_scalar('{}', '$.a')`, null],
  [`json_extract_scalar(NULL, '$.a')`, null],
  [`json_extract_scalar('no JSON', '$.a')`, null],
  [`array_join(ARRAY['b', 'a'], ', ')`, 'b, a'],
  [`array_join(slice(ARRAY['a', 'b', 'c', 'd'], 2, 2), ' ')`, 'b c'],
  [`array_join(slice(ARRAY['a'], 1, 20), ' ')`, 'a'],
];

test('the macros give what Trino’s functions of that name do', async () => {
  const connection = await (await DuckDBInstance.create()).connect();
  try {
    for (const macro of prelude) await connection.run(macro);
    for (const [expression, expected] of cases) {
      const reader = await connection.runAndReadAll(`SELECT CAST(${expression} AS VARCHAR)`);
      expect(reader.getRowsJson(), expression).toEqual([[expected]]);
    }
  } finally {
    connection.closeSync();
  }
});
