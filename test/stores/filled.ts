import type { BoundQuestion, ParameterValue } from '../../src/model/question.js';
import { questionById } from '../../src/queries/load.js';
import { bindQuestion } from '../../src/queries/parameters.js';

const keyIds = ['AKIAIOSFODNN7EXAMPLE', 'ASIAIOSFODNN7EXAMPLE'];

/** A question with every parameter given, each text of them, and of the scope, this one. */
export function filled(id: string, text: string): BoundQuestion {
  const question = questionById(id);
  const moment = '2026-03-02T00:00:00Z';
  const given: Record<string, ParameterValue> = {
    string: text,
    integer: 7,
    'integer[]': [22, 3389],
    timestamp: moment,
  };
  const needed = question.parameters
    .filter((parameter) => parameter.default === undefined)
    .map(({ name, type }) => [name, [type === 'timestamp' ? moment : '1']]);
  const key = question.key === 'required' ? { key: keyIds } : {};
  const { values } = bindQuestion(
    question,
    { ...key, from: ['2026-03-01'], ...Object.fromEntries(needed) },
    new Date(0),
  );
  for (const { name, type } of question.parameters) values[name] = given[type] ?? [text, text];
  return {
    question,
    values,
    scope: {
      from: '2026-03-01T00:00:00Z',
      to: '2026-03-08T00:00:00Z',
      accounts: ['111122223333', text],
      regions: [text],
      keyIds,
    },
  };
}
