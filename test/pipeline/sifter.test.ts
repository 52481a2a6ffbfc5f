import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { KeyIds } from '../../src/logs/sieve.js';
import { Reading } from '../../src/pipeline/reading.js';
import { Sifter } from '../../src/pipeline/sifter.js';

const key = 'AKIAIOSFODNN7EXAMPLE';
const stored = gzipSync(`{"Records":[{"eventVersion":"1.11","x":"${key}"},{"eventVersion":"1.11"}]}`);
const sought = { ids: [key], except: null };

test('a thread that ends fails what it was asked, and the next question has another', async () => {
  const sifter = new Sifter();
  const asked = sifter.sift(stored, sought, false);
  await Promise.all([expect(asked).rejects.toThrow('ended'), sifter.start().terminate()]);
  expect(await sifter.sift(stored, sought, false)).toMatchObject({ kept: [{ position: 0 }], passedOver: 1 });
  await sifter.stop();
});

test('of an object with more key ids than are remembered, it is unknown which occur', async () => {
  const records = Array.from({ length: 41 }, (_, record) => {
    const ids = Array.from({ length: 25_000 }, (_, i) => `ASIA${record * 25_000 + i}`.padEnd(20, 'X'));
    return `{"eventVersion":"1.11","x":"${ids.join(' ')}"}`;
  });
  const sifter = new Sifter();
  const wanted = { sieve: key, lookedFor: '', ids: new KeyIds([key]), except: null, sought };
  const reading = new Reading(wanted, null, true, sifter);
  expect(await reading.sift(gzipSync(`{"Records":[${records.join(',')}]}`))).toMatchObject({ passedOver: 41 });
  expect(reading.takeMarks()).toBeNull();
  await sifter.stop();
});
