import { gunzipSync, gzipSync } from 'node:zlib';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, expect, test, vi } from 'vitest';
import type { ObjectRef } from '../../src/model/object.js';
import { classify } from '../../src/s3/layout.js';
import type { Selection } from '../../src/s3/selection.js';
import { openSource } from '../../src/s3/source.js';
import { walk } from '../../src/s3/walk.js';
import { awsOrSkip, uniquePrefix } from '../services/index.js';

const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
const prefixes = ['a b+c%2Fd', 'журналы/証跡 😀', "AWSLogs/copy of '24 & more=1", 'o-exampleorgid', '~(a)!*;:@,$#?[]'];
const path =
  'AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/111122223333_CloudTrail_us-east-1_20260302T0800Z_aaaaaaaaaaaaaaaa.json.gz';

const everything: Selection = { logs: ['cloudtrail', 'vpcflow', 'config', 'guardduty'] };
const oneDay: Selection = { ...everything, from: '2026-03-02T00:00:00Z', to: '2026-03-03T00:00:00Z' };

afterEach(() => vi.unstubAllEnvs());

test('logs under any prefix are listed, walked by day and read', async (context) => {
  const endpointUrl = awsOrSkip(context);
  vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
  const bucket = uniquePrefix('trail');
  const s3 = new S3Client({ endpoint: endpointUrl, forcePathStyle: true, region: 'us-east-1', credentials });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  for (const prefix of prefixes)
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}/${path}`, Body: gzipSync(prefix) }));
  s3.destroy();

  const found = async (prefix: string, selection: Selection): Promise<string[]> => {
    const source = await openSource(`s3://${bucket}/${prefix}`, { endpointUrl, region: 'us-east-1' });
    const objects: ObjectRef[] = [];
    for await (const page of walk(source, selection)) objects.push(...page);
    const texts: string[] = [];
    for (const object of objects) {
      expect(classify(object.key)).toMatchObject({ kind: 'log', origin: { account: '111122223333', path } });
      const chunks: Buffer[] = [];
      for await (const chunk of await source.read(object)) chunks.push(chunk);
      texts.push(gunzipSync(Buffer.concat(chunks)).toString());
    }
    await source.close();
    return texts.sort();
  };
  expect(await found('', everything)).toEqual([...prefixes].sort());
  for (const prefix of prefixes)
    for (const selection of [everything, oneDay])
      for (const end of ['', '/']) expect(await found(prefix + end, selection), prefix).toEqual([prefix]);
});
