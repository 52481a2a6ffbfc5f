import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ValidateFunction } from 'ajv';
import { KeytrailError, reasonOf } from '../errors.js';
import { generatedJson, type Made, madeFrom, parseYaml, stillMade } from '../model/made.js';
import { nearest } from '../model/nearest.js';
import { packagePath } from '../model/paths.js';
import type { OpenSearchQuestion, Question } from '../model/question.js';
import { faultOf } from './opensearch-file.js';

const folder = 'queries';
const require = createRequire(import.meta.url);

let schema: string | undefined;
let validate: ValidateFunction | undefined;

function schemaText(): string {
  schema ??= readFileSync(packagePath(`${folder}/schema.json`), 'utf8');
  return schema;
}

function validator(): ValidateFunction {
  const { Ajv } = require('ajv') as typeof import('ajv');
  validate ??= new Ajv({ allErrors: false }).compile(JSON.parse(schemaText()));
  return validate;
}

/** A query.yaml that was held against the schema. */
type Checked = Partial<Question>;

/** queries/questions.json: what each query.yaml holds, by id. */
type MadeOfYaml = Record<string, Made<Checked>>;

let made: MadeOfYaml | undefined;

function madeOf(id: string, yaml: string): Checked | null {
  made ??= generatedJson<MadeOfYaml>(`${folder}/questions.json`) ?? {};
  return stillMade(made[id], schemaText() + yaml);
}

/** Puts a question together from the text of its three files; `where` names its folder in errors. */
function parseQuestion(
  id: string,
  files: { yaml: string; sql: string; opensearch: () => string },
  where: string,
): Question {
  const fail = (file: string, message: string, cause?: unknown): never => {
    throw new KeytrailError('bad_contract', `${where}/${file}: ${message}`, {
      hint: 'queries/schema.json says what a query.yaml holds; the other folders show the rest.',
      cause,
    });
  };
  const read = <T>(file: string, parser: () => T): T => {
    try {
      return parser();
    } catch (error) {
      return fail(file, reasonOf(error), error);
    }
  };
  const checked = (yaml: unknown): Checked => {
    const check = validator();
    if (check(yaml)) return yaml as Checked;
    const [first] = check.errors ?? [];
    return fail(
      'query.yaml',
      `${first?.instancePath.slice(1).replaceAll('/', '.') || 'the file'} ${first?.message ?? ''}`,
    );
  };
  const yaml = madeOf(id, files.yaml) ?? checked(read('query.yaml', () => parseYaml(files.yaml)));
  const { engines } = yaml;
  const opensearch =
    engines && !engines.includes('opensearch')
      ? null
      : read('opensearch.json', () => JSON.parse(files.opensearch()) as OpenSearchQuestion);
  const question = { id, parameters: [], views: [], ...yaml, sql: files.sql, opensearch } as Question;
  const columns = question.columns.map(({ name }) => name);
  const strangers = question.order.map((key) => key.replace(/^-/, '')).filter((key) => !columns.includes(key));
  if (strangers.length > 0) fail('query.yaml', `order names ${strangers.join(', ')}, which is no column`);
  const fault = opensearch && faultOf(question, opensearch);
  if (fault) fail('opensearch.json', fault);
  if (question.views.includes('baseline') !== question.parameters.some(({ name }) => name === 'baseline_days'))
    fail('query.yaml', 'the view baseline and the parameter baseline_days go together');
  return question;
}

const loaded = new Map<string, Question>();

let ids: readonly string[] | undefined;

/** What is there under queries/: a folder is all that a question takes. */
function questionIds(): readonly string[] {
  ids ??= readdirSync(packagePath(folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  return ids;
}

/** Reads a question once. */
function load(id: string): Question {
  const before = loaded.get(id);
  if (before) return before;
  const where = `${folder}/${id}`;
  const file = (name: string) => {
    try {
      return readFileSync(packagePath(`${where}/${name}`), 'utf8');
    } catch (error) {
      throw new KeytrailError('bad_contract', `${where} lacks ${name}`, {
        hint: 'A question is a folder with query.yaml, athena.sql, opensearch.json and case.yaml.',
        cause: error,
      });
    }
  };
  const question = parseQuestion(
    id,
    { yaml: file('query.yaml'), sql: file('athena.sql'), opensearch: () => file('opensearch.json') },
    where,
  );
  loaded.set(id, question);
  return question;
}

/** queries/questions.json: a question a line. */
export function questionsText(): string {
  const all = allQuestions().map(({ id }) => {
    const text = readFileSync(packagePath(`${folder}/${id}/query.yaml`), 'utf8');
    return `${JSON.stringify(id)}: ${JSON.stringify(madeFrom(schemaText() + text, parseYaml(text)))}`;
  });
  return `{\n${all.join(',\n')}\n}\n`;
}

/** Every question of the pack, by id. */
export const allQuestions = (): Question[] => questionIds().map(load);

/** One question by id, and no other is read; an unknown one names those that come closest. */
export function questionById(id: string): Question {
  if (questionIds().includes(id)) return load(id);
  const close = nearest(id, questionIds());
  throw new KeytrailError('unknown_question', `there is no question ${JSON.stringify(id.slice(0, 200))}`, {
    hint: `${close.length > 0 ? `Did you mean ${close.join(' or ')}? ` : ''}keytrail query list shows them all.`,
  });
}
