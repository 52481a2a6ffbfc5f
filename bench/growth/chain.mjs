/** A key whose sessions assume roles again: each credential issues ten more, until there are so many. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const owner = '111122223333';
const perFile = 10_000;
const issuedEach = 10;
const began = Date.UTC(2026, 2, 2);

/** Credential number 0 is the key that the others come from. */
export function credential(number) {
  let [digits, rest] = ['', number];
  for (let place = 0; place < 16; place++) {
    digits = letters[rest % 32] + digits;
    rest = Math.floor(rest / 32);
  }
  return `${number === 0 ? 'AKIA' : 'ASIA'}${digits}`;
}

const sessionArn = (number) => `arn:aws:sts::${owner}:assumed-role/Stage/s-${number}`;
const user = { type: 'IAMUser', principalId: 'AIDAEXAMPLE', arn: `arn:aws:iam::${owner}:user/ci`, userName: 'ci' };
const session = (number) => ({ type: 'AssumedRole', principalId: `AROAEXAMPLE:s-${number}`, arn: sessionArn(number) });

function record(number) {
  const parent = Math.floor((number - 1) / issuedEach);
  const at = began + number * 100;
  return {
    eventVersion: '1.11',
    userIdentity: { ...(parent === 0 ? user : session(parent)), accountId: owner, accessKeyId: credential(parent) },
    eventTime: `${new Date(at).toISOString().slice(0, 19)}Z`,
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    awsRegion: 'us-east-1',
    sourceIPAddress: '203.0.113.66',
    userAgent: 'aws-cli/2.17.0',
    requestParameters: { roleArn: `arn:aws:iam::${owner}:role/Stage`, roleSessionName: `s-${number}` },
    responseElements: {
      credentials: { accessKeyId: credential(number), expiration: 'Mar 3, 2026, 11:00:00 PM' },
      assumedRoleUser: { assumedRoleId: `AROAEXAMPLE:s-${number}`, arn: sessionArn(number) },
    },
    eventID: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    readOnly: true,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: owner,
    eventCategory: 'Management',
  };
}

/** Writes the calls that issued `count` credentials below a folder. */
export async function writeChain(folder, count) {
  const day = join(folder, 'AWSLogs', owner, 'CloudTrail', 'us-east-1', '2026', '03', '02');
  await mkdir(day, { recursive: true });
  for (let first = 1; first <= count; first += perFile) {
    const size = Math.min(perFile, count - first + 1);
    const Records = Array.from({ length: size }, (_, place) => record(first + place));
    const name = `${owner}_CloudTrail_us-east-1_20260302T2345Z_${String(first).padStart(16, '0')}.json.gz`;
    await writeFile(join(day, name), gzipSync(JSON.stringify({ Records })));
  }
}
