import { cell } from '../../model/cell.js';
import { ExactNumber, parseExact } from '../../model/exact-json.js';
import type { Column, Question, Row } from '../../model/question.js';
import { bucketSource, hitSource } from './columns.js';
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

/** Compiles a question into the function that makes a row of a hit's `_source`. `epochs`: fields given in seconds. */
export function hitReader(question: Question, epochs: ReadonlySet<string>): (source: Json) => Row {
  const sources = new Map(question.columns.map(({ name }) => [name, hitSource(question, name)]));
  return (source) =>
    rowOf(question.columns, (column) => {
      const { path, pointers } = sources.get(column)!;
      const value = inside(source, path.split('.'));
      if (pointers.length > 0) return scalarInside(value, pointers);
      return epochs.has(path) && typeof value === 'number' ? value * 1000 : value;
    });
}

/** Compiles a question into the function that makes a row of a bucket. */
export function bucketReader(question: Question): (bucket: Json) => Row {
  const sources = new Map(question.columns.map(({ name }) => [name, bucketSource(question, name)]));
  return (bucket) =>
    rowOf(question.columns, (column) => {
      const source = sources.get(column)!;
      if (source.from === 'count') return bucket.doc_count;
      if (source.from === 'key') return inside(bucket.key, [source.name]);
      if (source.from === 'count of') return inside(bucket[source.name], ['doc_count']);
      const filters = source.path.slice(0, -1);
      const name = source.path.at(-1)!;
      const counted = inside(bucket, [...filters, valuesOf(name), 'value']);
      return counted === 0 ? null : inside(bucket, [...filters, name, 'value']);
    });
}
