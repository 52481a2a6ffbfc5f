import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { apiKeys } from '../../src/digest/api-keys.js';
import { validate } from '../../src/digest/validate.js';
import { openSource } from '../../src/s3/source.js';
import { hour, type SigningKey, signingKey, start, Trail, writeCopy } from './trail.js';

interface Asked {
  region: string;
  from: number;
  to: number;
  token: string | undefined;
}

let server: Server;
let endpointUrl: string;
let asked: Asked[];
/** Keys by Region, a page for each; a Region without any refuses. */
let pages: Record<string, SigningKey[][]>;

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_PROFILE', undefined);
  vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
  vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
  asked = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { StartTime, EndTime, NextToken } = JSON.parse(body) as {
      StartTime: number;
      EndTime: number;
      NextToken?: string;
    };
    // The Region is part of the signature's scope.
    const region = /\/\d{8}\/([^/]+)\/cloudtrail\//.exec(request.headers.authorization ?? '')![1]!;
    asked.push({ region, from: StartTime * 1000, to: EndTime * 1000, token: NextToken });
    expect(request.headers['x-amz-target']).toMatch(/\.ListPublicKeys$/);
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    const page = pages[region]?.[Number(NextToken ?? 0)];
    if (page === undefined) {
      response.statusCode = 400;
      response.end('{"__type":"AccessDeniedException","Message":"not for you"}');
      return;
    }
    const PublicKeyList = page.map(({ fingerprint, value }) => ({ Fingerprint: fingerprint, Value: value }));
    const next = Number(NextToken ?? 0) + 1;
    response.end(JSON.stringify({ PublicKeyList, ...(pages[region]![next] ? { NextToken: String(next) } : {}) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpointUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const [east, west, old] = [signingKey(), signingKey(), signingKey()];

it('asks each digest’s own Region, once for each key, page by page', async () => {
  pages = { 'us-east-1': [[old], [east]], 'eu-west-1': [[west]] };
  const keys = await apiKeys({ endpointUrl });
  for (let at = 0; at < 3; at++) {
    expect(await keys.find(east.fingerprint, 'us-east-1', start, start + hour)).not.toBeNull();
    expect(await keys.find(old.fingerprint, 'us-east-1', start, start + hour)).not.toBeNull();
    expect(await keys.find(east.fingerprint, 'eu-west-1', start, start + hour)).toBeNull();
  }
  keys.close();
  expect(asked).toEqual([
    { region: 'us-east-1', from: start, to: start + hour, token: undefined },
    { region: 'us-east-1', from: start, to: start + hour, token: '1' },
    { region: 'eu-west-1', from: start, to: start + hour, token: undefined },
  ]);
});

it('a Region that refuses leaves its digests unverified, and the others checked', async () => {
  pages = { 'us-east-1': [[east]] };
  const root = await mkdtemp(join(tmpdir(), 'keytrail-keys-'));
  const bucket = new Map();
  new Trail(bucket, east).hours(3);
  new Trail(bucket, west, { region: 'eu-west-1' }).hours(3).backfill(0);
  await writeCopy(bucket, root);
  const keys = await apiKeys({ endpointUrl });
  const report = await validate({ source: await openSource(root), keys, now: () => new Date(start + 90 * hour) });
  keys.close();
  await rm(root, { recursive: true });
  expect(report.chains.map(({ region, digests }) => [region, digests.valid])).toEqual([
    ['eu-west-1', 0],
    ['eu-west-1', 0],
    ['us-east-1', 2],
  ]);
  expect(report.findings).toMatchObject(
    ['eu-west-1', 'eu-west-1'].map((region) => ({
      kind: 'digest-unverified',
      region,
      detail: expect.stringMatching(/can't be listed: not for you/),
    })),
  );
  expect(asked.map(({ region }) => region).sort()).toEqual(['eu-west-1', 'us-east-1']);
});

it('no credentials are said to be missing', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  const keys = await apiKeys({ endpointUrl });
  await expect(keys.find('00', 'us-east-1', start, start)).rejects.toMatchObject({
    code: 'no_credentials',
    hint: /--public-keys FILE/,
  });
});
