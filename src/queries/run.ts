import type { Answer, BoundQuestion } from '../model/question.js';
import type { Engine } from '../stores/store.js';
import { ask } from './ask.js';
import { baselineGaps } from './baseline-gaps.js';
import { withClosure } from './closure.js';
import { coverageOf } from './coverage.js';
import { withUnseen } from './unseen.js';

/** Runs a question; its answer says what evidence it rests on and what that lacks. */
export async function runQuestion(engine: Engine, asked: BoundQuestion): Promise<Answer> {
  const { question, values } = asked;
  const scope = question.closure ? await withClosure(engine, asked.scope) : asked.scope;
  const bound = { question, scope, values };
  const rows = withUnseen(bound, await ask(engine, bound));
  const { keyIds, ...range } = scope;
  const coverage = await coverageOf(engine, scope, question.logs);
  return {
    query: question.id,
    params: { ...(question.key === 'none' ? {} : { key: keyIds }), ...range, ...values },
    columns: question.columns.map(({ name, type }) => ({ name, type })),
    rows,
    truncated: rows.length === values.limit,
    coverage: { ...coverage, missing: [...coverage.missing, ...(await baselineGaps(engine, bound, rows))] },
  };
}
