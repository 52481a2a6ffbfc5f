import { KeytrailError } from '../../errors.js';
import type { ParameterType, ParameterValue } from '../../model/question.js';
import type { BoundSearch, SearchQuestion } from './chain-parts.js';
import { wellFormed } from './flat.js';
import { scopedSearch } from './search-body.js';

type Types = ReadonlyMap<string, ParameterType>;
type Fail = (message: string) => never;

/** A string of the template, taken apart. */
type Text =
  | { kind: 'plain'; text: string }
  | { kind: 'parameter'; name: string; type: ParameterType }
  /** Text with integers in it: literal, name, literal, name, … literal. */
  | { kind: 'mixed'; parts: string[] };

const scopeTypes: [string, ParameterType][] = [
  ['from', 'timestamp'],
  ['to', 'timestamp'],
  ['accounts', 'string[]'],
  ['regions', 'string[]'],
  ['keyIds', 'string[]'],
];

const isGiven = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : value !== '');
const isList = (type: ParameterType): boolean => type === 'string[]' || type === 'integer[]';

const vocabulary = (question: SearchQuestion): Types =>
  new Map([
    ...question.parameters.map(({ name, type }): [string, ParameterType] => [name, type]),
    ['limit', 'integer'],
    ...scopeTypes,
  ]);

const failure =
  (question: SearchQuestion): Fail =>
  (message) => {
    throw new KeytrailError('bad_contract', `queries/${question.id}/opensearch.json: ${message}`, {
      hint: 'Only "{{name}}" as a whole string, integers inside text, and {"$if": "name", …} in a list are templating.',
    });
  };

function textOf(text: string, types: Types, fail: Fail): Text {
  const parts = text.split(/\{\{(\w+(?:\.\w+)?)\}\}/);
  // A brace before a tag would make it `{{{`, which Mustache does not escape.
  if (
    parts.some(
      (part, place) => place % 2 === 0 && (part.includes('{{') || (part.endsWith('{') && place < parts.length - 1)),
    )
  )
    fail(`${JSON.stringify(text)} holds {{ that is no parameter`);
  if (parts.length === 1) return { kind: 'plain', text };
  const typeOf = (name: string): ParameterType =>
    types.get(name) ?? fail(`{{${name}}} is no parameter of the question`);
  if (parts.length === 3 && parts[0] === '' && parts[2] === '')
    return { kind: 'parameter', name: parts[1]!, type: typeOf(parts[1]!) };
  for (let place = 1; place < parts.length; place += 2)
    if (typeOf(parts[place]!) !== 'integer') fail(`${JSON.stringify(text)}: inside text only integers can stand`);
  return { kind: 'mixed', parts };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** A member of a list that depends on a parameter, without its `$if`. */
function conditionOf(
  member: unknown,
  place: number,
  types: Types,
  fail: Fail,
): { name: string; unless: boolean; rest: Record<string, unknown> } | null {
  if (!isObject(member) || Array.isArray(member) || !('$if' in member || '$unless' in member)) return null;
  const { $if: ifGiven, $unless: ifMissing, ...rest } = member;
  const name = ifGiven ?? ifMissing;
  if (typeof name !== 'string' || !types.has(name))
    return fail(`$if ${JSON.stringify(name)} is no parameter of the question`);
  if (place === 0) fail('$if stands first in its list, where no comma can go with it');
  return { name, unless: ifGiven === undefined, rest };
}

function entriesOf(value: object, fail: Fail): [string, unknown][] {
  const entries = Object.entries(value);
  for (const [key] of entries) {
    if (key === '$if' || key === '$unless') fail(`${key} stands outside a list`);
    if (key.includes('{{')) fail(`the key ${JSON.stringify(key)} holds {{`);
  }
  return entries;
}

/** How a template asks for a parameter. */
interface Style {
  /** Text that stands exactly when the parameter is given. */
  when(name: string, type: ParameterType, text: string): string;
  /** Text that stands exactly when it is not. */
  unless(name: string, type: ParameterType, text: string): string;
  /** The parameter as a JSON value. */
  value(name: string, type: ParameterType): string;
  /** An integer inside text. */
  inner(name: string): string;
}

/** Parameters are named as on the command line, and what is left out has its default. */
function withDefaults(defaults: ReadonlyMap<string, ParameterValue>): Style {
  const called = (name: string): string => (name === 'keyIds' ? 'key' : name);
  const json = (name: string): string => JSON.stringify(defaults.get(name) ?? null);
  const section = (name: string, text: string): string => `{{#${name}}}${text}{{/${name}}}`;
  const inverted = (name: string, text: string): string => `{{^${name}}}${text}{{/${name}}}`;
  return {
    // Of a list, whether it has a first member: a section of the list itself would repeat its text for each. People
    // give a single value without brackets, too.
    when: (name, type, text) => {
      const own = called(name);
      if (!isList(type)) return section(own, text);
      return section(`${own}.0`, text) + inverted(`${own}.0`, section(own, text));
    },
    unless: (name, type, text) => {
      const own = called(name);
      return isList(type) ? inverted(`${own}.0`, inverted(own, text)) : inverted(own, text);
    },
    value: (name, type) => {
      const own = called(name);
      if (isList(type)) {
        const single = type === 'integer[]' ? `[{{${own}}}]` : `["{{${own}}}"]`;
        return (
          section(`${own}.0`, `{{#toJson}}${own}{{/toJson}}`) +
          inverted(`${own}.0`, section(own, single) + inverted(own, json(name)))
        );
      }
      if (type === 'integer') return `{{${own}}}${inverted(own, json(name))}`;
      return inverted(own, json(name)) + section(own, `"{{${own}}}"`);
    },
    inner: (name) => `{{${called(name)}}}{{^${called(name)}}}${json(name)}{{/${called(name)}}}`,
  };
}

/** Emits the Mustache source of a value. */
function emit(value: unknown, types: Types, style: Style, fail: Fail): string {
  if (Array.isArray(value)) {
    const members = value.map((member, place) => {
      const condition = conditionOf(member, place, types, fail);
      if (!condition) return `${place === 0 ? '' : ','}${emit(member, types, style, fail)}`;
      const text = `,${emit(condition.rest, types, style, fail)}`;
      const type = types.get(condition.name)!;
      return condition.unless ? style.unless(condition.name, type, text) : style.when(condition.name, type, text);
    });
    return `[${members.join('')}]`;
  }
  if (isObject(value)) {
    const members = entriesOf(value, fail).map(
      ([key, inner]) => `${JSON.stringify(key)}:${emit(inner, types, style, fail)}`,
    );
    return `{${members.join(',')}}`;
  }
  if (typeof value !== 'string') return JSON.stringify(value);
  const text = textOf(value, types, fail);
  if (text.kind === 'plain') return JSON.stringify(value);
  if (text.kind === 'parameter') return style.value(text.name, text.type);
  const parts = text.parts.map((part, place) =>
    place % 2 === 0 ? JSON.stringify(part).slice(1, -1) : style.inner(part),
  );
  return `"${parts.join('')}"`;
}

/** What Mustache would make of the same value, without a node. */
function substitute(value: unknown, types: Types, params: Record<string, unknown>, fail: Fail): unknown {
  if (Array.isArray(value))
    return value.flatMap((member, place) => {
      const condition = conditionOf(member, place, types, fail);
      if (!condition) return [substitute(member, types, params, fail)];
      return isGiven(params[condition.name]) ? [substitute(condition.rest, types, params, fail)] : [];
    });
  if (isObject(value))
    return Object.fromEntries(
      entriesOf(value, fail).map(([key, inner]) => [key, substitute(inner, types, params, fail)]),
    );
  if (typeof value !== 'string') return value;
  const text = textOf(value, types, fail);
  if (text.kind === 'plain') return value;
  if (text.kind === 'parameter') return params[text.name];
  return text.parts.map((part, place) => (place % 2 === 0 ? part : String(params[part]))).join('');
}

/** A value of another type could be a piece of a query: nothing but the parameter's own type gets in. */
function checked(name: string, type: ParameterType, value: ParameterValue | undefined): unknown {
  const one = (member: unknown): string | number => {
    const fits = type.startsWith('integer') ? Number.isSafeInteger(member) : typeof member === 'string';
    if (!fits) throw new KeytrailError('bad_parameter', `${name} is no ${type}`);
    return typeof member === 'string' ? wellFormed(member) : (member as number);
  };
  if (!isList(type)) return one(value);
  if (!Array.isArray(value)) throw new KeytrailError('bad_parameter', `${name} is no ${type}`);
  return value.map(one);
}

function paramsOf({ question, scope, values }: BoundSearch, types: Types): Record<string, unknown> {
  const all: Record<string, ParameterValue> = { ...values, ...scope };
  const params: Record<string, unknown> = {};
  for (const [name, type] of types) {
    const value = all[name];
    if (value === undefined) throw new KeytrailError('bad_parameter', `${question.id} has no value for ${name}`);
    params[name] = checked(name, type, value);
  }
  return params;
}

const templateOf = (question: SearchQuestion) => scopedSearch(question);

/**
 * The search body of a bound question: what a node renders from its stored template. A node refuses templates that it
 * has not compiled yet after 75 of them in five minutes, so it is not asked to. Throws `bad_contract` or
 * `bad_parameter`.
 */
export function renderSearch(bound: BoundSearch): Record<string, unknown> {
  const types = vocabulary(bound.question);
  const body = substitute(templateOf(bound.question), types, paramsOf(bound, types), failure(bound.question));
  return body as Record<string, unknown>;
}

/**
 * The source of a search template that is stored for people: its parameters are those of the command line, and those
 * left out have the defaults given, by name. Throws `bad_contract`.
 */
export function storedSource(question: SearchQuestion, defaults: ReadonlyMap<string, ParameterValue>): string {
  const own = question.parameters.flatMap(({ name, default: value }) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const all = new Map([...own, ...defaults]);
  const body = templateOf(question);
  // No node knows such a query: it refuses the search, and says so.
  const missing = neededOf(question).map((name) => ({
    $unless: name,
    [`this question needs the parameter ${name === 'keyIds' ? 'key' : name}`]: {},
  }));
  const { filter } = body.query.bool;
  const whole = { ...body, query: { bool: { filter: [...filter, ...missing] } } };
  return emit(whole, vocabulary(question), withDefaults(all), failure(question));
}

/** What must be given, for what is left out means everything. */
function neededOf({ key, parameters, views, opensearch }: SearchQuestion): string[] {
  const own = parameters.filter((parameter) => parameter.default === undefined).map(({ name }) => name);
  return [
    ...(key === 'required' ? ['keyIds'] : []),
    ...(views.includes('baseline') ? ['from'] : []),
    ...(opensearch.view === 'baseline' ? ['baseline_from'] : []),
    ...own,
  ];
}
