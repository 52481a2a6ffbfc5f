import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect } from 'vitest';
import { parsers } from '../../src/logs/parser.js';
import { contractOf } from '../../src/model/contract.js';
import { isRejected, type LogEvent } from '../../src/model/event.js';
import { originOf } from '../logs/collect.js';

/** Logs whose records may have slices. */
export type Log = 'cloudtrail' | 'vpcflow';

const contract = contractOf('cloudtrail');
export const samples: Record<string, unknown>[] = JSON.parse(
  readFileSync('ingest/cloudtrail/samples/records.json', 'utf8'),
).Records;

export const file = (...records: string[]): Buffer => Buffer.from(`{"Records":[${records.join(',')}]}`);

/** The events of a file that may be damaged. */
export async function skimmed(bytes: Buffer, log: Log = 'cloudtrail'): Promise<LogEvent[]> {
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
export const anyRecord = fc
  .tuple(fc.nat(), fc.array(fc.tuple(anyField, json), { maxLength: 4 }))
  .map(([number, sets]) => {
    const copy = structuredClone(samples[number % samples.length]!);
    for (const [steps, value] of sets) {
      let level: Record<string, unknown> = copy;
      for (const step of steps.slice(0, -1))
        level = objectIn(objectIn(level, step), Array.isArray(level[step]) ? '0' : null);
      level[steps.at(-1)!] = value;
    }
    return copy;
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
/** A header, and rows below it. */
export const anyTable = fc.uniqueArray(fc.constantFrom(...flowNames), { minLength: 1, maxLength: 8 }).chain((names) => {
  const header = ['start', ...names.filter((name) => name !== 'start')];
  const row = fc.tuple(
    fc.constantFrom('1772409611', '1772409611', '-', '253402300800', '01'),
    ...header.slice(1).map(() => token),
  );
  return fc.record({ header: fc.constant(header.join(' ')), rows: fc.array(row, { minLength: 1, maxLength: 4 }) });
});
