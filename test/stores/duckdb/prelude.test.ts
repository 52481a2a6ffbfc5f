import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { prelude } from '../../../src/stores/duckdb/prelude.js';

test.for([
  ['{"a":{"b":"x"}}', '$.a', null],
  ['{"a":["x"]}', '$.a', null],
  ['{"a":["x","y"]}', '$.a[1]', 'y'],
  ['{"a":{"b":"x \\"y\\""}}', '$.a.b', 'x "y"'],
  ['{"a":12345678901234567890}', '$.a', '12345678901234567890'],
  ['{"a":false}', '$.a', 'false'],
  ['{"a":null}', '$.a', null],
  ['{"a":""}', '$.a', ''],
  ['{}', '$.a', null],
  ['no JSON', '$.a', null],
  [null, '$.a', null],
] as const)('json_extract_scalar is Trino’s: of %s at %s it gives %s', async ([document, path, scalar]) => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    for (const macro of prelude) await connection.run(macro);
    const answer = await connection.runAndReadAll('SELECT json_extract_scalar($1, $2)', [document, path]);
    expect(answer.getRows()).toEqual([[scalar]]);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
});
