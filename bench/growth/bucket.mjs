/**
 * As much of S3 as a listing talks to, on the loopback: no real server here gets a million objects in reasonable time.
 * Pages of 1,000 keys, prefixes and folders; each object is the same small CloudTrail file.
 */
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';

const bucket = 'listed-logs';
const pageSize = 1000;
const [accounts, regions, daysHeld] = [20, ['eu-west-1', 'us-east-1'], 100];
const event = {
  eventVersion: '1.11',
  userIdentity: { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' },
  eventTime: '2026-03-02T08:00:00Z',
  eventSource: 'sts.amazonaws.com',
  eventName: 'AssumeRole',
  awsRegion: 'us-east-1',
  eventID: '7a0b1c2d-0000-4000-8000-000000000001',
  recipientAccountId: '111122223333',
};
const body = gzipSync(JSON.stringify({ Records: [event] }));

/** `count` keys as CloudTrail writes them, in the order of a listing: of 20 accounts, 2 Regions and 100 days. */
export function keysOf(count) {
  const keys = [];
  const perDay = Math.ceil(count / (accounts * regions.length * daysHeld));
  for (let account = 0; account < accounts; account++)
    for (const region of regions)
      for (let day = 0; day < daysHeld; day++) {
        const date = new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10);
        const owner = String(111122220000 + account);
        const folder = `AWSLogs/${owner}/CloudTrail/${region}/${date.replaceAll('-', '/')}/`;
        const name = `${owner}_CloudTrail_${region}_${date.replaceAll('-', '')}T`;
        for (let file = 0; file < perDay && keys.length < count; file++) {
          const minute = Math.floor((file * 1440) / perDay);
          const time = `${String(Math.floor(minute / 60)).padStart(2, '0')}${String(minute % 60).padStart(2, '0')}`;
          keys.push(`${folder}${name}${time}Z_${String(file).padStart(16, '0')}.json.gz`);
        }
      }
  return keys;
}

/** As the listing has an object; keytrail's `ObjectRef`. */
export const objectOf = (key) => ({
  bucket,
  key,
  version: '5d41402abc4b2a76b9719d911017c592',
  size: body.length,
  lastModified: '2026-04-15T00:00:00.000Z',
});

/** The place of the first key that is not before `text`. */
function placeOf(keys, text) {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle] < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

function pageOf(keys, { prefix, delimiter, after }) {
  let at = placeOf(keys, after === '' ? prefix : after);
  const [objects, folders] = [[], []];
  while (at < keys.length && keys[at].startsWith(prefix) && objects.length + folders.length < pageSize) {
    const end = delimiter ? keys[at].indexOf(delimiter, prefix.length) : -1;
    if (end < 0) objects.push(keys[at++]);
    else {
      folders.push(keys[at].slice(0, end + 1));
      at = placeOf(keys, `${keys[at].slice(0, end + 1)}\uffff`);
    }
  }
  const more = at < keys.length && keys[at].startsWith(prefix);
  return { objects, folders, next: more ? keys[at] : null };
}

function xmlOf({ objects, folders, next }, prefix) {
  const { version, size, lastModified } = objectOf('');
  const contents = objects.map(
    (key) =>
      `<Contents><Key>${key}</Key><LastModified>${lastModified}</LastModified><ETag>&quot;${version}&quot;</ETag><Size>${size}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
  );
  const common = folders.map((folder) => `<CommonPrefixes><Prefix>${folder}</Prefix></CommonPrefixes>`);
  const token = next === null ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name><Prefix>${prefix}</Prefix><KeyCount>${objects.length + folders.length}</KeyCount><MaxKeys>${pageSize}</MaxKeys><EncodingType>url</EncodingType><IsTruncated>${next !== null}</IsTruncated>${token}${contents.join('')}${common.join('')}</ListBucketResult>`;
}

/** Serves a bucket of these keys, in order; `requests()` counts the pages of listings. */
export async function startBucket(keys) {
  let requests = 0;
  const server = createServer((request, reply) => {
    const { searchParams: query } = new URL(request.url, 'http://s3');
    request.resume();
    if (query.get('list-type') !== '2') {
      reply.setHeader('etag', `"${objectOf('').version}"`);
      reply.end(body);
      return;
    }
    requests++;
    const prefix = query.get('prefix') ?? '';
    const after = query.get('continuation-token') ?? '';
    reply.setHeader('content-type', 'application/xml');
    reply.end(xmlOf(pageOf(keys, { prefix, delimiter: query.get('delimiter'), after }), prefix));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    source: `s3://${bucket}`,
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${server.address().port}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'none',
    },
    requests: () => requests,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
