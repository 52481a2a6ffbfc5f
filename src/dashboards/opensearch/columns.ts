import type { ColumnType } from '../../model/question.js';
import type { SearchQuestion } from '../../stores/opensearch/chain-parts.js';
import { type BucketSource, bucketSource, hitSource } from '../../stores/opensearch/columns.js';
import { placeOf } from '../../stores/opensearch/places.js';
import { valuesOf } from '../../stores/opensearch/search-body.js';

/** What each hit or bucket of the answer is called in Vega. */
export const rowName = 'row_read';

/** A member of a value that may lack it, which Vega's expressions have no operator for. */
const member = (of: string, name: string): string => `(${of} || {})[${JSON.stringify(name)}]`;

const inside = (path: readonly string[]): string => path.reduce(member, `datum.${rowName}`);

function ofBucket(source: BucketSource): string | null {
  if (source.from === 'count') return inside(['doc_count']);
  if (source.from === 'key') return inside(['key', source.name]);
  if (source.from === 'count of') return inside([source.name, 'doc_count']);
  if (source.from === 'function') return null;
  const filters = source.path.slice(0, -1);
  const name = source.path.at(-1)!;
  return `${inside([...filters, valuesOf(name), 'value'])} === 0 ? null : ${inside([...filters, name, 'value'])}`;
}

function ofHit(question: SearchQuestion, column: string): string | null {
  const { path, pointers } = hitSource(question, column);
  // No expression of Vega reads JSON text.
  if (pointers.length > 0) return null;
  const value = inside(['_source', ...path.split('.')]);
  return placeOf(question.opensearch.log).epochs.has(path) ? `isValid(${value}) ? ${value} * 1000 : null` : value;
}

/** The type of a column of a question. */
export const typeOf = (question: SearchQuestion, column: string): ColumnType =>
  question.columns.find(({ name }) => name === column)!.type;

/** What a column is of a row of the answer, as an expression of Vega over `datum`; null: none can tell. */
export function columnExpression(question: SearchQuestion, column: string): string | null {
  const hits = question.opensearch.rows.from === 'hits';
  const value = hits ? ofHit(question, column) : ofBucket(bucketSource(question, column));
  if (value === null) return null;
  if (typeOf(question, column) === 'timestamp') return `isValid(${value}) ? toNumber(toDate(${value})) : null`;
  return `isValid(${value}) ? ${value} : null`;
}
