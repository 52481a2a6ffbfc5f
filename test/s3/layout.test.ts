import { describe, expect, it } from 'vitest';
import { classify } from '../../src/s3/layout.js';
import { seeded } from './chunks.js';

const trailFile = '111122223333_CloudTrail_us-east-1_20240801T1345Z_oblQqTA72rxVI9xP.json.gz';
const flowFile = '111122223333_vpcflowlogs_us-east-1_fl-0123456789abcdef0_20240801T1345Z_3101c18f.log.gz';

describe('logs', () => {
  it.each([
    ['', '', trailFile],
    ['a/prefix/', '', trailFile],
    ['AWSLogs/copied/', '', trailFile],
    ['', 'o-exampleorgid/', trailFile],
    ['deep/prefix/', 'o-a1b2c3d4e5/', trailFile],
    // Control Tower.
    ['o-exampleorgid/', 'o-exampleorgid/', trailFile],
    ['', '', trailFile.slice(0, -'.gz'.length)],
    // What S3 allows in a prefix, and more.
    ['a b+c%2Fd/', '', trailFile],
    ['журналы 証跡 😀/', 'o-exampleorgid/', trailFile],
    ['//./../', '', trailFile],
    ['AWSLogs/111122223333/CloudTrail/us-east-1/2024/08/01/', '', trailFile],
    ['awslogs/AWSLogs-copy/AWSLogs/o-otherorgid/444455556666/', '', trailFile],
    ['aws-account-id=444455556666/', '', trailFile],
  ])('CloudTrail under %j, %j: %s', (prefix, organisation, file) => {
    const path = `AWSLogs/${organisation}111122223333/CloudTrail/us-east-1/2024/08/01/${file}`;
    expect(classify(prefix + path)).toEqual({
      kind: 'log',
      origin: { log: 'cloudtrail', account: '111122223333', region: 'us-east-1', day: '2024-08-01', path },
    });
  });

  it.each(['CloudTrail-NetworkActivity', 'CloudTrail-Insight'])('%s, which are CloudTrail records', (folder) => {
    const path = `AWSLogs/o-exampleorgid/111122223333/${folder}/us-east-1/2024/08/01/x.json.gz`;
    expect(classify(`p/${path}`)).toEqual({
      kind: 'log',
      origin: { log: 'cloudtrail', account: '111122223333', region: 'us-east-1', day: '2024-08-01', path },
    });
  });

  it.each([
    [
      '2016/10/6',
      'ConfigHistory',
      'us-east-1',
      '111122223333_Config_us-east-1_ConfigHistory_AWS::EC2::EIP_x_1.json.gz',
    ],
    ['2016/10/06', 'ConfigSnapshot', 'global', '111122223333_Config_us-east-1_ConfigSnapshot_x_id.json'],
  ])('AWS Config under %s/%s', (date, kind, region, file) => {
    const path = `AWSLogs/111122223333/Config/${region}/${date}/${kind}/${file}`;
    expect(classify(`o-exampleorgid/${path}`)).toEqual({
      kind: 'log',
      origin: { log: 'config', account: '111122223333', region, day: '2016-10-06', path },
    });
  });

  it.each(['', '.gz'])('GuardDuty exports, .jsonl%s', (gz) => {
    const path = `AWSLogs/111122223333/GuardDuty/eu-west-1/2024/08/01/0d7a1a5e-0000-4000-8000-000000000000.jsonl${gz}`;
    expect(classify(`some/prefix/${path}`)).toEqual({
      kind: 'log',
      origin: { log: 'guardduty', account: '111122223333', region: 'eu-west-1', day: '2024-08-01', path },
    });
  });

  it.each([
    `AWSLogs/111122223333/vpcflowlogs/eu-west-1/2024/08/01/${flowFile}`,
    `AWSLogs/111122223333/vpcflowlogs/eu-west-1/2024/08/01/13/${flowFile}`,
    `AWSLogs/111122223333/vpcflowlogs/eu-west-1/2024/08/01/${flowFile.slice(0, -'.gz'.length)}`,
    `AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2024/month=08/day=01/${flowFile}`,
    `AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2024/month=08/day=01/hour=13/${flowFile}`,
    `AWSLogs/111122223333/vpcflowlogs/eu-west-1/2024/08/01/x.log.parquet`,
    `AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2024/month=08/day=01/x.log.parquet`,
    `AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2024/month=08/day=01/hour=00/x.log.parquet`,
    `AWSLogs/111122223333/vpcflowlogs/eu-west-1/2024/08/01/23/x.log.parquet`,
    // A Transit Gateway's lie beside them.
    `AWSLogs/111122223333/vpcflowlogs/eu-west-1/2024/08/01/111122223333_vpcflowlogs_eu-west-1_fl-0123456789abcdef0_tgw_20240801T1345Z_3101c18f.log.gz`,
    `AWSLogs/o-exampleorgid/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2024/month=08/day=01/x.log.gz`,
  ])('VPC flow logs: %s', (path) => {
    expect(classify(`some/prefix/${path}`)).toEqual({
      kind: 'log',
      origin: { log: 'vpcflow', account: '111122223333', region: 'eu-west-1', day: '2024-08-01', path },
    });
  });

  it('takes any text for a Region', () => {
    for (const region of ['apiso-northsouth-3r', 'us east', '☃', '..', 'eu-west-1\u001b[31m']) {
      const found = classify(`AWSLogs/111122223333/CloudTrail/${region}/2024/08/01/${trailFile}`);
      expect(found).toMatchObject({ kind: 'log', origin: { region } });
    }
  });

  it('reads a log under a day that no calendar has, and claims no day for it', () => {
    const found = classify(`AWSLogs/111122223333/CloudTrail/us-east-1/2023/02/30/${trailFile}`);
    expect(found).toMatchObject({ kind: 'log', origin: { day: null } });
  });
});

describe('what is no log of ours', () => {
  it.each([
    [`AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2024/08/01/${trailFile}`, 'CloudTrail-Digest'],
    ['AWSLogs/111122223333/CloudTrail-Aggregated/a/2024/08/01/x.json.gz', 'CloudTrail-Aggregated'],
    ['AWSLogs/111122223333/Config/ConfigWritabilityCheckFile', 'AWS Config writability check'],
    [
      'AWSLogs/111122223333/Config/us-east-1/2024/8/1/OversizedChangeNotification/AWS::S3::Bucket/a/b/x.json.gz',
      'AWS Config oversized change notification',
    ],
    ['AWSLogs/111122223333/Config/us-east-1/2024/8/1/x.json.gz', 'unrecognised'],
    ['AWSLogs/111122223333/Config/us-east-1/2024/8/1/ConfigHistory/x.csv', 'unrecognised'],
    ['AWSLogs/111122223333/Config/us-east-1/2024/008/1/ConfigHistory/x.json.gz', 'unrecognised'],
    ['AWSLogs/111122223333/GuardDuty/us-east-1/2024/8/1/x.jsonl.gz', 'unrecognised'],
    ['AWSLogs/111122223333/GuardDuty/us-east-1/2024/08/01/x.csv.gz', 'unrecognised'],
    ['AWSLogs/111122223333/CloudTrail/', 'folder'],
    ['AWSLogs/111122223333/elasticloadbalancing/us-east-1/2024/08/01/x.log.gz', 'unrecognised'],
    [`111122223333/CloudTrail/us-east-1/2024/08/01/${trailFile}`, 'unrecognised'],
    [`AWSLogs/11112222333/CloudTrail/us-east-1/2024/08/01/${trailFile}`, 'unrecognised'],
    [`AWSLogs/111122223333/CloudTrail/us-east-1/2024/8/1/${trailFile}`, 'unrecognised'],
    [`AWSLogs/111122223333/CloudTrail/us-east-1/2024/08/01/07/${trailFile}`, 'unrecognised'],
    [`AWSLogs/111122223333/CloudTrail//2024/08/01/${trailFile}`, 'unrecognised'],
    ['AWSLogs/111122223333/CloudTrail/us-east-1/2024/08/01/notes.txt', 'unrecognised'],
    ['AWSLogs/111122223333/vpcflowlogs/us-east-1/2024/08/01/24/x.log.gz', 'unrecognised'],
    [
      'AWSLogs/aws-account-id=111122223333/aws-region=a/aws-service=vpcflowlogs/year=2024/month=08/day=01/x.log.gz',
      'unrecognised',
    ],
    ['AWSLogs', 'unrecognised'],
    ['README.md', 'unrecognised'],
  ])('%s: %s', (key, what) => {
    expect(classify(key)).toEqual({ kind: 'other', what });
  });

  it('never throws, and is quick, whatever the key', () => {
    const pieces = ['AWSLogs', '/', '//', '111122223333', 'CloudTrail', '..', '\0', '\ud800', '2024', '=', 'x.json.gz'];
    const random = seeded(7);
    for (let round = 0; round < 2000; round++) {
      const key = Array.from({ length: random(30) }, () => pieces[random(pieces.length)]).join(random(2) ? '/' : '');
      expect(['log', 'other']).toContain(classify(key).kind);
    }
    expect(classify('AWSLogs/'.repeat(100_000)).kind).toBe('other');
    expect(classify('__proto__/constructor').kind).toBe('other');
  });
});

describe('a log that is assumed', () => {
  it('is what an object outside every layout is taken for', () => {
    for (const key of ['dump.json', 'evidence/2024/x', `111122223333/CloudTrail/us-east-1/2024/08/01/${trailFile}`]) {
      expect(classify(key, 'cloudtrail')).toEqual({
        kind: 'log',
        origin: { log: 'cloudtrail', account: null, region: null, day: null, path: key },
      });
    }
  });

  it('changes nothing of what the layout says', () => {
    const keys = [
      `AWSLogs/111122223333/vpcflowlogs/us-east-1/2024/08/01/${flowFile}`,
      `AWSLogs/111122223333/CloudTrail/us-east-1/2024/08/01/${trailFile}`,
      'AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2024/08/01/x.json.gz',
      'evidence/',
    ];
    for (const key of keys) expect(classify(key, 'cloudtrail')).toEqual(classify(key));
  });
});
