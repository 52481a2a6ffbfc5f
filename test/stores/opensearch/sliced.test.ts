import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cloudTrailEvent } from '../../../src/logs/cloudtrail.js';
import { parsers } from '../../../src/logs/parser.js';
import { contractOf } from '../../../src/model/contract.js';
import { isRejected, type LogEvent } from '../../../src/model/event.js';
import { isDataEvent, isSkipData } from '../../../src/pipeline/event-span.js';
import { Bytes } from '../../../src/stores/opensearch/bytes.js';
import { documentMapper } from '../../../src/stores/opensearch/document.js';
import { documentVersion } from '../../../src/stores/opensearch/names.js';
import { slicedDocument } from '../../../src/stores/opensearch/sliced.js';
import { originOf } from '../../logs/collect.js';
import { changes, mutated } from '../../logs/mutate.js';
import { anyRecord, anyTable, file, type Log, samples, skimmed } from '../skimmed.js';

const contract = contractOf('cloudtrail');
const written = { cloudtrail: slicedDocument(contract)!, vpcflow: slicedDocument(contractOf('vpcflow'))! };
const maps = { cloudtrail: documentMapper(contract), vpcflow: documentMapper(contractOf('vpcflow')) };
const enrichment = { 'source.geo.country_iso_code': 'CH', 'source.as.number': 64_500, 'user_agent.name': 'Ähm' };

/** Whether the event has slices; where it has, what they say must be what reading the record says. */
function agrees(event: LogEvent, log: Log = 'cloudtrail', header: string | null = null): boolean {
  const { slices } = event;
  if (!slices) return false;
  const raw = slices.bytes.subarray(slices.from, slices.to);
  const read = parsers[log].again({ raw, position: event.position, header }, originOf(log));
  if (isRejected(read)) throw new Error(`skimmed, and is none: ${raw}`);
  const { id, time, bytes, record } = event;
  expect({ id, time, bytes, record }).toEqual({ id: read.id, time: read.time, bytes: read.bytes, record: read.record });
  if (log === 'cloudtrail') expect(isDataEvent(event)).toBe(isDataEvent(read));
  else expect(isSkipData(event)).toBe(isSkipData(read));
  const out = new Bytes(Buffer.alloc(16));
  out.text('before');
  if (!written[log]({ ...event, enrichment } as LogEvent, slices, out)) {
    expect(out.length).toBe(6);
    return false;
  }
  const document = maps[log]({ ...read, enrichment });
  document.keytrail = { ...(document.keytrail as object | undefined), schema: documentVersion };
  const text = out.buffer.toString('utf8', 6, out.length);
  // Through JSON, where a name without a prototype is as any other.
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(document)));
  return true;
}

test('records as AWS writes them are skimmed, and become the document that reading them gives', async () => {
  const events = await skimmed(file(...samples.map((record) => JSON.stringify(record))));
  expect(events).toHaveLength(samples.length);
  const agreed = events.filter((event) => agrees(event)).length;
  expect(agreed).toBeGreaterThan(samples.length / 2);
});

test('whatever a record holds, its slices say what reading it says', async () => {
  let agreed = 0;
  await fc.assert(
    fc.asyncProperty(anyRecord, async (record) => {
      for (const event of await skimmed(file(JSON.stringify(record)))) if (agrees(event)) agreed++;
    }),
    { numRuns: 2000, seed: 20_260_302 },
  );
  expect(agreed).toBeGreaterThan(200);
});

test('whatever happens to its bytes, its slices say what reading it says', async () => {
  const whole = file(...samples.map((record) => JSON.stringify(record)));
  await fc.assert(
    fc.asyncProperty(changes, async (changes) => {
      for (const event of await skimmed(mutated(whole, changes))) agrees(event);
    }),
    { numRuns: 500, seed: 20_260_302 },
  );
});

test('whatever a flow row holds, its slices say what reading it says', async () => {
  let agreed = 0;
  await fc.assert(
    fc.asyncProperty(anyTable, async ({ header, rows }) => {
      const text = [header, ...rows.map((row) => row.join(' '))].join('\n');
      for (const event of await skimmed(Buffer.from(text), 'vpcflow')) if (agrees(event, 'vpcflow', header)) agreed++;
    }),
    { numRuns: 2000, seed: 20_260_302 },
  );
  expect(agreed).toBeGreaterThan(200);
});

test.for([
  ['a blank', (text: string) => text.replace('":', '" :')],
  ['an unknown member that is null', (text: string) => text.replace('{', '{"newMember":null,')],
  ['a member twice', (text: string) => text.replace('{', '{"eventName":"A",')],
  ['a fraction', (text: string) => text.replace('{', '{"apiVersion":1.50,')],
  ['text beyond ASCII', (text: string) => text.replace('{', '{"apiVersion":"é",')],
] as const)('%s is left to reading', ([, change]) => {
  const raw = Buffer.from(change(JSON.stringify(samples[0])));
  const event = cloudTrailEvent({ raw, fault: null }, 0);
  expect(isRejected(event) || event.slices).toBe(undefined);
});
