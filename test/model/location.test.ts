import { expect, test } from 'vitest';
import { withoutSecret } from '../../src/model/location.js';

test.for(['u:p@host:9200', 'u:p@ss@host:9200', 'u:p/w@host:9200', 'u@host:9200'])(
  '%s shows nothing of its secret',
  (text) => {
    expect(withoutSecret(`opensearh:https://${text}`)).toBe('opensearh:https://host:9200');
  },
);

test('a location without a secret stays as it is', () => {
  for (const text of ['duckdb:a@b.duckdb', 'opensearch:https://host:9200?prefix=a'])
    expect(withoutSecret(text)).toBe(text);
});
