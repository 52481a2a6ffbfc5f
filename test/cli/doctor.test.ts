import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mmdb } from '../enrich/mmdb.js';
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
    expect(stdout).toContain(`FAIL store ${store}: `);
    expect(code).toBe(1);
  }
});
