import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

// No container engine is needed: what the stages of the Dockerfile copy and run is done in folders, with the Node and
// npm of this machine. That it is as the Dockerfile says is read from it; that an engine builds it, is not shown here.
interface Instruction {
  name: string;
  text: string;
}

const stages: { from: string; instructions: Instruction[] }[] = [];
for (const line of readFileSync('Dockerfile', 'utf8')
  .replace(/\\\n\s*/g, '')
  .split('\n')) {
  const [, name, text] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
  if (name === 'FROM') stages.push({ from: text!, instructions: [] });
  else if (name !== undefined) stages.at(-1)?.instructions.push({ name, text: text! });
}
const [build, final] = stages as [(typeof stages)[0], (typeof stages)[0]];

let folder: string;
let app: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'keytrail-image-'));
  const built = join(folder, 'build');
  mkdirSync(built);
  for (const { name, text } of build.instructions) {
    if (name === 'COPY') copy(text, '.', built);
    // apt-get is the base's, and what it installs is here.
    if (name === 'RUN' && !text.startsWith('apt-get')) run(text, built);
  }
  app = join(folder, 'app');
  mkdirSync(app);
  for (const { name, text } of final.instructions)
    if (name === 'COPY')
      copy(text.replace('--from=build /app/', ''), text.startsWith('--from=build') ? built : '.', app);
  rmSync(built, { recursive: true });
  mkdirSync(join(folder, 'data'));
  chmodSync(join(folder, 'data'), 0o777);
  spawnSync('chmod', ['-R', 'a+rX,a-w', app]);
  chmodSync(folder, 0o755);
}, 600_000);
afterAll(() => {
  spawnSync('chmod', ['-R', 'u+w', folder]);
  rmSync(folder, { recursive: true });
});

/** Files and folders into a folder; a single one may be named anew. */
function copy(text: string, from: string, to: string): void {
  const paths = text.split(' ');
  const target = paths.pop()!;
  // Only what .dockerignore lets through reaches the engine.
  const sent = readFileSync('.dockerignore', 'utf8')
    .match(/^!.+$/gm)!
    .map((line) => line.slice(1));
  for (const path of paths) {
    if (from === '.') expect(sent).toContain(path);
    const place = join(to, target === './' ? path : target);
    mkdirSync(dirname(place), { recursive: true });
    cpSync(join(from, path), place, { recursive: true, verbatimSymlinks: true });
  }
}

function run(text: string, cwd: string): void {
  const { status, stderr } = spawnSync('sh', ['-ec', text], { cwd, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
}

/** As the image's user, whose only place to write is /data. */
function keytrail(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(app, 'dist/cli/main.js'), ...args], {
    cwd: join(folder, 'data'),
    env: { PATH: process.env.PATH, HOME: '/nonexistent', NODE_ENV: 'production' },
    encoding: 'utf8',
    ...(process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : {}),
  });
  return { code: status, stdout, stderr };
}

test('both stages are of one base by its tag, and the last runs as nobody in particular', () => {
  expect(readFileSync('Dockerfile', 'utf8')).toMatch(/^ARG NODE=\d+\.\d+\.\d+-bookworm-slim$/m);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the Dockerfile's own variable
  expect(stages.map(({ from }) => from)).toEqual(['node:${NODE} AS build', 'node:${NODE}']);
  const last = (wanted: string) => final.instructions.findLast(({ name }) => name === wanted)?.text;
  expect(last('USER')).toBe('1000:1000');
  expect(last('HEALTHCHECK')).toContain('/healthz');
  expect(final.instructions.find(({ name }) => name === 'RUN')?.text).toMatch(/^rm -rf .*\/npm .*\/npx /);
});

test('what is copied runs the demo for a user who can write /data alone', () => {
  const demo = keytrail('demo', '--events', '2000', '--dir', 'demo');
  expect(demo.code, demo.stderr).toBe(0);
  expect(demo.stdout).toContain('ABUSED');
  const asked = keytrail('query', 'run', 'key-owner', '--store', 'duckdb:demo/incident.duckdb', '--format', 'json');
  expect(asked.code, asked.stderr).toBe(0);
  expect(JSON.parse(asked.stdout).rows.length).toBeGreaterThan(0);
  const doctor = keytrail('doctor');
  expect(doctor.stdout).toMatch(/zlib/);
  expect(readdirSync(join(folder, 'data'))).toEqual(['demo']);
}, 120_000);

test('nothing is in it that only builds or tests need', () => {
  for (const left of ['typescript', 'vitest', '@biomejs/biome', 'rolldown', 'knip'])
    expect(existsSync(join(app, 'node_modules', left))).toBe(false);
  expect(readdirSync(app).sort()).toEqual([
    'LICENSE',
    'dashboards',
    'dist',
    'ingest',
    'node_modules',
    'package.json',
    'queries',
  ]);
});
