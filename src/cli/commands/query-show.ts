import type { BoundQuestion, Question } from '../../model/question.js';
import { refusal } from '../../queries/ask.js';
import { questionById } from '../../queries/load.js';
import { bindQuestion, isNeeded, parametersOf } from '../../queries/parameters.js';
import type { Context } from '../context.js';
import { givenParameters } from '../parameters.js';
import type { ParameterFlags } from '../question-flags.js';

/** The full text of a question, by engine; each loads no more than it needs. */
const renderers = {
  duckdb: async (bound: BoundQuestion) => (await import('../../stores/duckdb/render.js')).renderDuckDb(bound),
  opensearch: async (bound: BoundQuestion) =>
    (await import('../../stores/opensearch/render.js')).renderOpenSearch(bound),
  athena: async (bound: BoundQuestion) => (await import('../../stores/athena/render.js')).renderAthena(bound),
};

export interface ShowFlags extends ParameterFlags {
  engine: keyof typeof renderers;
  raw?: boolean;
}

/** AWS's own example: a key that nobody has. */
const exampleKey = 'AKIAIOSFODNN7EXAMPLE';
const exampleAge = '7d';

/** What the question asks, takes and returns. */
function described(question: Question): string {
  return [
    `${question.id}: ${question.title}`,
    question.question,
    '',
    `step       ${question.step}`,
    `severity   ${question.severity}; ATT&CK v${question.attack.version}: ${question.attack.techniques.join(', ')}`,
    `logs       ${question.logs.join(', ')}`,
    '',
    'parameters',
    ...parametersOf(question).map((parameter) => {
      const { name, type, default: value, description } = parameter;
      const needed = isNeeded(question, parameter);
      const shown = needed ? ' (required)' : `${value}` === '' ? '' : ` (default: ${[value].flat().join(',')})`;
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
  ].join('\n');
}

/** The question and, when its parameters are given, the whole text to paste into an engine's console. */
export async function show(id: string, flags: ShowFlags, context: Context): Promise<void> {
  const question = questionById(id);
  if (!flags.raw) context.out(`${described(question)}\n`);
  if (question.engines && !question.engines.includes(flags.engine)) throw refusal(question, flags.engine);
  const { given, own } = givenParameters(flags);
  const mine = { ...given, ...own.get(id) };
  const standIns = parametersOf(question)
    .filter((parameter) => isNeeded(question, parameter) && mine[parameter.name] === undefined)
    .map(({ name, type }) => [name, type === 'timestamp' ? exampleAge : exampleKey] as const);
  const bound = bindQuestion(
    question,
    { ...Object.fromEntries(standIns.map(([name, value]) => [name, [value]])), ...mine },
    context.now(),
  );
  const stands = standIns.map(([name, value]) => `${value} stands in below for ${name}`);
  const note = standIns.length > 0 ? `note: ${stands.join(', ')}, which was not given\n` : '';
  const text = await renderers[flags.engine](bound);
  if (!flags.raw) return context.out(`${note && `\n${note}`}\n${text}`);
  context.note(note);
  context.out(text);
}
