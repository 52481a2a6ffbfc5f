import { readFileSync } from 'node:fs';
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

const contract = contractOf('cloudtrail');
const written = { cloudtrail: slicedDocument(contract)!, vpcflow: slicedDocument(contractOf('vpcflow'))! };
const maps = { cloudtrail: documentMapper(contract), vpcflow: documentMapper(contractOf('vpcflow')) };
type Log = keyof typeof maps;
const samples: Record<string, unknown>[] = JSON.parse(
  readFileSync('ingest/cloudtrail/samples/records.json', 'utf8'),
).Records;
const enrichment = { 'source.geo.country_iso_code': 'CH', 'source.as.number': 64_500, 'user_agent.name': 'Ähm' };

async function skimmed(bytes: Buffer, log: Log = 'cloudtrail'): Promise<LogEvent[]> {
  async function* chunks() {
    yield bytes;
  }
  const events: LogEvent[] = [];
  try {
    for await (const batch of parsers[log].parse(chunks(), originOf(log)))
      for (const parsed of batch) if (!isRejected(parsed)) events.push(parsed);
  } catch (error) {
    expect(error).toMatchObject({ code: 'bad_object' });
  }
  return events;
}

const file = (...records: string[]): Buffer => Buffer.from(`{"Records":[${records.join(',')}]}`);

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

const name = fc.oneof(
  fc.constantFrom('bucketName', 'key', '__proto__', 'constructor', 'a', 'b', '1', '', 'x"y', 'ü'),
  fc.string({ maxLength: 4 }),
);
const leaf = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', '"', '\\', '\n', '\u2028', 'arn:aws:s3:::b/k', 'arn:aws:iam::1:role/"x', '\ud800', 'é', '\u007f'),
  fc.integer(),
  fc.double(),
  fc.constantFrom(null, true, false, 0, -0, 1e21),
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(name, tie('json'), { maxKeys: 4 }),
  ),
}));
const anyField = fc.constantFrom(
  ...contract.fields.map(({ raw }) => raw.replace('[]', '').split('.')),
  ['newMember'],
  ['userIdentity'],
  ['resources'],
  ['userIdentity', 'newMember'],
  ['userIdentity', 'sessionContext', 'newMember'],
);

/** The object or list that is a member, made one where it is none; `name` null: what was given. */
function objectIn(outer: Record<string, unknown>, name: string | null): Record<string, unknown> {
  if (name === null) return outer;
  if (typeof outer[name] !== 'object' || outer[name] === null) outer[name] = {};
  return outer[name] as Record<string, unknown>;
}

/** A sample with some members changed to anything. */
const record = fc.tuple(fc.nat(), fc.array(fc.tuple(anyField, json), { maxLength: 4 })).map(([number, sets]) => {
  const copy = structuredClone(samples[number % samples.length]!);
  for (const [steps, value] of sets) {
    let level: Record<string, unknown> = copy;
    for (const step of steps.slice(0, -1))
      level = objectIn(objectIn(level, step), Array.isArray(level[step]) ? '0' : null);
    level[steps.at(-1)!] = value;
  }
  return copy;
});

test('whatever a record holds, its slices say what reading it says', async () => {
  let agreed = 0;
  await fc.assert(
    fc.asyncProperty(record, async (record) => {
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

const flowNames = [
  ...['version', 'account-id', 'interface-id', 'srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol', 'packets'],
  ...['bytes', 'start', 'end', 'action', 'log-status', 'flow-direction', 'tcp-flags', 'pkt-srcaddr', 'az-id'],
];
const token = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('2', '443', '0', '1772409611', '10.0.0.1', '2001:db8::1', 'OK', 'ACCEPT', '-'),
  },
  fc.constantFrom(
    'SKIPDATA',
    '007',
    '',
    '-5',
    '4294967296',
    '9999999999999999',
    '99999999999999',
    'a"b',
    'é',
    '\\',
    '1\t2',
  ),
);
const table = fc.uniqueArray(fc.constantFrom(...flowNames), { minLength: 1, maxLength: 8 }).chain((names) => {
  const header = ['start', ...names.filter((name) => name !== 'start')];
  const row = fc.tuple(
    fc.constantFrom('1772409611', '1772409611', '-', '253402300800', '01'),
    ...header.slice(1).map(() => token),
  );
  return fc.record({ header: fc.constant(header.join(' ')), rows: fc.array(row, { minLength: 1, maxLength: 4 }) });
});

test('whatever a flow row holds, its slices say what reading it says', async () => {
  let agreed = 0;
  await fc.assert(
    fc.asyncProperty(table, async ({ header, rows }) => {
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
