import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allQuestions } from '../../src/queries/load.js';

/** A copy of the package, in which questions can be changed. */
let copy: string;
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'keytrail-catalogue-'));
  for (const part of ['dist', 'queries', 'ingest', 'package.json'])
    await cp(resolve(part), join(copy, part), { recursive: true });
  await symlink(resolve('node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rm(copy, { recursive: true }));

async function listed(): Promise<{ id: string; title: string }[]> {
  const args = [join(copy, 'dist/cli/main.js'), 'query', 'list', '--format', 'json'];
  return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout);
}

test('the list is that of the pack, also after a question was added or changed', async () => {
  const ids = allQuestions().map(({ id }) => id);
  expect((await listed()).map(({ id }) => id)).toEqual(ids);

  await cp(join(copy, 'queries/key-owner'), join(copy, 'queries/aa-own'), { recursive: true });
  const changed = join(copy, 'queries/key-buckets/query.yaml');
  await writeFile(changed, (await readFile(changed, 'utf8')).replace(/^title: .*/m, 'title: Another title'));
  const after = await listed();
  expect(after.map(({ id }) => id)).toEqual(['aa-own', ...ids]);
  expect(after.find(({ id }) => id === 'key-buckets')?.title).toBe('Another title');
});

test('what is asked is what the files say, also after a question or a contract was changed', async () => {
  const shown = async () => {
    const args = [join(copy, 'dist/cli/main.js'), 'query', 'show', 'key-account'];
    return (await promisify(execFile)(process.execPath, args)).stdout;
  };
  expect(await shown()).toContain(allQuestions().find(({ id }) => id === 'key-account')!.title);
  const changed = join(copy, 'queries/key-account/query.yaml');
  const text = await readFile(changed, 'utf8');
  await writeFile(changed, text.replace(/^title: .*/m, 'title: Quite another title'));
  expect(await shown()).toContain('Quite another title');
  await writeFile(changed, text.replace(/^severity: .*/m, 'severity: none'));
  await expect(shown()).rejects.toThrow('severity');
  await writeFile(changed, text);
  const contract = join(copy, 'ingest/cloudtrail/fields.yaml');
  await writeFile(contract, (await readFile(contract, 'utf8')).replace(/^view: .*/m, 'view: other_events'));
  expect(await shown()).toContain('other_events');
});
