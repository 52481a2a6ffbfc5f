import { expect, it } from 'vitest';
import { inflate, nativeInflate } from '../../src/s3/gunzip.js';
import { classify } from '../../src/s3/layout.js';
import { openSource } from '../../src/s3/source.js';
import { sharedDataOrSkip } from '../services/shared-data.js';
import { collect } from './collect.js';

it.for(nativeInflate.available ? [true, false] : [false])(
  'reads logs that others wrote, native: %s',
  async (native, context) => {
    const source = await openSource(sharedDataOrSkip(context));
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
