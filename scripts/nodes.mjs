/**
 * Runs the tests that need no service on each Node that keytrail supports: what the language, the standard library and
 * native modules decide. A Node that is not the running one comes from the npm registry, once, and is kept with the
 * test engines. Ends with the versions that it ran.
 *   24 …      only these
 *   --others  all but the running one
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildIfStale } from './fresh.mjs';

const supported = ['20', '22', '24'];
const root = resolve(import.meta.dirname, '..');
const { KEYTRAIL_CACHE, XDG_CACHE_HOME, npm_execpath: npm } = process.env;
const cache = KEYTRAIL_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'keytrail');
const running = process.versions.node.split('.')[0];
const asked = process.argv.slice(2);
const wanted = asked[0] === '--others' ? supported.filter((major) => major !== running) : asked;
const unknown = wanted.filter((major) => !supported.includes(major));
if (unknown.length > 0) {
  console.error(`keytrail is not tested on Node ${unknown.join(', ')}; there is ${supported.join(', ')}.`);
  process.exit(2);
}

/** The program of a Node of this major version. */
function nodeOf(major) {
  if (major === running) return process.execPath;
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = join(cache, `node-${major}`);
  const program = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(program)) return program;
  // Filled under another name: a run that is broken off leaves no half of it.
  const partial = `${folder}.partial-${process.pid}`;
  mkdirSync(partial, { recursive: true });
  writeFileSync(join(partial, 'package.json'), '{"private":true}');
  const command = npm ? [process.execPath, npm] : ['npm'];
  const flags = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  const result = spawnSync(command[0], [...command.slice(1), ...flags, `${name}@${major}`], {
    cwd: partial,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (result.status === 0) {
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
    return program;
  }
  rmSync(partial, { recursive: true, force: true });
  console.error(`No Node ${major} for this machine: ${name}@${major} can't be installed.`);
  process.exit(1);
}

const files = readdirSync(join(root, 'test'), { recursive: true })
  .map((file) => join('test', file))
  .filter((file) => /^[^.]+\.test\.ts$/.test(file.replace(/^.*[/\\]/, '')));

buildIfStale();
const ran = [];
let failed = false;
for (const major of wanted.length > 0 ? wanted : supported) {
  const program = nodeOf(major);
  const version = spawnSync(program, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout.trim();
  console.log(`\nNode ${version}`);
  const result = spawnSync(program, [join(root, 'scripts', 'test.mjs'), ...files, '--reporter=dot'], {
    cwd: root,
    stdio: 'inherit',
  });
  ran.push(result.status === 0 ? version : `${version} (failed)`);
  failed ||= result.status !== 0;
}
console.log(`Ran on Node ${ran.join(', ')}.`);
process.exitCode = failed ? 1 : 0;
