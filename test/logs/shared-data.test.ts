import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { inflate, nativeInflate } from '../../src/s3/gunzip.js';
import { classify } from '../../src/s3/layout.js';
import { openSource } from '../../src/s3/source.js';
import { collect } from './collect.js';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const bucket = `${process.env.KEYTRAIL_SHARED_DATA ?? `${checkout}../shared/data`}/s3`;
const present = existsSync(bucket);
if (!present) console.warn(`shared data: skipped, there is no ${bucket}; set KEYTRAIL_SHARED_DATA`);

it.runIf(present).each(nativeInflate.available ? [true, false] : [false])(
  'reads logs that others wrote, native: %s',
  async (native) => {
    const source = await openSource(bucket);
    let objects = 0;
    const counts = { cloudtrail: 0, vpcflow: 0, config: 0, guardduty: 0 };
    const ids = new Set<string>();
    for await (const page of source.list()) {
      for (const object of page) {
        const found = classify(object.key);
        if (found.kind !== 'log') throw new Error(`${object.key}: ${found.what}`);
        const { parsed, events, error } = await collect(inflate(await source.read(object), { native }), found.origin);
        expect(error, object.key).toBeNull();
        expect(events.length, object.key).toBe(parsed.length);
        objects++;
        counts[found.origin.log] += events.length;
        for (const { id } of events) ids.add(id);
      }
    }
    await source.close();
    expect(objects).toBe(65);
    expect(counts).toEqual({ cloudtrail: 1319, vpcflow: 108, config: 0, guardduty: 0 });
    expect(ids.size).toBe(1319 + 108);
  },
);
