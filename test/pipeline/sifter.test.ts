import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
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
