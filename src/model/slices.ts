/** What lies in a slice. */
export const sliceKinds = {
  /** No member of that name. */
  absent: 0,
  null: 1,
  /** ASCII between quotes; the slice is the text without them. */
  text: 2,
  /** The same with `\"`, `\\`, `\n` and the like in it. */
  escaped: 3,
  true: 4,
  false: 5,
  /** A whole number of at most 15 digits. */
  number: 6,
  /** An object or array, as JSON.stringify would write it. */
  json: 7,
  /** The same with a null, `{}` or `[]` somewhere in it. */
  hollow: 8,
} as const;

/** Of a slice: where it begins in the bytes, where it ends, its kind. */
export const intsPerSlice = 3;

/**
 * Where the values of a contract's fields lie in a record's bytes: what reading the record would give, without reading
 * it. A record has them only if nothing in it is unusual. `spots` has, from `at` on, a slice for each of the contract's
 * fields; behind these, for each of `items` in the contract's list (`resources[]`), one for each field in it.
 */
export interface Slices {
  /** Others lie before and behind the record. */
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  readonly spots: Int32Array;
  readonly at: number;
  readonly items: number;
  /** What no field takes, as a projection's `unmapped`. */
  readonly unmapped: string | null;
  /** Of a flow row: account and Region in its object's key. */
  readonly origin: { readonly account: string | null; readonly region: string | null } | null;
}

/** The kind of a field's slice. */
export const kindAt = ({ spots, at }: Slices, position: number): number => spots[at + position * intsPerSlice + 2]!;

/** A field's text; null for what is none, or is empty. */
export function textAt(slices: Slices, position: number): string | null {
  const { bytes, spots, at } = slices;
  const spot = at + position * intsPerSlice;
  const [from, to, kind] = [spots[spot]!, spots[spot + 1]!, spots[spot + 2]!];
  if (from === to) return null;
  if (kind === sliceKinds.text) return bytes.toString('latin1', from, to);
  if (kind === sliceKinds.escaped) return JSON.parse(bytes.toString('latin1', from - 1, to + 1)) as string;
  return null;
}
