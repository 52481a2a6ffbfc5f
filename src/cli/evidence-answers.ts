import type { LogAnswer, LogAnswers } from '../contain/evidence/collect.js';
import { KeytrailError, reasonOf } from '../errors.js';
import { bindPack, overClosure, runPack, selectQuestions } from '../queries/pack.js';
import type { Context } from './context.js';
import type { ScanFlags } from './question-flags.js';
import { openForAsking } from './scan.js';

/** Rows of one answer that are kept; where there are more the manifest says so. */
const mostRows = '10000';

/**
 * What the logs say of a key and of all that was issued from it: each question of the pack that is asked by key, as
 * `query run --all --closure --key` asks them. Close it when the answers are read.
 */
export async function openEvidenceAnswers(
  keyId: string,
  flags: ScanFlags,
  context: Context,
): Promise<LogAnswers & { close(): Promise<void> }> {
  const questions = selectQuestions({ ids: [], steps: [], tactics: [] }).filter(({ key }) => key !== 'none');
  const { bound, unasked } = bindPack(questions, { key: [keyId], limit: [mostRows] }, new Map(), context.now());
  const { engine, close } = await openForAsking(bound, { ...flags, closure: true }, context);
  async function* each(): AsyncGenerator<LogAnswer> {
    for (const { question, reason } of unasked) yield { query: question.id, kind: 'not-asked', reason };
    let broken: string | null = null;
    for (const one of bound) {
      const query = one.question.id;
      if (broken !== null) {
        yield { query, kind: 'failed', reason: broken };
        continue;
      }
      try {
        const [outcome] = await runPack(engine, await overClosure(engine, [one]), { concurrency: 1 });
        const { answer, error } = outcome!;
        if (answer) yield { query, answer, truncated: answer.truncated };
        else yield { query, kind: 'failed', reason: reasonOf(error) };
      } catch (error) {
        if (!(error instanceof KeytrailError) || error.code === 'interrupted') throw error;
        // What fails one question so fails them all; what AWS said is kept all the same.
        broken = reasonOf(error);
        yield { query, kind: 'failed', reason: broken };
      }
    }
  }
  return { store: engine.uri, each: each(), close };
}
