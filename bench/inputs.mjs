/** Objects for bench/memory.mjs, written as a stream: none of them is ever held. */
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export const MB = 1e6;
const blockBytes = MB;

/** Text that deflate makes little of, as the ids and tokens in real records are. */
const noise = randomBytes(96 * 1024).toString('base64url');

/** `0` to `9` at these places are overwritten with a record's number, which makes each id another. */
const numberDigits = 12;

function record(number, series) {
  const at = (number * 211) % (noise.length - 128);
  const arn = 'arn:aws:sts::111122223333:assumed-role/OrderService/i-0abcdef1234567890';
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      principalId: 'AROAEXAMPLEROLEID1234:i-0abcdef1234567890',
      arn,
      accountId: '111122223333',
      accessKeyId: 'ASIAEXAMPLEKEY000001',
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: 'AROAEXAMPLEROLEID1234',
          arn: 'arn:aws:iam::111122223333:role/OrderService',
          accountId: '111122223333',
          userName: 'OrderService',
        },
        attributes: { creationDate: '2026-03-02T08:00:00Z', mfaAuthenticated: 'false' },
        ec2RoleDelivery: '2.0',
      },
    },
    eventTime: `2026-03-02T${String(8 + (number % 12)).padStart(2, '0')}:${String(number % 60).padStart(2, '0')}:17Z`,
    eventSource: 's3.amazonaws.com',
    eventName: 'GetObject',
    awsRegion: 'eu-west-1',
    sourceIPAddress: `10.0.${number % 250}.${(number * 7) % 250}`,
    userAgent: '[aws-sdk-java/2.20.160 Linux/5.10.199 OpenJDK_64-Bit_Server_VM/17.0.9]',
    requestParameters: {
      bucketName: 'example-orders',
      Host: 'example-orders.s3.eu-west-1.amazonaws.com',
      key: `orders/2026/03/02/${noise.slice(at, at + 32)}.json`,
    },
    responseElements: null,
    additionalEventData: {
      SignatureVersion: 'SigV4',
      CipherSuite: 'TLS_AES_128_GCM_SHA256',
      bytesTransferredIn: 0,
      AuthenticationMethod: 'AuthHeader',
      'x-amz-id-2': noise.slice(at, at + 76),
      bytesTransferredOut: 1200 + (number % 977),
    },
    requestID: noise.slice(at + 76, at + 92),
    eventID: `${series}-4000-8000-${'0'.repeat(numberDigits)}`,
    readOnly: true,
    resources: [
      {
        type: 'AWS::S3::Object',
        ARN: `arn:aws:s3:::example-orders/orders/2026/03/02/${noise.slice(at, at + 32)}.json`,
      },
      { accountId: '111122223333', type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::example-orders' },
    ],
    eventType: 'AwsApiCall',
    managementEvent: false,
    recipientAccountId: '111122223333',
    eventCategory: 'Data',
    tlsDetails: {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      clientProvidedHostHeader: 's3.eu-west-1.amazonaws.com',
    },
  };
}

/** A block of records with a comma before each, and where the numbers in it are. */
function block(series, change) {
  const texts = [];
  for (let number = 0, length = 0; length < blockBytes; number++) {
    const text = `,${JSON.stringify(change(record(number, series)))}`;
    texts.push(text);
    length += text.length;
  }
  const bytes = Buffer.from(texts.join(''));
  const mark = Buffer.from('-4000-8000-');
  const places = [];
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) places.push(at + mark.length);
  return { bytes, places };
}

/** `series`: 13 characters that no other object's ids begin with. */
async function* records(bytes, series, change, count) {
  const { bytes: text, places } = block(series, change);
  yield Buffer.from('{"Records":[');
  for (let written = 0; written < bytes; written += text.length) {
    for (const place of places) text.write(String(count.records++).padStart(numberDigits, '0'), place, 'latin1');
    // Its first comma is one too many at the beginning.
    yield Buffer.from(written === 0 ? text.subarray(1) : text);
  }
  yield Buffer.from(']}');
}

async function* around(begin, filling, bytes, end) {
  yield Buffer.from(begin);
  for (let written = 0; written < bytes; written += filling.length) yield filling;
  yield Buffer.from(end);
}

async function write(path, chunks) {
  await mkdir(dirname(path), { recursive: true });
  await pipeline(chunks, createGzip({ level: 1 }), createWriteStream(path));
}

const keyOf = (folder, log, number, ending) =>
  `${folder}/AWSLogs/111122223333/${log}/eu-west-1/2026/03/02/111122223333_${log}_eu-west-1${ending(String(number).padStart(4, '0'))}`;

const trailKey = (folder, number) =>
  keyOf(folder, 'CloudTrail', number, (text) => `_20260302T1200Z_BENCHMARK000${text}.json.gz`);
const flowKey = (folder, number) =>
  keyOf(folder, 'vpcflowlogs', number, (text) => `_fl-0123456789abcdef0_20260302T1200Z_0000${text}.log.gz`);

const seriesOf = (number) => `00000000-${String(number).padStart(4, '0')}`;

/** Each writer makes object `number` of `bytes` inflated bytes below `folder` and returns its number of records. */
export const writers = {
  async cloudtrail(folder, number, bytes) {
    const count = { records: 0 };
    await write(
      trailKey(folder, number),
      records(bytes, seriesOf(number), (same) => same, count),
    );
    return count.records;
  },

  /** Records without a time: each becomes a dead letter. */
  async rejected(folder, number, bytes) {
    const count = { records: 0 };
    const untimed = ({ eventTime: _, ...rest }) => rest;
    await write(trailKey(folder, number), records(bytes, seriesOf(number), untimed, count));
    return count.records;
  },

  /** One record as long as the object. */
  async oneRecord(folder, number, bytes) {
    const filling = Buffer.from(noise.repeat(8));
    await write(trailKey(folder, number), around('{"Records":[{"eventName":"', filling, bytes, '"}]}'));
    return 1;
  },

  /** Blanks, which deflate makes a thousand times smaller. */
  async bomb(folder, number, bytes) {
    await write(trailKey(folder, number), around('{"Records":[', Buffer.alloc(blockBytes, ' '), bytes, ']}'));
    return 0;
  },

  async vpcflow(folder, number, bytes) {
    const header =
      'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
    const rows = Array.from({ length: 4000 }, (_, row) => {
      const [port, host] = [1024 + ((row * 7919) % 60_000), (row * 31) % 250];
      return `2 111122223333 eni-0123456789abcdef0 10.0.1.${host} 203.0.113.${(row * 17) % 250} ${port} 443 6 ${row % 90} ${row * 13} ${1772409600 + row} ${1772409660 + row} ACCEPT OK\n`;
    });
    const filling = Buffer.from(rows.join(''));
    await write(flowKey(folder, number), around(`${header}\n`, filling, bytes, ''));
    return rows.length * Math.ceil(bytes / filling.length);
  },
};
