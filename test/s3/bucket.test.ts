import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ObjectRef } from '../../src/model/object.js';
import { openSource } from '../../src/s3/source.js';

type Handler = (url: URL, request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let endpointUrl: string;
let handle: Handler;

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_SESSION_TOKEN', undefined);
  vi.stubEnv('AWS_PROFILE', undefined);
  vi.stubEnv('AWS_REGION', undefined);
  vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
  server = createServer((request, response) => handle(new URL(request.url!, 'http://x'), request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpointUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function contents(key: string): string {
  return `<Contents><Key>${key}</Key><LastModified>2024-08-01T10:00:00.000Z</LastModified><ETag>&quot;e-${key.length}&quot;</ETag><Size>5</Size></Contents>`;
}

function listing(keys: string[], next?: string): string {
  const more = next === undefined ? '<IsTruncated>false</IsTruncated>' : '<IsTruncated>true</IsTruncated>';
  const token = next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`;
  return `<ListBucketResult><EncodingType>url</EncodingType>${more}${token}${keys.map(contents).join('')}</ListBucketResult>`;
}

function refuse(status: number, code: string): Handler {
  return (_url, _request, response) => {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<Error><Code>${code}</Code><Message>message of ${code}</Message></Error>`);
  };
}

async function list(prefix = ''): Promise<ObjectRef[][]> {
  const source = await openSource(`s3://logs/${prefix}`, { endpointUrl });
  const pages: ObjectRef[][] = [];
  for await (const page of source.list()) pages.push(page);
  await source.close();
  return pages;
}

const object: ObjectRef = {
  bucket: 'logs',
  key: 'AWSLogs/a b.json',
  version: 'abc',
  size: 5,
  lastModified: '2024-08-01T10:00:00.000Z',
};

async function read(signal?: AbortSignal): Promise<string> {
  const source = await openSource('s3://logs', { endpointUrl });
  const parts: Buffer[] = [];
  for await (const part of await source.read(object, signal)) parts.push(part);
  await source.close();
  return Buffer.concat(parts).toString();
}

it('lists page by page under the prefix, keys decoded', async () => {
  const asked: string[] = [];
  handle = (url, _request, response) => {
    asked.push(
      `${url.pathname} ${url.searchParams.get('prefix')} ${url.searchParams.get('continuation-token')} ${url.searchParams.get('encoding-type')}`,
    );
    const first = url.searchParams.get('continuation-token') === null;
    response.end(first ? listing(['trail/a+b%2Bc%01', 'trail/d%25e'], 'next') : listing(['trail/%E2%98%83']));
  };
  const pages = await list('trail/');
  expect(asked).toEqual(['/logs/ trail/ null url', '/logs/ trail/ next url']);
  expect(pages.map((page) => page.map(({ key }) => key))).toEqual([['trail/a b+c\u0001', 'trail/d%e'], ['trail/☃']]);
  expect(pages[0]![1]).toEqual({
    bucket: 'logs',
    key: 'trail/d%e',
    version: 'e-11',
    size: 5,
    lastModified: '2024-08-01T10:00:00.000Z',
  });
});

it('lists nothing where there is nothing', async () => {
  handle = (_url, _request, response) => response.end(listing([]));
  expect(await list()).toEqual([]);
});

it('reads the version that was listed', async () => {
  let asked: unknown[] = [];
  handle = (url, request, response) => {
    asked = [request.method, decodeURIComponent(url.pathname), request.headers['if-match']];
    response.end('bytes');
  };
  expect(await read()).toBe('bytes');
  expect(asked).toEqual(['GET', '/logs/AWSLogs/a b.json', '"abc"']);
});

it.each([
  [404, 'NoSuchBucket', 'source_not_found'],
  [403, 'AccessDenied', 'source_denied'],
  [403, 'InvalidAccessKeyId', 'source_denied'],
  [403, 'SignatureDoesNotMatch', 'source_denied'],
  [400, 'ExpiredToken', 'source_denied'],
  [403, 'SomethingElse', 'source_denied'],
  [503, 'SlowDown', 'source_unreachable'],
  [400, 'SomethingElse', 'aws_failed'],
])('a listing refused with %i %s is %s, with a hint', async (status, code, expected) => {
  handle = refuse(status, code);
  await expect(list()).rejects.toMatchObject({ code: expected, message: /logs/, hint: expect.any(String) });
});

it.each([
  [404, 'NoSuchKey', 'source_not_found'],
  [412, 'PreconditionFailed', 'bad_object'],
  [403, 'InvalidObjectState', 'bad_object'],
  [403, 'AccessDenied', 'source_denied'],
])('a read refused with %i %s is %s, with a hint', async (status, code, expected) => {
  handle = refuse(status, code);
  await expect(read()).rejects.toMatchObject({ code: expected, message: /a b\.json/, hint: expect.any(String) });
});

it('says that nothing answers at the address', async () => {
  // The port was free a moment ago, and the test's own server is on another.
  const spare = createServer();
  await new Promise<void>((resolve) => spare.listen(0, '127.0.0.1', resolve));
  const { port } = spare.address() as AddressInfo;
  await new Promise((resolve) => spare.close(resolve));
  const source = await openSource('s3://logs', { endpointUrl: `http://127.0.0.1:${port}` });
  await expect(source.list()[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'source_unreachable' });
});

it('a connection that breaks within an object is no end of it', async () => {
  handle = (_url, _request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('only this', () => response.destroy());
  };
  await expect(read()).rejects.toMatchObject({ code: 'source_unreachable' });
});

it('reads on from where a connection broke, and takes nothing else for the rest', async () => {
  vi.stubEnv('AWS_MAX_ATTEMPTS', '2');
  const ranges: unknown[] = [];
  const breakOff = (response: ServerResponse, text: string) => response.write(text, () => response.destroy());
  handle = (_url, { headers }, response) => {
    ranges.push([headers.range, headers['if-match']]);
    response.writeHead(headers.range ? 206 : 200, { 'content-length': headers.range === 'bytes=6-' ? '5' : '11' });
    if (headers.range === undefined) breakOff(response, 'hel');
    else if (headers.range === 'bytes=3-') breakOff(response, 'lo ');
    else response.end('world');
  };
  expect(await read()).toBe('hello world');
  expect(ranges).toEqual([
    [undefined, '"abc"'],
    ['bytes=3-', '"abc"'],
    ['bytes=6-', '"abc"'],
  ]);
  // A server that knows no ranges begins anew.
  handle = (_url, _request, response) => {
    response.writeHead(200, { 'content-length': '11' });
    breakOff(response, 'hel');
  };
  await expect(read()).rejects.toMatchObject({ code: 'bad_object', message: /ends after 3 of 5 bytes/ });
});

it('says that there are no credentials', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
  handle = refuse(500, 'NotAsked');
  await expect(list()).rejects.toMatchObject({ code: 'no_credentials', hint: /--profile/ });
});

it('says that a profile has no credentials, though the environment has', async () => {
  const source = await openSource('s3://logs', { endpointUrl, profile: 'missing' });
  await expect(source.list()[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    code: 'no_credentials',
    message: expect.stringContaining('Could not load credentials'),
    hint: expect.stringContaining('aws configure list-profiles'),
  });
});

it('signs for the Region that it is given, and for us-east-1 when there is none', async () => {
  const signed: (string | undefined)[] = [];
  handle = (_url, request, response) => {
    signed.push(/Credential=[^,]*/.exec(request.headers.authorization ?? '')?.[0].split('/')[2]);
    response.end(listing([]));
  };
  await list();
  const source = await openSource('s3://logs', { endpointUrl, region: 'eu-west-3' });
  await source.list()[Symbol.asyncIterator]().next();
  expect(signed).toEqual(['us-east-1', 'eu-west-3']);
});

it('stops with the reason of an abort, in the middle of an object too', async () => {
  const controller = new AbortController();
  const reason = new Error('stopped by the user');
  handle = (_url, _request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('a beginning');
  };
  const source = await openSource('s3://logs', { endpointUrl });
  const reading = async (): Promise<void> => {
    for await (const chunk of await source.read(object, controller.signal)) {
      expect(chunk.toString()).toBe('a beginning');
      controller.abort(reason);
    }
  };
  await expect(reading()).rejects.toBe(reason);
  await source.close();
});
