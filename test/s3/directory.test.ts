import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ObjectRef } from '../../src/model/object.js';
import type { LeftOut } from '../../src/s3/object-source.js';
import { openSource } from '../../src/s3/source.js';

let root: string;
let outside: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'keytrail-source-')));
  outside = await realpath(await mkdtemp(join(tmpdir(), 'keytrail-outside-')));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
  await rm(outside, { recursive: true, force: true });
});

async function put(key: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(join(root, key)), { recursive: true });
  await writeFile(join(root, key), content);
}

async function listed(location = root): Promise<ObjectRef[]> {
  const source = await openSource(location);
  const objects: ObjectRef[] = [];
  for await (const page of source.list()) objects.push(...page);
  return objects;
}

async function contentOf(object: ObjectRef, signal?: AbortSignal): Promise<Buffer> {
  const source = await openSource(root);
  const parts: Buffer[] = [];
  for await (const part of await source.read(object, signal)) parts.push(part);
  return Buffer.concat(parts);
}

it('lists every file in the byte order of keys, as S3 would', async () => {
  const keys = ['a-b', 'a.json', 'a/b', 'a/c/d', 'a0', 'B', 'é', '😀', '\uff5e'];
  for (const key of keys) await put(key, key);
  const expected = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  expect((await listed()).map(({ key }) => key)).toEqual(expected);
});

it('says of a file what S3 says of an object', async () => {
  await put('AWSLogs/x.json', 'content');
  await utimes(join(root, 'AWSLogs/x.json'), 1_700_000_000, 1_700_000_000);
  expect(await listed()).toEqual([
    {
      bucket: `file:${root}`,
      key: 'AWSLogs/x.json',
      version: '7-1700000000000',
      size: 7,
      lastModified: '2023-11-14T22:13:20.000Z',
    },
  ]);
});

it('names the bucket by the real path, so that a link to it is the same source', async () => {
  await put('x.json', 'content');
  await symlink(root, join(outside, 'link'));
  expect(await listed(join(outside, 'link'))).toEqual(await listed());
});

it('follows no link below the directory', async () => {
  await put('real/x.json', 'content');
  await writeFile(join(outside, 'secret'), 'secret');
  await symlink(join(outside, 'secret'), join(root, 'secret'));
  await symlink(outside, join(root, 'elsewhere'));
  await symlink(root, join(root, 'real/loop'));
  expect((await listed()).map(({ key }) => key)).toEqual(['real/x.json']);
});

/** As a user whom permissions bind. */
async function asOrdinaryUser<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

it('lists all but what it may not read, and tells of that; without anybody to tell it ends', async () => {
  for (const key of ['a/x.json', 'b/x.json', 'c/d/x.json', 'e/x.json']) await put(key, key);
  await chmod(root, 0o755);
  await chmod(join(root, 'b'), 0);
  // Its names can be read, and nothing of what they name.
  await chmod(join(root, 'c'), 0o444);
  const told: LeftOut[] = [];
  await asOrdinaryUser(async () => {
    await expect(listed()).rejects.toMatchObject({ code: 'source_denied', message: /b\/.* permission denied/ });
    const source = await openSource(root);
    source.tell?.((found) => told.push(found));
    const keys: string[] = [];
    for await (const page of source.list()) keys.push(...page.map(({ key }) => key));
    expect(keys).toEqual(['a/x.json', 'e/x.json']);
  });
  await chmod(join(root, 'b'), 0o755);
  await chmod(join(root, 'c'), 0o755);
  expect(told).toEqual([
    { key: 'b/', reason: expect.stringMatching(/permission denied/) },
    { key: 'c/d/', reason: expect.stringMatching(/permission denied/) },
  ]);
});

it('takes a file that goes away during the listing for gone', async () => {
  // One more than a page.
  for (let i = 0; i <= 1000; i++) await put(`${1000 + i}.json`, '');
  const pages = (await openSource(root)).list()[Symbol.asyncIterator]();
  expect((await pages.next()).value).toHaveLength(1000);
  await rm(join(root, '2000.json'));
  expect(await pages.next()).toEqual({ done: true, value: undefined });
});

it('tells what is neither file nor folder for what it is, once, however the directory is gone through', async () => {
  await put('real/x.json', 'content');
  await symlink('x.json', join(root, 'real/link.json'));
  execFileSync('mkfifo', [join(root, 'real/pipe')]);
  const gone = { list: ['real/', 'real/x'], browse: ['', 'real/'] };
  for (const how of ['list', 'browse'] as const) {
    const source = await openSource(root);
    const told: LeftOut[] = [];
    source.tell?.((found) => told.push(found));
    for (const prefix of gone[how]) for await (const _ of source[how](prefix));
    expect(told.toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual([
      { key: 'real/link.json', what: 'symbolic link (not followed)' },
      { key: 'real/pipe', what: 'FIFO' },
    ]);
  }
});

it('reads files of any size whole', async () => {
  const content = Buffer.alloc(500_000, 'abcdefg');
  await put('x.json', content);
  await put('empty.json', '');
  const [empty, full] = await listed();
  expect((await contentOf(full!)).equals(content)).toBe(true);
  expect((await contentOf(empty!)).length).toBe(0);
});

it('reads nothing outside the directory, whatever key it is given', async () => {
  await writeFile(join(outside, 'secret'), 'secret');
  await symlink(join(outside, 'secret'), join(root, 'secret'));
  await put('x.json', 'content');
  const [object] = await listed();
  const climbing = `../${outside.split('/').at(-1)}/secret`;
  for (const key of [climbing, 'secret']) {
    await expect(contentOf({ ...object!, key })).rejects.toMatchObject({ code: 'source_denied' });
  }
});

it('refuses a file that changed since it was listed, and one that is gone', async () => {
  await put('x.json', 'content');
  const [object] = await listed();
  await put('x.json', 'other content');
  await expect(contentOf(object!)).rejects.toMatchObject({ code: 'bad_object', message: /changed/ });
  await rm(join(root, 'x.json'));
  await expect(contentOf(object!)).rejects.toMatchObject({ code: 'source_not_found' });
});

it('stops with the reason of an abort', async () => {
  await put('x.json', 'content');
  const [object] = await listed();
  const reason = new Error('stopped by the user');
  await expect(contentOf(object!, AbortSignal.abort(reason))).rejects.toBe(reason);
});

it('says that a directory is missing or is none', async () => {
  await put('x.json', 'content');
  for (const path of [join(root, 'missing'), join(root, 'x.json'), join(root, 'x.json/y')]) {
    const error = await openSource(path).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'source_not_found', hint: expect.any(String) });
  }
});

it('refuses addresses of another kind', async () => {
  for (const location of ['gs://bucket/x', 'https://bucket.s3.amazonaws.com/x', 's3://', 's3:///x', '']) {
    await expect(openSource(location)).rejects.toMatchObject({ code: 'usage', exitCode: 2 });
  }
});

it('gives a part of a copy the keys of the whole, whichever folder is named', async () => {
  const key = 'AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/a.json.gz';
  await put(`copy/${key}`, 'x');
  await put('copy/AWSLogs/444455556666/b', 'y');
  const [whole] = await listed(join(root, 'copy'));
  for (const folder of ['AWSLogs/111122223333', 'AWSLogs/111122223333/CloudTrail/us-east-1'])
    expect(await listed(join(root, 'copy', folder))).toEqual([whole]);
  expect((await listed(join(root, 'copy/AWSLogs'))).map((object) => object.key)).toEqual([
    key,
    'AWSLogs/444455556666/b',
  ]);
});
