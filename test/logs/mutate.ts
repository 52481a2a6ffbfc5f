import fc from 'fast-check';

/** A change of some bytes; places are shares of the length, so that they fit any object. */
type Change =
  | { kind: 'flip'; at: number; bit: number }
  | { kind: 'set'; at: number; byte: number }
  | { kind: 'cut'; at: number }
  | { kind: 'drop'; at: number; length: number }
  | { kind: 'double'; at: number; length: number; times: number }
  | { kind: 'swap'; at: number; length: number; other: number };

/** A number in [0, 1). */
const share = fc.nat({ max: 999_999 }).map((millionths) => millionths / 1_000_000);
const length = fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 600 }));
/** What the texts are made of is likelier than other bytes. */
const byte = fc.oneof(fc.constantFrom(...Buffer.from('{}[]",:\\ \n\r\t-\0')), fc.nat({ max: 255 }));

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: share, bit: fc.nat({ max: 7 }) }),
  fc.record({ kind: fc.constant('set' as const), at: share, byte }),
  fc.record({ kind: fc.constant('cut' as const), at: share }),
  fc.record({ kind: fc.constant('drop' as const), at: share, length }),
  fc.record({ kind: fc.constant('double' as const), at: share, length, times: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constant('swap' as const), at: share, length, other: share }),
);

export const changes: fc.Arbitrary<Change[]> = fc.array(change, { minLength: 1, maxLength: 4 });

function apply(bytes: Buffer, change: Change): Buffer {
  const at = Math.floor(change.at * bytes.length);
  const until = (length: number, from = at): number => Math.min(bytes.length, from + length);
  switch (change.kind) {
    case 'flip':
    case 'set': {
      const changed = Buffer.from(bytes);
      if (at < changed.length) changed[at] = change.kind === 'set' ? change.byte : changed[at]! ^ (1 << change.bit);
      return changed;
    }
    case 'cut':
      return bytes.subarray(0, at);
    case 'drop':
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(until(change.length))]);
    case 'double': {
      const slice = bytes.subarray(at, until(change.length));
      const copies: Buffer[] = Array(change.times).fill(slice);
      return Buffer.concat([bytes.subarray(0, at), ...copies, bytes.subarray(at)]);
    }
    case 'swap': {
      const other = Math.floor(change.other * bytes.length);
      const [first, second] = [Math.min(at, other), Math.max(at, other)];
      const size = Math.min(change.length, second - first);
      return Buffer.concat([
        bytes.subarray(0, first),
        bytes.subarray(second, until(size, second)),
        bytes.subarray(first + size, second),
        bytes.subarray(first, first + size),
        bytes.subarray(until(size, second)),
      ]);
    }
  }
}

export const mutated = (bytes: Buffer, all: readonly Change[]): Buffer => all.reduce(apply, bytes);

/** How many bytes two buffers begin with in common. */
export function commonLength(a: Buffer, b: Buffer): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) return at;
  return length;
}
