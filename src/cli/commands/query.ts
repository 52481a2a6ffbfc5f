import { type Command, Option } from 'commander';
import { KeytrailError } from '../../errors.js';
import type { BoundQuestion, Parameter } from '../../model/question.js';
import { refusal } from '../../queries/ask.js';
import { withClosure } from '../../queries/closure.js';
import { allQuestions, questionById } from '../../queries/load.js';
import { bindQuestion, parametersOf } from '../../queries/parameters.js';
import { runQuestion } from '../../queries/run.js';
import type { Context } from '../context.js';
import { formatAnswer, formatTable } from '../output/index.js';
import {
  collect,
  type EngineFlags,
  engineOptions,
  formatOption,
  openFlaggedEngine,
  type ScopeFlags,
  scopeOptions,
  scopeParameters,
} from '../settings.js';

interface ParameterFlags extends ScopeFlags {
  key?: string[];
  param?: string[];
  limit?: string;
}

interface RunFlags extends ParameterFlags, EngineFlags {
  closure?: boolean;
  format: 'table' | 'json' | 'csv' | 'ndjson';
}

function givenParameters(flags: ParameterFlags): Record<string, string[]> {
  const given: Record<string, string[]> = Object.assign(Object.create(null), scopeParameters(flags));
  if (flags.key) given.key = flags.key;
  if (flags.limit !== undefined) given.limit = [flags.limit];
  for (const pair of flags.param ?? []) {
    const equals = pair.indexOf('=');
    if (equals < 1)
      throw new KeytrailError('bad_parameter', `--param ${JSON.stringify(pair)} is no name=value`, {
        hint: 'For example --param limit=100',
      });
    const name = pair.slice(0, equals);
    given[name] = [...(Object.hasOwn(given, name) ? given[name]! : []), pair.slice(equals + 1)];
  }
  return given;
}

async function run(id: string, flags: RunFlags, context: Context): Promise<void> {
  const question = questionById(id);
  const bound = bindQuestion(question, givenParameters(flags), context.now());
  const engine = await openFlaggedEngine(flags, context);
  try {
    // Where a question is about the closure anyway, it is found there.
    if (flags.closure && !question.closure) bound.scope = await withClosure(engine, bound.scope);
    const answer = await runQuestion(engine, bound);
    const { out, notes } = formatAnswer(answer, question, flags.format, context);
    context.out(out);
    for (const note of notes) context.err(`${note}\n`);
  } finally {
    await engine.close();
  }
}

function list(flags: { format: 'table' | 'json' }, context: Context): void {
  const rows = allQuestions().map(({ id, title, step, logs, key, severity }) => ({
    id,
    title,
    step,
    logs: logs.join(' '),
    key,
    severity,
  }));
  if (flags.format === 'json') context.out(`${JSON.stringify(rows, null, 2)}\n`);
  else context.out(formatTable(['id', 'title', 'step', 'key'], rows, context));
}

/** The full text of a question, by engine; each loads no more than it needs. */
const renderers = {
  duckdb: async (bound: BoundQuestion) => (await import('../../stores/duckdb/render.js')).renderDuckDb(bound),
  opensearch: async (bound: BoundQuestion) =>
    (await import('../../stores/opensearch/render.js')).renderOpenSearch(bound),
  athena: async (bound: BoundQuestion) => (await import('../../stores/athena/render.js')).renderAthena(bound),
};

interface ShowFlags extends ParameterFlags {
  engine: keyof typeof renderers;
}

/** AWS's own example: a key that nobody has. */
const exampleKey = 'AKIAIOSFODNN7EXAMPLE';
const exampleAge = '7d';

/** The question and, when its parameters are given, the whole text to paste into an engine's console. */
async function show(id: string, flags: ShowFlags, context: Context): Promise<void> {
  const question = questionById(id);
  const lines = [
    `${question.id}: ${question.title}`,
    question.question,
    '',
    `step       ${question.step}`,
    `severity   ${question.severity}; ATT&CK v${question.attack.version}: ${question.attack.techniques.join(', ')}`,
    `logs       ${question.logs.join(', ')}`,
    '',
    'parameters',
    ...parametersOf(question).map(({ name, type, default: value, description }) => {
      const shown = value === undefined || `${value}` === '' ? '' : ` (default: ${[value].flat().join(',')})`;
      return `  ${`${name} ${type}`.padEnd(20)} ${description}${shown}`;
    }),
    '',
    'columns',
    ...question.columns.map(({ name, type, description }) => `  ${`${name} ${type}`.padEnd(26)} ${description}`),
    '',
    'false positives',
    ...question.falsePositives.map((text) => `  ${text}`),
    '',
    `if rows    ${question.next.rows}`,
    `if none    ${question.next.none}`,
  ];
  context.out(`${lines.join('\n')}\n`);
  if (question.engines && !question.engines.includes(flags.engine)) throw refusal(question, flags.engine);
  const given = givenParameters(flags);
  const isNeeded = ({ name, default: value }: Parameter): boolean =>
    value === undefined ||
    (name === 'key' && question.key === 'required') ||
    (name === 'from' && question.views.includes('baseline'));
  const standIns = parametersOf(question)
    .filter((parameter) => isNeeded(parameter) && given[parameter.name] === undefined)
    .map(({ name, type }) => [name, type === 'timestamp' ? exampleAge : exampleKey] as const);
  const bound = bindQuestion(
    question,
    { ...Object.fromEntries(standIns.map(([name, value]) => [name, [value]])), ...given },
    context.now(),
  );
  const stands = standIns.map(([name, value]) => `${value} stands in below for ${name}`);
  const note = `\nnote: ${stands.join(', ')}, which was not given\n`;
  context.out(`${standIns.length > 0 ? note : ''}\n${await renderers[flags.engine](bound)}`);
}

export function queryCommand(program: Command, context: Context): void {
  const query = program.command('query').description('the saved questions: list, show, run');
  const withParameters = (command: Command) =>
    scopeOptions(command)
      .option('--key <id>', 'access key id; may be given several times', collect)
      .option('--param <name=value>', 'a parameter of the question; a list takes commas or several --param', collect)
      .option('--limit <rows>', 'rows at the most');

  formatOption(query.command('list').description('all questions'), ['table', 'json']).action((flags) =>
    list(flags, context),
  );
  withParameters(query.command('show').argument('<id>'))
    .description('what a question asks, takes and returns, and its full text for an engine’s own console')
    .addOption(
      new Option('--engine <engine>', 'for whose console: DuckDB, Dev Tools, or the Athena query editor')
        .choices(Object.keys(renderers))
        .default('duckdb'),
    )
    .addHelpText('after', '\nExample:\n  keytrail query show key-clients --key AKIA… --engine opensearch')
    .action((id, flags) => show(id, flags, context));
  formatOption(engineOptions(withParameters(query.command('run').argument('<id>'))), ['table', 'json', 'csv', 'ndjson'])
    .description('ask a question')
    .option('--closure', 'ask it of every credential issued from the key, too')
    .addHelpText(
      'after',
      '\nExamples:\n  keytrail query run key-clients --key AKIA… --closure\n  keytrail query run internet-accepted --param ports=22,3389 --from 7d --format csv',
    )
    .action((id, flags) => run(id, flags, context));
}
