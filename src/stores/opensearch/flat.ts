import { ExactNumber, membersOf } from '../../model/exact-json.js';

type Leaf = string | number | boolean;
type Flat = Leaf | Flat[] | { [name: string]: Flat };

/**
 * OpenSearch walks a flat_object recursively, and a write thread that overflows its stack never answers.
 * AWS's own parameters are rarely five levels deep.
 */
const maxDepth = 20;
/** A leaf becomes the term `field.path=value`, which ends at 32,766 bytes, the field's own name included. */
const maxTermBytes = 30_000;
/** Each leaf repeats its path: a long path over many leaves would turn 256 KB into gigabytes of terms. */
export const maxBytes = 1024 * 1024;

/** Text that UTF-8 can hold: OpenSearch refuses a name with half a surrogate pair, and DuckDB has no such text. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/**
 * The part of a JSON value that a flat_object field takes, or undefined where nothing is left. It serves searches:
 * what is too long, too deep or too much for terms is left out here, and is whole in the text beside it.
 */
export function flatten(value: unknown): { [name: string]: Flat } | undefined {
  let left = maxBytes;

  const leaf = (value: Leaf, path: number): Leaf | undefined => {
    const kept = typeof value === 'string' ? wellFormed(value) : value;
    const bytes = path + Buffer.byteLength(String(kept));
    if (bytes > maxTermBytes || bytes > left) return undefined;
    left -= bytes;
    return kept;
  };

  const walk = (value: unknown, path: number, depth: number): Flat | undefined => {
    if (value === null || depth > maxDepth || path > maxTermBytes) return undefined;
    if (Array.isArray(value)) {
      const items = value.map((item) => walk(item, path, depth + 1)).filter((item) => item !== undefined);
      return items.length > 0 ? items : undefined;
    }
    // Its term is its text; as a number, whoever reads the document may round it.
    if (value instanceof ExactNumber) return leaf(value.text, path);
    if (typeof value === 'object') return struct(value, path, depth);
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? leaf(value, path)
      : undefined;
  };

  const struct = (value: object, path: number, depth: number): { [name: string]: Flat } | undefined => {
    // No prototype: `__proto__` is a name like any other.
    const kept: { [name: string]: Flat } = Object.create(null);
    let any = false;
    for (const [name, inner] of membersOf(value)) {
      const key = wellFormed(name);
      const flat = walk(inner, path + Buffer.byteLength(key) + 1, depth + 1);
      if (flat === undefined) continue;
      // Of one name, all are found.
      kept[key] = any && kept[key] !== undefined ? [kept[key], flat].flat() : flat;
      any = true;
    }
    return any ? kept : undefined;
  };

  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
    ? struct(value, 0, 0)
    : undefined;
}
