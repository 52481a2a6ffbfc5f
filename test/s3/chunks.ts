/** A whole number in [0, below), the same sequence for the same seed. */
export type Random = (below: number) => number;

/** A linear congruential generator (constants of Numerical Recipes); its high bits are good enough for tests. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export async function* chunksOf(parts: Iterable<Buffer | string>): AsyncIterable<Buffer> {
  for (const part of parts) yield Buffer.from(part);
}

/** The bytes in chunks of random sizes, empty ones among them. */
export function randomChunks(bytes: Buffer, random: Random): AsyncIterable<Buffer> {
  const largest = [1 + random(3), 200, 5_000, 100_000][bytes.length > 5_000 ? 1 + random(3) : random(4)]!;
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = random(largest + 1);
    parts.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunksOf(parts);
}
