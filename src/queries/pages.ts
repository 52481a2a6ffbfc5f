import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { contractOf } from '../model/contract.js';
import { code, plain, table } from '../model/markdown.js';
import { packagePath } from '../model/paths.js';
import { allTime, type KeyScope, type Parameter, type Question, type Row } from '../model/question.js';
import { allQuestions } from './load.js';
import { isNeeded, parametersOf } from './parameters.js';
import { procedureSteps } from './steps.js';
import { tacticsOf } from './tactics.js';

const note = '<!-- Written by `npm run generate`: change query.yaml, athena.sql, opensearch.json or case.yaml. -->';

/** What is asked in a case.yaml, and the rows that it gives. */
interface Example {
  name: string;
  params: Record<string, string | number | (string | number)[]>;
  rows: Row[];
}

const shownRows = 5;

const keyText: Readonly<Record<KeyScope, string>> = {
  required: 'must be given',
  optional: 'may be given',
  none: 'its records name none',
};

const list = (texts: readonly string[]): string => texts.map((text) => `- ${plain(text)}`).join('\n');

const technique = (id: string): string => `[${id}](https://attack.mitre.org/techniques/${id.replace('.', '/')}/)`;

const shell = (value: string): string => (/^[\w.:,/-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`);

const flags: ReadonlySet<string> = new Set(['key', 'from', 'to', 'accounts', 'regions', 'limit']);

/** The command that asks an example. */
function commandOf({ id }: Question, { params }: Example): string {
  const given = Object.entries(params).map(([name, value]) => {
    const text = [value].flat().join(',');
    return flags.has(name) ? `--${name} ${shell(text)}` : `--param ${shell(`${name}=${text}`)}`;
  });
  return ['keytrail query run', id, ...given].join(' ');
}

function exampleOf({ id }: Question): Example | undefined {
  const { asks } = parse(readFileSync(packagePath(`queries/${id}/case.yaml`), 'utf8')) as { asks: Example[] };
  return asks.find(({ rows }) => rows.length > 0);
}

function exampleText(question: Question): string[] {
  const example = exampleOf(question);
  if (!example) return [];
  const { name, rows } = example;
  const names = question.columns.map((column) => column.name);
  const more = rows.length > shownRows ? `\n\nand ${rows.length - shownRows} more.` : '';
  const shown = rows.slice(0, shownRows).map((cells) => names.map((column) => code(cells[column])));
  return [
    '## Example',
    `${plain(name)}, of the events in [case.yaml](case.yaml):`,
    `    ${commandOf(question, example)}`,
    `${table(names, shown)}${more}`,
  ];
}

function defaultOf(question: Question, parameter: Parameter): string {
  const { default: value } = parameter;
  if (value === undefined || isNeeded(question, parameter)) return 'required';
  if (value === allTime.from || value === allTime.to) return 'no limit';
  return code([value].flat().join(',') || null);
}

function parametersText(question: Question): string {
  const rows = parametersOf(question).map((parameter) => {
    const { name, type, min, max, description } = parameter;
    const bounds = min === undefined && max === undefined ? '' : `${min ?? ''} to ${max ?? ''}`;
    return [code(name), type, defaultOf(question, parameter), bounds, plain(description)];
  });
  return table(['name', 'type', 'default', 'bounds', ''], rows);
}

function pageOf(question: Question): string {
  const { id, title, step, key, logs, columns, severity, attack, falsePositives, references, next, engines, without } =
    question;
  const tactics = tacticsOf(question);
  const facts = [
    ['step', procedureSteps[step] ?? step],
    ['severity', severity],
    [
      `ATT&CK ${attack.version}`,
      `${attack.techniques.map(technique).join(', ') || 'none'}${tactics.length > 0 ? ` (${tactics.join(', ')})` : ''}`,
    ],
    ['logs', logs.map((log) => contractOf(log).title).join(', ')],
    ['access key', keyText[key]],
    ...(engines ? [['engines', `${engines.join(', ')}; ${plain(without ?? '')}`]] : []),
  ];
  return `${[
    note,
    `# ${id}: ${plain(title)}`,
    plain(question.question),
    table(['', ''], facts),
    '## Rows',
    table(
      ['column', 'type', ''],
      columns.map(({ name, type, description }) => [code(name), type, plain(description)]),
    ),
    `- **Rows:** ${plain(next.rows)}\n- **None:** ${plain(next.none)}`,
    ...exampleText(question),
    '## Parameters',
    parametersText(question),
    '## False positives',
    list(falsePositives),
    '## Elsewhere',
    `\`keytrail query show ${id} --engine athena\` (or \`opensearch\`, \`duckdb\`) prints the whole text for the engine's own console; what it is made of: [athena.sql](athena.sql), [opensearch.json](opensearch.json). In Dev Tools, after \`keytrail setup opensearch\`, it is the template \`keytrail-${id}\`.`,
    '## References',
    list(references),
  ].join('\n\n')}\n`;
}

function indexOf(questions: readonly Question[]): string {
  const sections = Object.entries(procedureSteps).flatMap(([step, title]) => {
    const own = questions.filter((question) => question.step === step);
    if (own.length === 0) return [];
    return [
      `## ${title}`,
      table(
        ['question', '', 'severity', 'tactics', 'logs'],
        own.map((question) => [
          `[${question.id}](${question.id}/README.md)`,
          plain(question.question),
          question.severity,
          tacticsOf(question).join(', '),
          question.logs.join(', '),
        ]),
      ),
    ];
  });
  return `${[
    note,
    '# The questions',
    `${questions.length} questions about a compromised credential, in the order of the procedure that they serve. \`keytrail query run ID\` asks one of any store, \`--procedure-step\` and \`--tactic\` ask a group, \`--all\` asks them all. Each is a folder: query.yaml says what it is, athena.sql and opensearch.json how each engine is asked, case.yaml what rows must come of which events, on every engine alike.`,
    ...sections,
  ].join('\n\n')}\n`;
}

/** The documents of the pack: each file's path below the package's root, and its text. */
export function questionPages(): { path: string; text: string }[] {
  const questions = allQuestions();
  return [
    { path: 'queries/README.md', text: indexOf(questions) },
    ...questions.map((question) => ({ path: `queries/${question.id}/README.md`, text: pageOf(question) })),
  ];
}
