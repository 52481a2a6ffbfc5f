import { KeytrailError } from '../../errors.js';
import type { SearchQuestion } from './chain-parts.js';

/** Where a column of hits comes from: a path in `_source`, and inside JSON text the first pointer that is present. */
export interface HitSource {
  path: string;
  pointers: string[][];
}

/** Where a column of buckets comes from. */
export type BucketSource =
  | { from: 'key'; name: string }
  | { from: 'count of'; name: string }
  /** An aggregation, or one inside the filters that the first names are. */
  | { from: 'value'; path: string[] }
  | { from: 'count' }
  /** Computed from others. */
  | { from: 'function'; name: string; of: BucketSource[] };

function sourceOf(question: SearchQuestion, column: string): string {
  const source = question.opensearch.rows.columns[column];
  if (typeof source !== 'string')
    throw new KeytrailError('bad_contract', `queries/${question.id}/opensearch.json: rows lacks the column ${column}`);
  return source;
}

/** `path`, `path#/a/b` or `path#/a|/b`, with `~1` for `/` and `~0` for `~` inside a name (RFC 6901). */
export function hitSource(question: SearchQuestion, column: string): HitSource {
  const [path, ...rest] = sourceOf(question, column).split('#');
  if (rest.length === 0) return { path: path!, pointers: [] };
  const pointers = rest.join('#').split('|');
  return {
    path: path!,
    pointers: pointers.map((pointer) =>
      pointer
        .split('/')
        .slice(1)
        .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~')),
    ),
  };
}

/** `key.NAME`, `doc_count`, `AGG`, `FILTER>AGG`, `AGG#doc_count`, or `FUNCTION(SOURCE, …)`. */
export const bucketSource = (question: SearchQuestion, column: string): BucketSource =>
  parsedSource(sourceOf(question, column));

function parsedSource(source: string): BucketSource {
  const call = /^(\w+)\((.+)\)$/.exec(source);
  if (call) return { from: 'function', name: call[1]!, of: call[2]!.split(', ').map(parsedSource) };
  if (source === 'doc_count') return { from: 'count' };
  if (source.startsWith('key.')) return { from: 'key', name: source.slice('key.'.length) };
  if (source.endsWith('#doc_count')) return { from: 'count of', name: source.slice(0, -'#doc_count'.length) };
  return { from: 'value', path: source.split('>') };
}

/** What an answer of hits has to bring along. */
export function sourcePaths(question: SearchQuestion): string[] {
  const { rows, unfold } = question.opensearch;
  const columns = Object.keys(rows.columns);
  return [...new Set([...columns.map((name) => hitSource(question, name).path), ...(unfold?.from ?? [])])];
}
