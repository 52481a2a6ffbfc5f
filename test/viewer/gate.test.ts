import { expect, it } from 'vitest';
import { Gate, GivenUp } from '../../src/viewer/gate.js';

/** Work that ends when it is told to. */
function work(): { run(): Promise<string>; end(): void; readonly begun: boolean } {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let begun = false;
  return {
    run: () => {
      begun = true;
      return ended.then(() => 'done');
    },
    end: () => end(),
    get begun() {
      return begun;
    },
  };
}

const forever = new AbortController().signal;

it('lets in so many at once, and the next in order when one has ended or failed', async () => {
  const gate = new Gate(2);
  const [a, b, c, d] = [work(), work(), work(), work()];
  const results = [a, b, c].map((one) => gate.run(forever, one.run));
  const failing = gate.run(forever, async () => {
    d.run();
    throw new Error('it failed');
  });
  expect([a.begun, b.begun, c.begun]).toEqual([true, true, false]);
  a.end();
  expect(await results[0]).toBe('done');
  await Promise.resolve();
  expect([c.begun, d.begun]).toEqual([true, false]);
  b.end();
  await expect(failing).rejects.toThrow('it failed');
  c.end();
  expect(await Promise.all(results)).toEqual(['done', 'done', 'done']);
});

it('never begins what nobody waits for any more', async () => {
  const gate = new Gate(1);
  const [a, b, c] = [work(), work(), work()];
  const first = gate.run(forever, a.run);
  const leaving = new AbortController();
  const second = gate.run(leaving.signal, b.run);
  const third = gate.run(forever, c.run);
  leaving.abort();
  await expect(second).rejects.toThrow(GivenUp);
  a.end();
  await first;
  c.end();
  expect(await third).toBe('done');
  expect(b.begun).toBe(false);
});
