import { join } from 'node:path';
import { KeytrailError } from '../../errors.js';
import { printable } from '../../model/printable.js';
import type { Answer, BoundQuestion, Question, Scope } from '../../model/question.js';
import { questionById } from '../../queries/load.js';
import { bindPack, type Outcome, overClosure, runPack, type Unasked } from '../../queries/pack.js';
import { bindQuestion } from '../../queries/parameters.js';
import { runQuestion } from '../../queries/run.js';
import type { Engine } from '../../stores/store.js';
import type { Context } from '../context.js';
import { chosenQuestions, isGroup } from '../group.js';
import { type Format, formatAnswer } from '../output/index.js';
import { formatPack } from '../output/pack.js';
import { writeParquet } from '../output/parquet.js';
import { givenParameters } from '../parameters.js';
import type { GroupFlags, ParameterFlags, ScanFlags } from '../question-flags.js';
import { openForAsking } from '../scan.js';
import { isLocation, sift } from '../sieving.js';
import { makeFolder, writeOut } from '../write-out.js';

export interface RunFlags extends GroupFlags, ParameterFlags, ScanFlags {
  since?: string;
  closure?: boolean;
  out?: string;
  format: Format | 'parquet';
}

/** Questions that an engine is asked at once; DuckDB takes them in turn. */
const atOnce = 4;

/** Prints an answer, or writes it into a file. */
async function give(
  answer: Answer,
  question: Question,
  format: RunFlags['format'],
  file: string | undefined,
  context: Context,
): Promise<void> {
  if (format === 'parquet') {
    await writeParquet(file!, answer.columns, answer.rows);
    // The notes that go with rows alone.
    for (const note of formatAnswer(answer, question, 'ndjson', context).notes) context.note(`${note}\n`);
    return;
  }
  const style = file === undefined ? context : { width: Number.POSITIVE_INFINITY, colour: false };
  const { out, notes } = formatAnswer(answer, question, format, style);
  if (file === undefined) context.out(out);
  else await writeOut(file, out);
  for (const note of notes) context.note(`${note}\n`);
}

const endings = /\.(json|csv|ndjson|parquet)$/;

/** A file that is named like a format is written in it. */
const formatOf = ({ format, out }: RunFlags): RunFlags['format'] =>
  format === 'table' ? ((endings.exec(out ?? '')?.[1] as RunFlags['format'] | undefined) ?? format) : format;

/** What is asked, and the flags that are left for the questions. */
interface Asked {
  flags: RunFlags;
  open(bound: readonly BoundQuestion[]): Promise<{ engine: Engine; close(): Promise<void> }>;
}

/** The store, or a sieve of the logs that lie where `--from` says. */
function askedOf(flags: RunFlags, context: Context): Asked {
  const { from, since, ...rest } = flags;
  if (from === undefined || !isLocation(from)) {
    if (since === undefined) return { flags, open: (bound) => openForAsking(bound, flags, context) };
    throw new KeytrailError('usage', '--since goes with --from s3://BUCKET/PREFIX or a directory', {
      hint: 'For a store, say when the time range begins: --from 7d.',
    });
  }
  const open = async (bound: readonly BoundQuestion[]) => {
    const keyIds = [...new Set(bound.flatMap(({ scope }) => scope.keyIds))];
    if (keyIds.length === 0)
      throw new KeytrailError('usage', `a sieve of ${printable(from)} needs a key to look for`, {
        hint: 'Give --key, or ingest the logs into a store and ask that.',
      });
    const { store, release } = await sift(keyIds, from, widest(bound), flags, context);
    return { engine: store, close: release };
  };
  return { flags: { ...rest, ...(since === undefined ? {} : { from: since }) }, open };
}

/** The scope of what any of them reads; no accounts or Regions stand for all. */
function widest(bound: readonly BoundQuestion[]): Scope {
  const scopes = bound.map(({ scope }) => scope);
  const [first] = scopes as [Scope];
  const same = (name: 'accounts' | 'regions') =>
    scopes.every((scope) => `${scope[name]}` === `${first[name]}`) ? first[name] : [];
  const [from] = scopes.map((scope) => scope.from).sort();
  const to = scopes
    .map((scope) => scope.to)
    .sort()
    .at(-1);
  return { ...first, from: from!, to: to!, accounts: same('accounts'), regions: same('regions') };
}

async function runOne(id: string, { flags, open }: Asked, context: Context): Promise<void> {
  const question = questionById(id);
  const { given, own } = givenParameters(flags);
  const bound = bindQuestion(question, { ...given, ...own.get(id) }, context.now());
  const { engine, close } = await open([bound]);
  try {
    const [asked] = flags.closure ? await overClosure(engine, [bound]) : [bound];
    const answer = await runQuestion(engine, asked!);
    await give(answer, question, formatOf(flags), flags.out, context);
    if (flags.out !== undefined) context.note(`wrote ${answer.rows.length} rows to ${flags.out}\n`);
  } finally {
    await close();
  }
}

/** Answers as files of their own, in a folder. */
async function writePack(outcomes: readonly Outcome[], flags: RunFlags, folder: string, context: Context) {
  const ending = flags.format === 'table' ? 'txt' : flags.format;
  const quiet: Context = { ...context, note: () => undefined };
  for (const { question, answer } of outcomes)
    if (answer) await give(answer, question, flags.format, join(folder, `${question.id}.${ending}`), quiet);
  context.note(`wrote ${outcomes.filter(({ answer }) => answer).length} answers to ${folder}\n`);
}

function progressOf(total: number, context: Context): (outcome: Outcome) => void {
  let done = 0;
  return ({ question, answer, error }) => {
    done++;
    const result = answer ? `${answer.rows.length} rows` : `failed: ${error!.message}`;
    const line = printable(`${done}/${total} ${question.id}: ${result}`);
    context.note(context.interactive ? `\r\u001b[K${line}${done === total ? '\r\u001b[K' : ''}` : `${line}\n`);
  };
}

async function runSeveral(ids: readonly string[], { flags, open }: Asked, context: Context): Promise<void> {
  const questions = chosenQuestions(ids, flags);
  const { given, own } = givenParameters(flags);
  for (const id of own.keys()) questionById(id);
  const { bound, unasked } = bindPack(questions, given, own, context.now());
  if (bound.length === 0) throw nothingAsked(unasked);
  // Before anything is asked, and perhaps paid for.
  if (flags.out !== undefined) await makeFolder(flags.out);
  const { engine, close } = await open(bound);
  let outcomes: Outcome[];
  try {
    const asked = flags.closure ? await overClosure(engine, bound) : bound;
    outcomes = await runPack(engine, asked, { concurrency: atOnce, onDone: progressOf(asked.length, context) });
  } finally {
    await close();
  }
  const failed = outcomes.filter(({ error }) => error);
  // Files hold rows alone: the notes to them are those of rows that stand alone.
  const format = flags.out === undefined ? (flags.format as Exclude<Format, 'csv'>) : 'ndjson';
  const { out, notes } = formatPack(outcomes, unasked, format, context);
  if (flags.out === undefined) context.out(out);
  else await writePack(outcomes, flags, flags.out, context);
  for (const note of notes) context.note(`${note}\n`);
  if (failed.length > 0) process.exitCode = failed.length === outcomes.length ? 1 : 3;
}

const nothingAsked = (unasked: readonly Unasked[]): KeytrailError =>
  new KeytrailError(
    'bad_parameter',
    `nothing can be asked: ${unasked.map(({ question, reason }) => `${question.id}: ${reason}`).join('; ')}`,
    { hint: 'Give what is named: --key, --from, --param or --params.' },
  );

export async function runQuestions(ids: readonly string[], flags: RunFlags, context: Context): Promise<void> {
  if (flags.format === 'parquet' && flags.out === undefined)
    throw new KeytrailError('usage', 'Parquet is not for a terminal', { hint: 'Name a file after --out.' });
  if (ids.length === 1 && !isGroup(flags)) return runOne(ids[0]!, askedOf(flags, context), context);
  if (flags.format === 'csv' && flags.out === undefined)
    throw new KeytrailError('usage', 'several questions have several headers, which one CSV has no place for', {
      hint: 'Name a folder after --out: each question becomes a file in it. Or take --format ndjson.',
    });
  return runSeveral(ids, askedOf(flags, context), context);
}
