import { expect, test } from 'vitest';
import { contractOf } from '../../../src/model/contract.js';
import { documentMapper } from '../../../src/stores/opensearch/document.js';
import { flatten } from '../../../src/stores/opensearch/flat.js';
import { eventOf } from './node.js';

const cloudtrail = documentMapper(contractOf('cloudtrail'));
const vpcflow = documentMapper(contractOf('vpcflow'));

test('a CloudTrail record becomes an ECS document', () => {
  const document = cloudtrail(
    eventOf('e-1', {
      eventSource: 's3.amazonaws.com',
      sourceIPAddress: '198.51.100.7',
      userAgent: '',
      readOnly: true,
      managementEvent: 'false',
      userIdentity: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
      requestParameters: { bucketName: 'b', nested: { list: [1, null, { a: 'x' }] }, nothing: {} },
      resources: [{ ARN: 'arn:aws:s3:::b' }, { ARN: 'arn:aws:s3:::c', type: 'AWS::S3::Bucket' }],
      recipientAccountId: '111122223333',
    }),
  );
  expect(document).toEqual({
    '@timestamp': '2026-03-02T08:00:00Z',
    event: { id: 'e-1', provider: 's3.amazonaws.com', outcome: 'success' },
    source: { address: '198.51.100.7', ip: '198.51.100.7' },
    cloud: { account: { id: '111122223333' } },
    aws: {
      cloudtrail: {
        read_only: true,
        management_event: false,
        user_identity: { access_key_id: 'AKIAIOSFODNN7EXAMPLE' },
        request_parameters: '{"bucketName":"b","nested":{"list":[1,null,{"a":"x"}]},"nothing":{}}',
        flattened: { request_parameters: { bucketName: 'b', nested: { list: [1, { a: 'x' }] } } },
        resources: { arn: ['arn:aws:s3:::b', 'arn:aws:s3:::c'], type: [null, 'AWS::S3::Bucket'] },
        recipient_account_id: '111122223333',
        arns: ['arn:aws:s3:::b', 'arn:aws:s3:::c'],
      },
    },
  });
});

test('a value that its type can’t hold is kept beside, never lost', () => {
  const { unmapped, aws, source } = cloudtrail(
    eventOf('e', {
      readOnly: 'perhaps',
      sourceIPAddress: 'cloudfront.amazonaws.com',
      eventTime: '2026-03-02T08:00:00.5Z',
      eventName: { odd: 1 },
    }),
  ) as { unmapped: string; aws?: unknown; source: unknown };
  expect(JSON.parse(unmapped)).toEqual({
    readOnly: 'perhaps',
    eventTime: '2026-03-02T08:00:00.5Z',
    eventName: { odd: 1 },
  });
  expect(aws).toBeUndefined();
  expect(source).toEqual({ address: 'cloudfront.amazonaws.com' });

  const flow = vpcflow({
    ...eventOf('f'),
    record: { srcport: 2 ** 31, start: 1e15, bytes: 2 ** 53 - 1 },
  });
  expect(flow).toEqual({
    '@timestamp': '2026-03-02T08:00:00Z',
    network: { bytes: 2 ** 53 - 1 },
    unmapped: '{"srcport":2147483648,"start":1000000000000000}',
  });
});

test('a flow record becomes an ECS document', () => {
  const record = { 'account-id': '111122223333', srcaddr: '203.0.113.9', dstport: 22, start: 1772438400, bytes: 840 };
  expect(vpcflow({ ...eventOf('f'), record })).toEqual({
    '@timestamp': '2026-03-02T08:00:00Z',
    cloud: { account: { id: '111122223333' } },
    aws: { vpcflow: { account_id: '111122223333' } },
    source: { address: '203.0.113.9', ip: '203.0.113.9' },
    destination: { port: 22 },
    event: { start: 1772438400 },
    network: { bytes: 840 },
  });
});

test('the flattened copy leaves out what OpenSearch can’t index, and only that', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 'leaf' : { a: nested(depth - 1) });
  expect(flatten({ kept: 1, long: 'x'.repeat(40_000), wide: '€'.repeat(11_000), deep: nested(500) })).toEqual({
    kept: 1,
  });
  expect(flatten({ deep: nested(15) })).toEqual({ deep: nested(15) });
  expect(flatten(JSON.parse('{"__proto__":{"x":1},"\\ud800":"\\udc00","":"e","a.b":true}'))).toEqual(
    JSON.parse('{"__proto__":{"x":1},"\ufffd":"\ufffd","":"e","a.b":true}'),
  );
  for (const value of [null, undefined, 'text', 1, [], [{ a: 1 }], {}, { a: null, b: [], c: {} }])
    expect(flatten(value)).toBeUndefined();
});

test('one record can’t blow up into gigabytes of terms', () => {
  const leaves = Object.fromEntries(Array.from({ length: 10_000 }, (_, place) => [`k${place}`, place]));
  const flat = flatten({ ['p'.repeat(10_000)]: leaves })!;
  expect(Object.keys(Object.values(flat)[0]!).length).toBeLessThan(110);
});
