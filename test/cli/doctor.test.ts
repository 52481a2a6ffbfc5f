import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeVersion } from '../../src/doctor/machine.js';
import { openStore } from '../../src/stores/open.js';
import { mmdb } from '../enrich/mmdb.js';
import { onSmallDisk } from '../pipeline/faults/small-disk.js';
import { runCli } from './run-cli.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-doctor-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('doctor says which databases of addresses there are, and which are missing', async () => {
  const { stdout } = await runCli(['doctor'], {}, folder);
  expect(stdout).toMatch(/^ok {3}enrichment by country: (DB-IP Country Lite, built|no countries: )/m);
  expect(stdout).toContain('ok   enrichment by asn: no autonomous systems: no database of them was named');
});

test('doctor tells a named database that works from one that does not', async () => {
  const good = join(folder, 'asn.mmdb');
  const bad = join(folder, 'bad.mmdb');
  await writeFile(good, mmdb({ '203.0.113.0/24': { autonomous_system_number: 64_496 } }));
  await writeFile(bad, 'not a database');
  const found = await runCli(['doctor'], { KEYTRAIL_ASN_DB: good }, folder);
  expect(found.stdout).toContain(`ok   enrichment by asn: ${good}, built 2026-01-02`);
  const refused = await runCli(['doctor'], { KEYTRAIL_ASN_DB: bad }, folder);
  expect(refused.stdout).toContain(`FAIL enrichment: ${bad} can't be read as a database of addresses: `);
  expect(refused.code).toBe(1);
});

test('doctor takes a store that is yet to be made for no failure', async () => {
  const { code, stdout } = await runCli(['doctor', '--store', 'duckdb:new.duckdb'], {}, folder);
  expect(stdout).toContain('ok   store duckdb:new.duckdb: none yet: keytrail ingest makes it');
  expect(code).toBe(0);
});

test('doctor fails for a store that cannot be used', async () => {
  await writeFile(join(folder, 'notes.duckdb'), 'my notes, not a database\n'.repeat(500));
  for (const store of ['duckdb:notes.duckdb', 'duckdb:nowhere/new.duckdb', 'mysql:x']) {
    const { code, stdout } = await runCli(['doctor', '--store', store], {}, folder);
    expect(stdout).toMatch(new RegExp(`^FAIL store ${store}: .*\n {5}fix: [A-Z].*$`, 'm'));
    expect(code).toBe(1);
  }
});

test('doctor shows no password and no signature of an address', async () => {
  const address = 'https://ana:s3cret@logs.example/trail?X-Amz-Signature=s3cret';
  const { code, stdout, stderr } = await runCli(['doctor', '--source', address, '--queue', address], {}, folder);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^FAIL source https:\/\/logs\.example\/trail: /m);
  expect(stdout).toMatch(/^FAIL queue: /m);
  expect(stdout + stderr).not.toContain('s3cret');
});

test('doctor names a store of another schema, and what to do', async () => {
  const file = join(folder, 'newer.duckdb');
  const store = await openStore(`duckdb:${file}`, 'write');
  await store.prepare();
  await store.close();
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  await connection.run("UPDATE keytrail_meta SET value = '99' WHERE name = 'schema'");
  connection.closeSync();
  instance.closeSync();
  const { code, stdout } = await runCli(['doctor', '--store', `duckdb:${file}`], {}, folder);
  expect(stdout).toMatch(/^FAIL store duckdb:\S+: .*99.*\n {5}fix: .*newer/m);
  expect(code).toBe(1);
});

test('doctor does not wait for a store that is in use', async () => {
  const file = join(folder, 'busy.duckdb');
  const store = await openStore(`duckdb:${file}`, 'write');
  try {
    const { code, stdout } = await runCli(['doctor', '--store', `duckdb:${file}`], {}, folder);
    expect(stdout).toMatch(/^FAIL store duckdb:\S+: .* is in use by another process.*\n {5}fix: Wait/m);
    expect(code).toBe(1);
  } finally {
    await store.close();
  }
});

test('doctor as JSON is for scripts, and asks nobody of AWS where nobody means AWS', async () => {
  const { code, stdout, stderr } = await runCli(['doctor', '--format', 'json'], {}, folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: { what: string; level: string }[] };
  expect(ok).toBe(true);
  const names = findings.map(({ what }) => what);
  expect(names).toEqual(
    expect.arrayContaining(['node', 'duckdb', 'zlib-sync', 'disk of temporary files', 'store file']),
  );
  expect(names).not.toContain('aws credentials');
});

test('doctor tells a disk that is nearly full', async (context) => {
  const disk = join(folder, 'disk');
  const results = join(folder, 'results');
  await Promise.all([mkdir(disk), mkdir(results)]);
  const args = ['doctor', '--store', `duckdb:${join(disk, 'x.duckdb')}`];
  await onSmallDisk(context, { folder: disk, results, megabytes: [8, 500], args });
  const said = (run: number) => readFile(join(results, `${run}.out`), 'utf8');
  expect(await said(1)).toMatch(/^FAIL disk of the store: .* has [78] MB free\n {5}fix: Make room there/m);
  expect(await said(2)).toMatch(/^warn disk of the store: .* has 5\d\d MB free\n {5}fix: Make room there/m);
  const codes = await Promise.all([1, 2].map((run) => readFile(join(results, `${run}.code`), 'utf8')));
  expect(codes).toEqual(['1\n', '0\n']);
});

test('a Node that is too old fails', () => {
  expect(nodeVersion('20.19.0').level).toBe('ok');
  expect(nodeVersion('24.1.0').level).toBe('ok');
  expect(nodeVersion('20.18.3')).toMatchObject({ level: 'FAIL', fix: expect.stringContaining('20.19') });
});
