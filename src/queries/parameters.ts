import { KeytrailError } from '../errors.js';
import { isoTime } from '../model/cell.js';
import { allTime, type BoundQuestion, type Parameter, type ParameterValue, type Question } from '../model/question.js';

/** What every question takes beside its own parameters. The one place that has their defaults. */
export const commonParameters: readonly Parameter[] = [
  { name: 'key', type: 'string[]', default: [], description: 'Access key ids that the calls were signed with.' },
  {
    name: 'from',
    type: 'timestamp',
    default: '0001-01-01T00:00:00Z',
    description: 'Start of the time range, inclusive.',
  },
  { name: 'to', type: 'timestamp', default: '9999-12-31T23:59:59Z', description: 'End of the time range, exclusive.' },
  { name: 'accounts', type: 'string[]', default: [], description: 'Account ids; none means all.' },
  { name: 'regions', type: 'string[]', default: [], description: 'Regions; none means all.' },
  { name: 'limit', type: 'integer', default: 1000, min: 1, max: 1_000_000, description: 'Rows at the most.' },
];

/** All parameters of a question, its own first. */
export const parametersOf = (question: Question): Parameter[] => [
  ...question.parameters,
  ...commonParameters.filter(({ name }) => name !== 'key' || question.key !== 'none'),
];

/** Whether a question can't be asked without a parameter. */
export const isNeeded = (question: Question, { name, default: value }: Parameter): boolean =>
  value === undefined ||
  (name === 'key' && question.key === 'required') ||
  (name === 'from' && question.views.includes('baseline'));

const age = /^(\d{1,6})(m|h|d|w)$/;
const ageUnits: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const absolute = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2}))?$/;

/** A time as given: `2026-03-01`, `2026-03-01T12:00:00Z`, or an age before now such as `7d`. */
export function parseTime(text: string, name: string, now: Date): string {
  const relative = age.exec(text);
  if (relative) return isoTime(now.getTime() - Number(relative[1]) * ageUnits[relative[2]!]!);
  const time = absolute.test(text) ? new Date(text) : new Date(Number.NaN);
  // JavaScript takes 30 February for 2 March.
  const noDay =
    Number(text.slice(8, 10)) > new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
  if (Number.isNaN(time.getTime()) || noDay)
    throw new KeytrailError('bad_parameter', `${name} is ${JSON.stringify(text)}, which is no time`, {
      hint: 'Give a UTC time such as 2026-03-01 or 2026-03-01T12:00:00Z, or an age such as 7d, 24h or 30m.',
    });
  return isoTime(time);
}

function parseInteger(text: string, { name, min, max }: Parameter): number {
  const value = /^[+-]?\d{1,15}$/.test(text.trim()) ? Number(text) : Number.NaN;
  const range = min !== undefined && max !== undefined ? ` from ${min} to ${max}` : '';
  if (Number.isNaN(value) || (min !== undefined && value < min) || (max !== undefined && value > max))
    throw new KeytrailError('bad_parameter', `${name} is ${JSON.stringify(text)}, it takes a whole number${range}`, {
      hint: `For example --param ${name}=${min ?? 1}`,
    });
  return value;
}

/** What was given as several texts, each with several values separated by commas. */
export const members = (texts: readonly string[]): string[] =>
  texts
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');

function parseValue(texts: readonly string[], parameter: Parameter, now: Date): ParameterValue {
  const { name, type } = parameter;
  if (type === 'string[]') return members(texts);
  if (type === 'integer[]') return members(texts).map((text) => parseInteger(text, parameter));
  if (texts.length > 1)
    throw new KeytrailError('bad_parameter', `${name} was given ${texts.length} times, it takes one value`, {
      hint: `Give ${name} once.`,
    });
  const [text = ''] = texts;
  if (type === 'integer') return parseInteger(text, parameter);
  if (type === 'timestamp') return parseTime(text, name, now);
  return text;
}

const accessKeyId = /^[A-Z0-9]{16,128}$/;

/**
 * Types and checks what was given: each parameter's name and the texts that were given for it.
 * Every failure is a `bad_parameter` that names the parameter.
 */
export function bindQuestion(
  question: Question,
  given: Readonly<Record<string, readonly string[]>>,
  now: Date,
): BoundQuestion {
  const parameters = parametersOf(question);
  for (const name of Object.keys(given))
    if (!parameters.some((parameter) => parameter.name === name))
      throw new KeytrailError('bad_parameter', `${question.id} has no parameter ${JSON.stringify(name)}`, {
        hint: `It has ${parameters.map((parameter) => parameter.name).join(', ')}.`,
      });
  const values = Object.fromEntries(
    parameters.map((parameter): [string, ParameterValue] => {
      const texts = given[parameter.name];
      if (texts) return [parameter.name, parseValue(texts, parameter, now)];
      if (parameter.default === undefined)
        throw new KeytrailError('bad_parameter', `${question.id} needs ${parameter.name}: ${parameter.description}`, {
          hint: `Give it with --param ${parameter.name}=…`,
        });
      return [parameter.name, parameter.default];
    }),
  );
  for (const { name, type } of parameters)
    if (type.endsWith('[]') && given[name] && (values[name] as unknown[]).length === 0)
      throw new KeytrailError('bad_parameter', `${name} was given without a value`, {
        hint: `Give ${name} at least one value, or leave it out.`,
      });
  const { key = [], from, to, accounts, regions, ...own } = values;
  for (const account of accounts as string[])
    if (!/^\d{12}$/.test(account))
      throw new KeytrailError('bad_parameter', `${JSON.stringify(account)} is no account id`, {
        hint: 'An account id has 12 digits.',
      });
  const keyIds = key as string[];
  for (const id of keyIds)
    if (!accessKeyId.test(id))
      throw new KeytrailError('bad_parameter', `${JSON.stringify(id)} is no access key id`, {
        hint: 'An access key id has 16 to 128 capital letters and digits, such as AKIAIOSFODNN7EXAMPLE.',
      });
  if (question.key === 'required' && keyIds.length === 0)
    throw new KeytrailError('bad_parameter', `${question.id} needs the credential that it is about`, {
      hint: 'Give it with --key AKIA…',
    });
  if (question.views.includes('baseline') && (from as string) <= allTime.from)
    throw new KeytrailError(
      'bad_parameter',
      `${question.id} needs from: what is new is new against the days before it`,
      {
        hint: 'Give --from, such as the day of the leak, or an age such as 7d.',
      },
    );
  if ((from as string) >= (to as string))
    throw new KeytrailError('bad_parameter', `from (${from as string}) is not before to (${to as string})`, {
      hint: 'Swap them, or leave one out.',
    });
  return {
    question,
    values: own,
    scope: {
      from: from as string,
      to: to as string,
      accounts: accounts as string[],
      regions: regions as string[],
      keyIds,
    },
  };
}
