import { expect, test } from 'vitest';
import { formatPack } from '../../../src/cli/output/pack.js';
import type { Answer, Row } from '../../../src/model/question.js';
import { questionById } from '../../../src/queries/load.js';
import type { Outcome } from '../../../src/queries/pack.js';

const style = { width: Number.POSITIVE_INFINITY, colour: false };

const outcome = (id: string, params: Answer['params'], rows: Row[]): Outcome => {
  const question = questionById(id);
  const columns = question.columns.map(({ name, type }) => ({ name, type }));
  const coverage = { logs: [], missing: ['No flow logs.'] };
  return { question, answer: { query: id, params, columns, rows, truncated: false, coverage }, error: null };
};

test('rows of everybody are told from those of the key that was asked about', () => {
  const mine = outcome('key-clients', { key: ['AKIAIOSFODNN7EXAMPLE'] }, [{ source_ip: '198.51.100.1' }]);
  const all = outcome('sibling-credentials', {}, [{ arn: 'a' }, { arn: 'b' }]);
  const { out } = formatPack([mine, all], [], 'table', style);
  expect(out).toMatch(/^key-clients: .* \(1 row\)$/m);
  expect(out).toMatch(/^sibling-credentials: .* \(2 rows, of everybody: it is not asked by key\)$/m);
  expect(out.match(/No flow logs\./g)).toHaveLength(1);
  expect(formatPack([all], [], 'table', style).out).toMatch(/^sibling-credentials: .* \(2 rows\)$/m);
});
