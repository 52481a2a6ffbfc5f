import type { Answer, BoundQuestion } from '../model/question.js';
import type { Engine } from '../stores/store.js';
import { coverageOf } from './coverage.js';

/** Runs a question; its answer says what evidence it rests on and what that lacks. */
export async function runQuestion(engine: Engine, bound: BoundQuestion): Promise<Answer> {
  const { question, scope, values } = bound;
  const rows = await engine.ask(bound);
  const { keyIds, ...range } = scope;
  return {
    query: question.id,
    params: { ...(question.key === 'none' ? {} : { key: keyIds }), ...range, ...values },
    columns: question.columns.map(({ name, type }) => ({ name, type })),
    rows,
    truncated: rows.length === values.limit,
    coverage: await coverageOf(engine, scope, question.logs),
  };
}
