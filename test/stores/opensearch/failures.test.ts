import { expect, test } from 'vitest';
import { answerFailure } from '../../../src/stores/opensearch/failures.js';

test('what a question’s script threw is told, not only that one failed', () => {
  // As OpenSearch 3.8 answers.
  const script = { type: 'script_exception', reason: 'runtime error', script_stack: [], lang: 'painless' };
  const thrown = { type: 'illegal_argument_exception', reason: 'one pair has too many flow records' };
  const error = {
    root_cause: [script],
    type: 'search_phase_execution_exception',
    reason: 'all shards failed',
    caused_by: { ...script, caused_by: thrown },
  };
  expect(answerFailure('http://node', 400, { error }, null).message).toBe(
    'OpenSearch at http://node answered 400: illegal_argument_exception: one pair has too many flow records',
  );
});
