import { expect, test } from 'vitest';
import type { ObjectRef } from '../../src/model/object.js';
import { ObjectRun } from '../../src/pipeline/object-run.js';
import { Worker } from '../../src/pipeline/worker.js';
import { collect, originOf } from '../logs/collect.js';
import { chunksOf } from '../s3/chunks.js';

const object: ObjectRef = { bucket: 'b', key: 'k', version: 'v', size: 1, lastModified: '2026-03-02T08:00:00Z' };

test('the dead letter of an event that a store refuses has its numbers and members as the log has them', async () => {
  const record = '{"eventTime":"2026-03-02T08:00:00Z","a":12345678901234567890,"b":[-0,1e400],"b":{"__proto__":2.0}}';
  const { events } = await collect(chunksOf([`{"Records":[${record}]}`]), originOf('cloudtrail'));
  const run = new ObjectRun(object, originOf('cloudtrail'), new Worker());
  const letter = run.settle(events[0]!, { refused: 'too odd' }, new Date(0));
  expect(letter).toMatchObject({ reason: 'too odd', position: 0 });
  expect(letter!.raw.toString()).toBe(record);
});
