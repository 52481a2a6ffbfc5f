import { describe, expect, test } from 'vitest';
import { parseNotification } from '../../src/s3/notifications.js';

const s3Record = (object: Record<string, unknown> = {}, eventName = 'ObjectCreated:Put') => ({
  eventVersion: '2.5',
  eventSource: 'aws:s3',
  awsRegion: 'eu-central-1',
  eventTime: '2026-03-02T08:15:30.123Z',
  eventName,
  s3: {
    s3SchemaVersion: '1.0',
    configurationId: 'trail',
    bucket: { name: 'trail-bucket', arn: 'arn:aws:s3:::trail-bucket' },
    object: {
      key: 'a/AWSLogs/b+c%2Bd%C3%A9.json.gz',
      size: 512,
      eTag: 'd41d8cd98f00b204e9800998ecf8427e',
      sequencer: '00',
      ...object,
    },
  },
});
const text = (value: unknown) => JSON.stringify(value);
const found = {
  bucket: 'trail-bucket',
  key: 'a/AWSLogs/b c+dé.json.gz',
  etag: 'd41d8cd98f00b204e9800998ecf8427e',
  versionId: null,
  size: 512,
  time: '2026-03-02T08:15:30.123Z',
};
const event = { Records: [s3Record()] };
const only = (object: object) => ({ objects: [object], ignored: [], poison: null });

describe('what names an object', () => {
  test('an S3 event; the key is URL-encoded, + a space', () => {
    expect(parseNotification(text(event))).toEqual(only(found));
  });

  test('an S3 event of a versioned bucket', () => {
    const body = text({ Records: [s3Record({ versionId: '096fKKXTRTtl3on89fVO.nfljtsv6qko' })] });
    expect(parseNotification(body)).toEqual(only({ ...found, versionId: '096fKKXTRTtl3on89fVO.nfljtsv6qko' }));
  });

  test('several records in one message', () => {
    const records = ['Put', 'Post', 'Copy', 'CompleteMultipartUpload'].map((how, i) =>
      s3Record({ key: `k${i}`, eTag: `e-${i}` }, `ObjectCreated:${how}`),
    );
    const { objects, poison } = parseNotification(text({ Records: records }));
    expect(objects.map(({ key, etag }) => [key, etag])).toEqual([0, 1, 2, 3].map((i) => [`k${i}`, `e-${i}`]));
    expect(poison).toBeNull();
  });

  test('an S3 event in an SNS envelope', () => {
    const body = text({ Type: 'Notification', TopicArn: 'arn:aws:sns:eu-central-1:1:t', Message: text(event) });
    expect(parseNotification(body)).toEqual(only(found));
  });

  const eventBridge = {
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    time: '2026-03-02T08:15:30Z',
    detail: {
      version: '0',
      bucket: { name: 'trail-bucket' },
      object: { key: 'a/AWSLogs/b c+dé.json.gz', size: 512, etag: found.etag, 'version-id': 'v.1', sequencer: '61' },
      reason: 'PutObject',
    },
  };

  test('an EventBridge event, whose key is as it is; also by SNS', () => {
    const wanted = only({ ...found, versionId: 'v.1', time: '2026-03-02T08:15:30.000Z' });
    expect(parseNotification(text(eventBridge))).toEqual(wanted);
    expect(parseNotification(text({ Type: 'Notification', Message: text(eventBridge) }))).toEqual(wanted);
  });

  test('CloudTrail’s own notice of its deliveries, which says no more than the keys', () => {
    const notice = { s3Bucket: 'trail-bucket', s3ObjectKey: ['AWSLogs/1/a+b.json.gz', 'AWSLogs/1/c.json.gz'] };
    const { objects, poison } = parseNotification(text({ Type: 'Notification', Message: text(notice) }));
    const unknown = { bucket: 'trail-bucket', etag: null, versionId: null, size: null, time: null };
    expect(objects).toEqual([
      { ...unknown, key: 'AWSLogs/1/a+b.json.gz' },
      { ...unknown, key: 'AWSLogs/1/c.json.gz' },
    ]);
    expect(poison).toBeNull();
  });
});

describe('what names nothing to read', () => {
  test('is told by its name', () => {
    const ignored = (body: unknown) => parseNotification(text(body));
    const testEvent = { Service: 'Amazon S3', Event: 's3:TestEvent', Time: 'T', Bucket: 'trail-bucket' };
    expect(ignored(testEvent)).toEqual({ objects: [], ignored: ['s3:TestEvent'], poison: null });
    expect(ignored({ Type: 'Notification', Message: text(testEvent) }).ignored).toEqual(['s3:TestEvent']);
    expect(ignored({ Records: [s3Record({}, 'ObjectRemoved:DeleteMarkerCreated')] }).ignored).toEqual([
      'ObjectRemoved:DeleteMarkerCreated',
    ]);
    expect(ignored({ source: 'aws.s3', 'detail-type': 'Object Deleted', detail: {} }).ignored).toEqual([
      'Object Deleted',
    ]);
  });

  test('beside what does: both are told', () => {
    const { objects, ignored, poison } = parseNotification(
      text({ Records: [s3Record({}, 'ObjectRemoved:Delete'), s3Record()] }),
    );
    expect({ objects, ignored, poison }).toEqual({ objects: [found], ignored: ['ObjectRemoved:Delete'], poison: null });
  });
});

describe('what can’t be understood is poison, and says why', () => {
  test('a message that names more than anybody would', () => {
    const notice = (count: number) => text({ s3Bucket: 'trail-bucket', s3ObjectKey: Array(count).fill('AWSLogs/x') });
    expect(parseNotification(notice(1000)).objects).toHaveLength(1000);
    expect(parseNotification(notice(1001))).toEqual({
      objects: [],
      ignored: [],
      poison: 'names more than 1000 objects',
    });
  });

  const nested = (depth: number): string => (depth === 0 ? text(event) : text({ Message: nested(depth - 1) }));
  const cases: [string, string, RegExp][] = [
    ['nothing', '', /not JSON/],
    ['no JSON', '<xml/>', /not JSON/],
    ['no object', '[1]', /not a JSON object/],
    ['null', 'null', /not a JSON object/],
    ['another message', text({ hello: 'world' }), /neither/],
    ['SNS around text', text({ Type: 'Notification', Message: 'hello' }), /not JSON/],
    ['no records', text({ Records: [] }), /empty/],
    ['a record that is none', text({ Records: [7] }), /no JSON object/],
    ['another service', text({ Records: [{ ...s3Record(), eventSource: 'aws:sqs' }] }), /event source/],
    ['a record without s3', text({ Records: [{ ...s3Record(), s3: null }] }), /lacks s3/],
    ['a key that is not encoded', text({ Records: [s3Record({ key: '100%' })] }), /key/],
    ['a key that is a number', text({ Records: [s3Record({ key: 5 })] }), /key/],
    ['a key longer than S3 has', text({ Records: [s3Record({ key: 'k'.repeat(1025) })] }), /key/],
    ['envelopes without end', nested(9), /envelope/],
    ['brackets without end', '['.repeat(200_000), /not JSON/],
    ['a notice without keys', text({ s3Bucket: 'trail-bucket', s3ObjectKey: 'k' }), /s3ObjectKey/],
    ['no bucket', text({ s3Bucket: '../etc', s3ObjectKey: ['k'] }), /bucket/],
    ['EventBridge without a bucket', text({ source: 'aws.s3', 'detail-type': 'Object Created' }), /detail/],
    ['prototypes', '{"__proto__":{"Records":[]},"constructor":{}}', /neither/],
  ];
  test.for(cases)('%s', ([, body, reason]) => {
    const { objects, poison } = parseNotification(body);
    expect(objects).toEqual([]);
    expect(poison).toMatch(reason);
  });

  test('a part of a message: the rest is still named', () => {
    const { objects, poison } = parseNotification(text({ Records: [s3Record(), { eventSource: 'other' }] }));
    expect(objects).toEqual([found]);
    expect(poison).toMatch(/event source/);
  });

  test('details that could not stand in a request count as absent', () => {
    const bad = { eTag: 'a"\r\nx-evil: 1', versionId: '../v', size: -1 };
    const { objects, poison } = parseNotification(text({ Records: [{ ...s3Record(bad), eventTime: 'yesterday' }] }));
    expect(objects).toEqual([{ ...found, etag: null, versionId: null, size: null, time: null }]);
    expect(poison).toBeNull();
  });
});
