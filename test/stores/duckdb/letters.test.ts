import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DeadLetter } from '../../../src/model/object.js';
import { openDuckDb } from '../../../src/stores/duckdb/index.js';

const letter = (position: number, reason: string): DeadLetter => ({
  id: `letter-${position}`,
  eventId: null,
  bucket: 'b',
  key: `k-${position % 3}`,
  version: '',
  log: 'cloudtrail',
  account: '111122223333',
  region: 'us-east-1',
  position,
  reason,
  raw: Buffer.from(`{"n":${position}}`),
  whole: true,
  header: null,
  time: '2026-03-02T08:00:00Z',
});

test('a letter that is written again takes the place of the first, in a batch and after it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keytrail-letters-'));
  try {
    const store = await openDuckDb(join(folder, 'x.duckdb'), 'write');
    await store.prepare();
    const numbers = Array.from({ length: 50 }, (_, position) => position);
    await store.writeDeadLetters(numbers.map((position) => letter(position, 'first')));
    await store.writeDeadLetters([letter(7, 'second'), letter(49, 'second'), letter(7, 'third'), letter(50, 'new')]);
    const found = await store.deadLetters(null, null);
    expect(found).toHaveLength(51);
    const reasons = new Map(found.map(({ position, reason }) => [position, reason]));
    expect([6, 7, 49, 50].map((position) => reasons.get(position))).toEqual(['first', 'third', 'second', 'new']);
    await store.close();
  } finally {
    await rm(folder, { recursive: true });
  }
});
