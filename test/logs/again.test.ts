import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parsers } from '../../src/logs/parser.js';
import { maxDeadLetterBytes } from '../../src/model/event.js';
import { collect, originOf } from './collect.js';

async function* only(text: string): AsyncIterable<Buffer> {
  yield Buffer.from(text);
}

/** A sample, how its records' times are told, and what makes each of them unreadable. */
const samples = [
  ['cloudtrail', 'records.json', /("eventTime" ?: ?")(?=\d)/g, '$1at '],
  ['config', 'history.json', /("configurationItemCaptureTime" ?: ?")(?=\d)/g, '$1at '],
  ['guardduty', 'findings.jsonl', /("updatedAt" ?: ?")(?=\d)/g, '$1at '],
  ['vpcflow', 'flows.log', /\b(?=17\d{8} 17\d{8}\b)/g, 'at'],
  ['vpcflow', 'version-11.log', /\b(?=17\d{8}\b)/g, 'at'],
  ['vpcflow', 'transit-gateway.log', /\b(?=17\d{8}\b)/g, 'at'],
] as const;

test.for(samples)(
  '%s: each record of %s that was rejected, and can be read by now, is the event it would have been',
  async ([log, file, time, broken]) => {
    const text = await readFile(`ingest/${log}/samples/${file}`, 'utf8');
    const origin = originOf(log);
    const { events } = await collect(only(text), origin);
    const { rejected } = await collect(only(text.replaceAll(time, broken)), origin);
    expect(events.length).toBeGreaterThan(0);
    expect(rejected).toHaveLength(events.length);
    const mended = rejected.map((one) => ({
      ...one,
      raw: Buffer.from(
        one.raw
          .toString()
          .replaceAll(/"at /g, '"')
          .replaceAll(/\bat(?=17)/g, ''),
      ),
    }));
    expect(mended.map((one) => parsers[log].again(one, origin))).toEqual(events);
    expect(rejected.map((one) => parsers[log].again(one, origin))).toEqual(rejected);
  },
);

test('what is only the beginning of a record says so', async () => {
  const record = (filler: number) => `{"eventTime":"noon","x":"${'x'.repeat(filler)}"}`;
  const text = `{"Records":[${record(1)},${record(maxDeadLetterBytes)},${record(2).slice(0, -1)}`;
  const { rejected } = await collect(only(text), originOf('cloudtrail'));
  expect(rejected.map(({ whole }) => whole)).toEqual([true, false, false]);
});

test('bytes that no parser knows are a rejection and no fault', () => {
  for (const { log, again } of Object.values(parsers))
    for (const raw of [
      '',
      '[[',
      '[["',
      '[["a"]]',
      '[["start",1]]',
      '[[["a","b"]]]',
      '['.repeat(100_000),
      '\ufeff',
      '\0',
    ])
      expect(again({ raw: Buffer.from(raw), position: 7, header: null }, originOf(log))).toMatchObject({
        rejected: true,
        position: 7,
      });
});
