import { accessKeyFacts } from '../../model/access-key.js';
import { cell } from '../../model/cell.js';
import { ExactNumber, parseExact } from '../../model/exact-json.js';
import type { Column, Row } from '../../model/question.js';
import type { SearchQuestion } from './chain-parts.js';
import { type BucketSource, bucketSource, hitSource } from './columns.js';
import { valuesOf } from './search-body.js';

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

function inside(value: unknown, steps: readonly string[]): unknown {
  let at = value;
  for (const step of steps) {
    if (!isObject(at) || !Object.hasOwn(at, step)) return undefined;
    at = at[step];
  }
  return at;
}

/** The scalar at the first pointer that leads to one: what json_extract_scalar gives in SQL. */
function scalarInside(text: unknown, pointers: readonly string[][]): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    JSON.parse(text);
  } catch {
    // Text that is no JSON has nothing at any pointer.
    return undefined;
  }
  const json = parseExact(text);
  for (const pointer of pointers) {
    const value = inside(json, pointer);
    if (value instanceof ExactNumber) return value.text;
    if (value !== undefined && value !== null && typeof value !== 'object') return value;
  }
  return undefined;
}

const rowOf = (columns: readonly Column[], read: (column: string) => unknown): Row =>
  Object.fromEntries(columns.map(({ name, type }) => [name, cell(read(name), type)]));

/**
 * Compiles a question into the function that makes rows of a hit's `_source`: one, or of what is unfolded as many as
 * there are. `epochs`: fields given in seconds.
 */
export function hitReader(question: SearchQuestion, epochs: ReadonlySet<string>): (source: Json) => Row[] {
  const { unfold } = question.opensearch;
  const columns = question.columns.filter(({ name }) => name !== unfold?.column);
  const sources = new Map(columns.map(({ name }) => [name, hitSource(question, name)]));
  const read = (source: Json): Row =>
    rowOf(columns, (column) => {
      const { path, pointers } = sources.get(column)!;
      const value = inside(source, path.split('.'));
      if (pointers.length > 0) return scalarInside(value, pointers);
      return epochs.has(path) && typeof value === 'number' ? value * 1000 : value;
    });
  if (!unfold) return (source) => [read(source)];
  const pattern = new RegExp(unfold.pattern, 'g');
  return (source) => {
    const texts = unfold.from.map((path) => inside(source, path.split('.')));
    const found = texts.flatMap((text) => (typeof text === 'string' ? (text.match(pattern) ?? []) : []));
    if (found.length === 0) return [];
    const row = read(source);
    return [...new Set(found)].map((text) => ({ ...row, [unfold.column]: text }));
  };
}

const accountOfKey = (key: unknown): string | null => (typeof key === 'string' ? accessKeyFacts(key).account : null);

/** What a column can be computed with: functions that athena.sql writes out in SQL. */
const functions: Readonly<Record<string, (...values: unknown[]) => unknown>> = {
  key_account: accountOfKey,
  key_account_is: (key, account) => {
    const decoded = accountOfKey(key);
    return decoded === null || typeof account !== 'string' ? null : decoded === account;
  },
};

function bucketValue(bucket: Json, source: BucketSource): unknown {
  if (source.from === 'count') return bucket.doc_count;
  if (source.from === 'key') return inside(bucket.key, [source.name]);
  if (source.from === 'count of') return inside(bucket[source.name], ['doc_count']);
  if (source.from === 'function') return functions[source.name]?.(...source.of.map((one) => bucketValue(bucket, one)));
  const filters = source.path.slice(0, -1);
  const name = source.path.at(-1)!;
  const counted = inside(bucket, [...filters, valuesOf(name), 'value']);
  return counted === 0 ? null : inside(bucket, [...filters, name, 'value']);
}

/** Compiles a question into the function that makes a row of a bucket. */
export function bucketReader(question: SearchQuestion): (bucket: Json) => Row {
  const sources = new Map(question.columns.map(({ name }) => [name, bucketSource(question, name)]));
  return (bucket) => rowOf(question.columns, (column) => bucketValue(bucket, sources.get(column)!));
}
