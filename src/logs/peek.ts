/** The first bytes of a stream, `count` where it has so many, and the whole stream again. `ended`: there are no more. */
export async function peek(
  bytes: AsyncIterable<Buffer>,
  count: number,
): Promise<{ head: Buffer; all: AsyncIterable<Buffer>; ended: boolean }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let length = 0;
  let failure: { error: unknown } | null = null;
  let ended = false;
  while (length < count && !ended) {
    try {
      const step = await iterator.next();
      if (step.done) ended = true;
      else {
        chunks.push(step.value);
        length += step.value.length;
      }
    } catch (error) {
      // Whoever reads the whole gets what came before, and then this.
      failure = { error };
      ended = true;
    }
  }

  async function* all(): AsyncIterable<Buffer> {
    try {
      yield* chunks;
      if (failure) throw failure.error;
      while (!ended) {
        const step = await iterator.next();
        if (step.done) ended = true;
        else yield step.value;
      }
    } finally {
      if (!ended) await iterator.return?.();
    }
  }
  const rest = length > count || !ended || failure !== null;
  return { head: Buffer.concat(chunks).subarray(0, count), all: all(), ended: !rest };
}
