import { describe, expect, it } from 'vitest';
import { KeytrailError } from '../../src/errors.js';
import { type Envelope, envelopeNames, envelopesOf, type ParseOptions } from '../../src/logs/envelopes.js';
import { logNames } from '../../src/model/event.js';
import { chunksOf, randomChunks, seeded } from '../s3/chunks.js';
import { type Collected, collect, originOf } from './collect.js';

const trail = originOf('cloudtrail');
const flows = originOf('vpcflow');
const eventTime = '2024-08-01T13:45:00Z';
const records = [
  { eventVersion: '1.11', eventTime, eventID: 'a', recipientAccountId: '1', userAgent: '☃ "}{[' },
  { eventVersion: '1.11', eventTime, eventID: 'b', recipientAccountId: '2' },
  { eventVersion: '1.11', eventTime, eventID: 'a', recipientAccountId: '2' },
].map((record) => JSON.stringify(record));
const row = '2 111122223333 eni-0123 10.0.0.1 10.0.0.2 49152 443 6 20 4249 1722519900 1722519960 ACCEPT OK';

const message = (messageType: string, messages: string[]): string =>
  JSON.stringify({
    messageType,
    owner: '111122223333',
    logGroup: 'aws-cloudtrail-logs',
    logStream: 's',
    subscriptionFilters: ['f'],
    logEvents: messages.map((text, at) => ({ id: String(at), timestamp: 1722519900000, message: text })),
  });

const wrapped: Record<Envelope, string> = {
  'lookup-events': JSON.stringify(
    { Events: records.map((text) => ({ EventId: 'x', Resources: [], CloudTrailEvent: text })), NextToken: 't' },
    null,
    4,
  ),
  cloudwatch: message('DATA_MESSAGE', records.slice(0, 1)) + message('DATA_MESSAGE', records.slice(1)),
  firehose: records.join(''),
  lines: `\ufeff${records.join('\r\n')}`,
};

const parse = (text: string, origin = trail, options: ParseOptions = {}): Promise<Collected> =>
  collect(chunksOf([text]), origin, options);

describe('CloudTrail records', () => {
  it.each(envelopeNames)('are the same events in %s as in a file, and any cut of its chunks', async (envelope) => {
    const plain = await parse(`{"Records":[${records.join()}]}`);
    expect(plain.events.map(({ id }) => id)).toEqual(['a.1', 'b.2', 'a.2']);
    for (let seed = 1; seed <= 20; seed++) {
      const chunks = randomChunks(Buffer.from(wrapped[envelope]), seeded(seed));
      expect(await collect(chunks, trail, { envelope })).toEqual(plain);
    }
  });

  it.each(envelopeNames)('are found in %s without being told', async (envelope) => {
    const { events, error } = await parse(wrapped[envelope]);
    expect(error).toBeNull();
    expect(events.map(({ id }) => id)).toEqual(['a.1', 'b.2', 'a.2']);
  });

  it('are not guessed at: what shows no envelope for certain is no file of records', async () => {
    for (const text of ['{"awsAccountId":"1","logFiles":[]}', '{"constructor":1}', '[{"eventVersion":"1"}]', 'eventID'])
      expect((await parse(text)).error, text).toMatchObject({ code: 'bad_object' });
  });

  it('that are bad are rejected with their own bytes, and the rest is read', async () => {
    const bad = ['{"eventVersion":}', '7', '"text"'];
    for (const envelope of ['firehose', 'lines'] as const) {
      const text = [records[0], ...bad, records[1]].join('\n');
      const { parsed, rejected, error } = await parse(text, trail, { envelope });
      expect(error).toBeNull();
      expect(rejected.map(({ raw }) => raw.toString())).toEqual(bad);
      expect(parsed.map(({ position }) => position)).toEqual([0, 1, 2, 3, 4]);
    }
  });

  it('on a line that is cut off take nothing else with them', async () => {
    const { events, rejected } = await parse(`{"eventVersion":"1\n${records[0]}\n}]\n${records[1]}`, trail, {
      envelope: 'lines',
    });
    expect(events.map(({ id }) => id)).toEqual(['a.1', 'b.2']);
    expect(rejected).toHaveLength(2);
  });

  it('may lack in an envelope, which is rejected', async () => {
    const { rejected, events } = await parse(
      JSON.stringify({ Events: [{ EventId: 'x' }, 7, { CloudTrailEvent: { a: 1 } }, { CloudTrailEvent: records[0] }] }),
    );
    expect(rejected.map(({ reason }) => reason)).toEqual([
      'CloudTrailEvent is missing or no text',
      'record is not a JSON object',
      'CloudTrailEvent is missing or no text',
    ]);
    expect(events).toHaveLength(1);
  });

  it('that are nested too deep are rejected in every envelope', async () => {
    const deep = `{"eventVersion":${'[{"a":'.repeat(200)}1${'}]'.repeat(200)}}`;
    const all: Record<Envelope, string> = {
      'lookup-events': JSON.stringify({ Events: [{ CloudTrailEvent: deep }] }),
      cloudwatch: message('DATA_MESSAGE', [deep]),
      firehose: deep,
      lines: deep,
    };
    for (const envelope of envelopeNames) {
      const { rejected } = await parse(all[envelope], trail, { envelope });
      expect(
        rejected.map(({ reason }) => reason),
        envelope,
      ).toEqual(['record is nested deeper than 256 levels']);
    }
  });

  it('of an envelope that is cut off are read up to there', async () => {
    for (const envelope of ['lookup-events', 'cloudwatch', 'firehose'] as const) {
      const { events, rejected, error } = await parse(wrapped[envelope].slice(0, -30), trail, { envelope });
      expect(events.length + rejected.length, envelope).toBeGreaterThanOrEqual(2);
      expect(error, envelope).toMatchObject({ code: 'bad_object' });
    }
  });

  it('end with the error of their source, whatever it is, after what came before', async () => {
    for (const code of ['bad_object', 'source_unreachable'] as const) {
      async function* breaking(): AsyncIterable<Buffer> {
        yield Buffer.from(records[0]!);
        throw new KeytrailError(code, 'it broke');
      }
      const { events, error } = await collect(breaking(), trail);
      expect(error).toMatchObject({ code, message: 'it broke' });
      expect(events).toHaveLength(1);
    }
  });
});

it('skips control messages and counts them', async () => {
  const skipped: string[] = [];
  const control = message('CONTROL_MESSAGE', ['CWL CONTROL MESSAGE: Checking health of destination Firehose.']);
  const { parsed } = await parse(`${control}${message('DATA_MESSAGE', records)}\n${control}`, trail, {
    envelope: 'cloudwatch',
    onSkipped: (what) => skipped.push(what),
  });
  expect(parsed.map(({ position }) => position)).toEqual([0, 1, 2]);
  expect(skipped).toEqual(Array(2).fill('CloudWatch Logs control message'));
});

describe('flow rows', () => {
  const other = row.replace('443', '22');

  it('are the same rows in every envelope of theirs, which is found where it shows', async () => {
    const plain = await parse(`${row}\n${other}\n`, flows);
    expect(plain.events).toHaveLength(2);
    const texts = {
      cloudwatch: message('DATA_MESSAGE', [row]) + message('DATA_MESSAGE', [`${other}`]),
      firehose: [row, other].map((text) => JSON.stringify({ message: text })).join(''),
      lines: `${row}\n${other}`,
    };
    expect(Object.keys(texts)).toEqual(envelopesOf.vpcflow);
    for (const [envelope, text] of Object.entries(texts) as [Envelope, string][]) {
      expect(await parse(text, flows, { envelope }), envelope).toEqual(plain);
      expect(await parse(text, flows), envelope).toEqual(plain);
    }
  });

  it('of a Transit Gateway are known without a header by their version, type and number of fields', async () => {
    const tgw =
      '6 TransitGateway 111122223333 tgw-1 tgw-attach-1 1 2 vpc-1 vpc-2 subnet-1 subnet-2 eni-1 eni-2 az1 az2 ' +
      'tgw-attach-2 10.1.0.4 10.2.0.9 49152 3306 6 12 9001 1722519900 1722519960 OK IPv4 0 3 0 0 2 us-east-1 egress - -';
    const { events } = await parse(message('DATA_MESSAGE', [tgw]), flows);
    expect(events[0]!.record).toMatchObject({ 'tgw-id': 'tgw-1', dstport: 3306, 'packets-lost-blackhole': 3 });
    expect((await parse(message('DATA_MESSAGE', [`${tgw} x`]), flows)).rejected).toHaveLength(1);
  });
});

it('names envelopes for every log, and reads findings a line each when told so', async () => {
  expect(Object.keys(envelopesOf)).toEqual([...logNames]);
  const { events } = await parse('{"updatedAt":"2024-08-01T13:45:00Z"}', originOf('guardduty'), { envelope: 'lines' });
  expect(events).toHaveLength(1);
});

it('refuses an envelope that the log never comes in', async () => {
  for (const [log, envelope] of [
    ['config', 'lines'],
    ['vpcflow', 'lookup-events'],
    ['guardduty', 'firehose'],
  ] as const)
    expect((await parse('x', originOf(log), { envelope })).error).toMatchObject({
      code: 'usage',
      message: expect.stringContaining(envelope),
    });
});
