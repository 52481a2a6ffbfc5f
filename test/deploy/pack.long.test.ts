import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCli } from '../cli/run-cli.js';

interface Packed {
  filename: string;
  size: number;
  files: { path: string }[];
}

let folder: string;
let packed: Packed;

function npm(cwd: string, ...args: string[]): string {
  const flags = ['--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stdout, stderr } = spawnSync('npm', [...args, ...flags], { cwd, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return stdout;
}

/** The tarball as it would be published, from a copy: packing builds anew, and other tests use the build. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'keytrail-pack-'));
  const copy = join(folder, 'copy');
  const own = new Set(['node_modules', 'dist', 'build', 'demo', 'test', 'test-results', '.git', '.cache']);
  for (const name of readdirSync('.')) if (!own.has(name)) cpSync(name, join(copy, name), { recursive: true });
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  [packed] = JSON.parse(npm(copy, 'pack', '--json', '--silent').replace(/^[^[]*/, '')) as [Packed];
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  writeFileSync(join(empty, 'package.json'), '{"private":true}');
  npm(empty, 'install', '--prefer-offline', '--ignore-scripts', join(copy, packed.filename));
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true }));

const installed = () => join(folder, 'empty', 'node_modules', 'keytrail');

function keytrail(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(join(folder, 'empty/node_modules/.bin/keytrail'), args, {
    cwd: join(folder, 'empty'),
    env: { PATH: process.env.PATH, HOME: '/nonexistent' },
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return stdout;
}

test('the tarball holds what is needed and no more', () => {
  const paths = packed.files.map(({ path }) => path);
  const unwanted = paths.filter((path) =>
    /^(test|src|scripts|bench|demo|node_modules|\.)|\.(map|duckdb)$|\/(samples|fixtures)\/|case\.yaml$/.test(path),
  );
  expect(unwanted).toEqual([]);
  for (const path of ['dist/cli/main.js', 'dist/index.d.ts', 'dist/lambda/handler.js', 'LICENSE', 'README.md'])
    expect(paths).toContain(path);
  for (const { name } of readdirSync('queries', { withFileTypes: true }).filter((entry) => entry.isDirectory()))
    for (const file of ['query.yaml', 'athena.sql']) expect(paths).toContain(`queries/${name}/${file}`);
  for (const log of ['cloudtrail', 'config', 'guardduty', 'vpcflow'])
    expect(paths).toContain(`ingest/${log}/fields.yaml`);
  for (const file of readdirSync('dashboards'))
    if (file.endsWith('.yaml')) expect(paths).toContain(`dashboards/${file}`);
  // 1.0 MB when this was written; what makes it much larger should be known.
  expect(packed.size).toBeLessThan(2_000_000);
});

test('installed without any package’s scripts, it runs the demo, answers, and serves its pages', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(keytrail('--version').trim()).toBe(version);
  for (const command of ['ingest', 'query', 'investigate', 'contain', 'serve'])
    expect(keytrail('--help')).toContain(command);
  expect(keytrail('demo', '--events', '2000', '--dir', 'demo')).toContain('ABUSED');
  const store = ['--store', 'duckdb:demo/incident.duckdb'];
  const { rows } = JSON.parse(keytrail('query', 'run', 'key-owner', '--format', 'json', ...store));
  expect(rows.length).toBeGreaterThan(0);
  expect(keytrail('query', 'list')).toContain('key-owner');
  // zlib-sync was not compiled: Node's own zlib inflates.
  expect(keytrail('doctor')).toMatch(/node:zlib/);

  const { child, done } = startCli(
    ['serve', ...store],
    {},
    join(folder, 'empty'),
    join(installed(), 'dist/cli/main.js'),
  );
  try {
    const url = await new Promise<string>((found) => {
      child.stdout.on('data', (text: string) => {
        const address = /http:\S+/.exec(text)?.[0];
        if (address !== undefined) found(address);
      });
    });
    const entered = await fetch(url, { redirect: 'manual' });
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
    const page = await (await fetch(new URL('/', url), { headers: { cookie } })).text();
    expect(page).toContain('key-owner');
    const scripts = [...page.matchAll(/<script[^>]* src="([^"]+)"/g)].map(([, path]) => path!);
    expect(scripts.length).toBeGreaterThan(0);
    for (const path of scripts) expect((await fetch(new URL(path, url), { headers: { cookie } })).status).toBe(200);
  } finally {
    child.kill('SIGTERM');
    await done;
  }
});
