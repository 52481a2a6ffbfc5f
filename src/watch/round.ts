import { KeytrailError } from '../errors.js';
import type { BoundQuestion } from '../model/question.js';
import { type Outcome, runPack } from '../queries/pack.js';
import type { Engine } from '../stores/store.js';
import { type Notice, noticeOf } from './notice.js';
import { compare, type Seen } from './seen.js';

/** What has not been there for so long is new when it comes again. */
const forgetMs = 30 * 86_400_000;

export interface Round {
  engine: Engine;
  bound: readonly BoundQuestion[];
  seen: Seen;
  now: Date;
  /** Rows of a question that was never asked before are told of, too; otherwise they are only remembered. */
  tellFirst: boolean;
  /** Throws `notify_failed` where somebody could not be told: then the rows stay new. */
  notify(notice: Notice): Promise<void>;
  /** Called when rows have been told of, or were there before: what is to be remembered is in `seen`. */
  remember(): Promise<void>;
}

export interface Watched {
  query: string;
  rows: number;
  fresh: number;
  /** Asked for the first time: its rows were remembered and not told of. */
  first: boolean;
  error: KeytrailError | null;
}

/** Asks the questions once and tells of the rows that are new. A notice may come twice, and none is lost. */
export async function watchRound(round: Round): Promise<Watched[]> {
  const outcomes = await runPack(round.engine, round.bound, { concurrency: 4 });
  const watched: Watched[] = [];
  for (const outcome of outcomes) watched.push(await settle(round, outcome));
  return watched;
}

async function settle(
  { engine, seen, now, tellFirst, notify, remember }: Round,
  { question, answer, error }: Outcome,
): Promise<Watched> {
  const query = question.id;
  if (!answer) return { query, rows: 0, fresh: 0, first: false, error };
  const time = now.toISOString();
  const before = seen.questions[query];
  const forget = new Date(now.getTime() - forgetMs).toISOString();
  const { fresh, marks } = compare(question, answer.rows, before ?? {}, time, forget);
  const first = before === undefined && !tellFirst;
  const result = { query, rows: answer.rows.length, fresh: fresh.length, first };
  try {
    if (fresh.length > 0 && !first) await notify(noticeOf(question, answer, fresh, engine.uri, time));
  } catch (failure) {
    if (!(failure instanceof KeytrailError)) throw failure;
    // Asked it was: what nobody was told of must not be taken for what was there at the first look.
    seen.questions[query] ??= {};
    await remember();
    return { ...result, error: failure };
  }
  seen.questions[query] = marks;
  await remember();
  return { ...result, error: null };
}
