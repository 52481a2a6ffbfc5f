import { expect, test } from 'vitest';
import { fileName } from '../../src/s3/file-name.js';

test.for([
  [
    'AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/111122223333_CloudTrail_us-east-1_20260302T0805Z_aaaaaaaaaaaaaaaa.json.gz',
    { flowLog: null, delivered: '2026-03-02T08:05:00.000Z' },
  ],
  [
    '111122223333_CloudTrail-Insight_us-gov-west-1_20260302T2359Z_aaaaaaaaaaaaaaaa.json',
    { flowLog: null, delivered: '2026-03-02T23:59:00.000Z' },
  ],
  [
    'x/111122223333_vpcflowlogs_us-east-1_fl-0123456789abcdef0_20260302T0800Z_00000000.log.gz',
    { flowLog: 'fl-0123456789abcdef0', delivered: null },
  ],
  ['111122223333_CloudTrail_us-east-1_20261302T0805Z_aaaaaaaaaaaaaaaa.json.gz', { flowLog: null, delivered: null }],
  ['111122223333_CloudTrail_us-east-1_20260230T0805Z_aaaaaaaaaaaaaaaa.json.gz', { flowLog: null, delivered: null }],
  ['fl-0123456789abcdef0_20260302T0800Z_/other.json', { flowLog: null, delivered: null }],
  ['', { flowLog: null, delivered: null }],
] as const)('%s', ([key, found]) => {
  expect(fileName(key)).toEqual(found);
});
