import { parse } from 'yaml';
import { KeytrailError, reasonOf } from '../errors.js';
import { readText } from '../model/read-file.js';
import type { Given } from '../queries/pack.js';
import type { ParameterFlags } from './question-flags.js';
import { scopeParameters } from './settings.js';

export interface GivenParameters {
  given: Given;
  /** Under `questions:` in the file: parameters of one question, by its id. */
  own: ReadonlyMap<string, Given>;
}

type Texts = Record<string, string[]>;

const bare = (): Texts => Object.create(null) as Texts;

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a file holds; `where` is the place in it. */
class ParameterFile {
  constructor(private readonly file: string) {}

  /** Numbers stay as they are written: an account id may begin with a zero. */
  read(): unknown {
    try {
      return parse(readText(this.file), { schema: 'failsafe' }) ?? {};
    } catch (error) {
      return this.#fail(reasonOf(error), error);
    }
  }

  map(value: unknown, where: string): Record<string, unknown> {
    return isMap(value) ? value : this.#fail(`${where} holds no names`);
  }

  texts(value: unknown, where: string): Texts {
    const texts = bare();
    for (const [name, found] of Object.entries(this.map(value, where))) {
      const values = [found].flat();
      if (values.some((one) => typeof one !== 'string'))
        this.#fail(`${name} in ${where} is neither a value nor a list of values`);
      texts[name] = values as string[];
    }
    return texts;
  }

  #fail(what: string, cause?: unknown): never {
    throw new KeytrailError('bad_parameter', `${this.file}: ${what}`, {
      hint: 'Write name: value or name: [value, …] into it, and under questions: the same below the id of a question.',
      cause,
    });
  }
}

/** Throws `bad_parameter`. */
function readParameters(name: string): GivenParameters {
  const file = new ParameterFile(name);
  const { questions = {}, ...common } = file.map(file.read(), 'the file');
  return {
    given: file.texts(common, 'the file'),
    own: new Map(
      Object.entries(file.map(questions, 'questions')).map(([id, own]) => [id, file.texts(own, `questions.${id}`)]),
    ),
  };
}

/** What the flags give, and the file that they name. Throws `bad_parameter`. */
export function givenParameters(flags: ParameterFlags): GivenParameters {
  const saved = flags.params === undefined ? { given: bare(), own: new Map() } : readParameters(flags.params);
  const flagged: Texts = Object.assign(bare(), scopeParameters(flags));
  if (flags.key) flagged.key = flags.key;
  if (flags.limit !== undefined) flagged.limit = [flags.limit];
  for (const pair of flags.param ?? []) {
    const equals = pair.indexOf('=');
    if (equals < 1)
      throw new KeytrailError('bad_parameter', `--param ${JSON.stringify(pair)} is no name=value`, {
        hint: 'For example --param limit=100',
      });
    const name = pair.slice(0, equals);
    flagged[name] = [...(flagged[name] ?? []), pair.slice(equals + 1)];
  }
  return { given: Object.assign(bare(), saved.given, flagged), own: saved.own };
}
