import { execFileSync } from 'node:child_process';
import { lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeParquet } from '../../src/cli/output/parquet.js';
import { writeOut } from '../../src/cli/write-out.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-out-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a pipe gets what is written, and is one afterwards', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const [read] = await Promise.all([readFile(pipe, 'utf8'), writeOut(pipe, 'rows')]);
  expect(read).toBe('rows');
  expect((await lstat(pipe)).isFIFO()).toBe(true);
  await expect(writeParquet(pipe, [{ name: 'a', type: 'string' }], [])).rejects.toThrow(
    'Parquet is written to files only',
  );
  expect(await readdir(folder)).toEqual(['pipe']);
});

test('a link that somebody laid is replaced, and what it leads to is left alone', async () => {
  const [link, other] = [join(folder, 'link'), join(folder, 'other')];
  await writeFile(other, 'theirs');
  await symlink(other, link);
  await writeOut(link, 'rows');
  expect([await readFile(other, 'utf8'), await readFile(link, 'utf8')]).toEqual(['theirs', 'rows']);
  expect((await lstat(link)).mode & 0o777).toBe(0o600);
});
