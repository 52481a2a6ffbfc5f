import { KeytrailError } from '../../errors.js';
import type { Question } from '../../model/question.js';

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
  | { from: 'count' };

function sourceOf(question: Question, column: string): string {
  const source = question.opensearch.rows.columns[column];
  if (typeof source !== 'string')
    throw new KeytrailError('bad_contract', `queries/${question.id}/opensearch.json: rows lacks the column ${column}`);
  return source;
}

/** `path`, `path#/a/b` or `path#/a|/b`, with `~1` for `/` and `~0` for `~` inside a name (RFC 6901). */
export function hitSource(question: Question, column: string): HitSource {
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

/** `key.NAME`, `doc_count`, `AGG`, `FILTER>AGG` or `AGG#doc_count`. */
export function bucketSource(question: Question, column: string): BucketSource {
  const source = sourceOf(question, column);
  if (source === 'doc_count') return { from: 'count' };
  if (source.startsWith('key.')) return { from: 'key', name: source.slice('key.'.length) };
  if (source.endsWith('#doc_count')) return { from: 'count of', name: source.slice(0, -'#doc_count'.length) };
  return { from: 'value', path: source.split('>') };
}

/** What an answer of hits has to bring along. */
export function sourcePaths(question: Question): string[] {
  return [...new Set(question.columns.map(({ name }) => hitSource(question, name).path))];
}
