/** Installs dependencies and builds dist/ where they are missing or stale; costs a few milliseconds where they are not. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, linkSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const inRoot = (...parts) => join(root, ...parts);
const scratch = (name) => inRoot('node_modules', '.cache', 'keytrail', `${name}-${process.pid}`);

function fail(what, { error, stdout, stderr }) {
  console.error(`${what} failed.\n${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`.trimEnd());
  process.exit(1);
}

/** Runs `npm ci` unless every package of package-lock.json that must be there is there in that version. */
export function installIfStale() {
  if (isInstalled()) return;
  const release = lock();
  try {
    if (!isInstalled()) install();
  } finally {
    release();
  }
}

function isInstalled() {
  const wanted = inRoot('package-lock.json');
  const present = inRoot('node_modules', '.package-lock.json');
  if (!existsSync(present)) return false;
  if (statSync(present).mtimeMs >= statSync(wanted).mtimeMs) return true;
  // Another branch and back leaves the lock newer with the same packages in it.
  const packagesOf = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;
  const installed = packagesOf(present);
  return Object.entries(packagesOf(wanted)).every(
    ([path, { version, optional }]) =>
      path === '' || (installed[path] ? installed[path].version === version : optional),
  );
}

function install() {
  console.error('Installing dependencies (npm ci) …');
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const ci = (...flags) =>
    spawnSync(npm[0], [...npm.slice(1), 'ci', '--no-audit', '--no-fund', '--loglevel=error', ...flags], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  if (ci().status === 0) return;
  // What a package would compile here is optional: without a compiler the rest still installs.
  const second = ci('--ignore-scripts');
  if (second.status !== 0) fail('npm ci', second);
}

/** Compiles src/ to dist/ unless dist/ was made from these very files. */
export function buildIfStale() {
  const sources = fingerprint();
  if (builtFrom() === sources) return;
  console.error('Building …');
  const made = scratch('build');
  rmSync(made, { recursive: true, force: true });
  const tsc = inRoot('node_modules', 'typescript', 'bin', 'tsc');
  // Types are `npm run check`'s concern: here only the JavaScript counts.
  const flags = ['-p', 'tsconfig.build.json', '--outDir', made, '--noCheck', '--declaration', 'false'];
  const result = spawnSync(process.execPath, [tsc, ...flags], { cwd: root, encoding: 'utf8' });
  if (result.status !== 0) {
    rmSync(made, { recursive: true, force: true });
    fail('The build', result);
  }
  writeFileSync(join(made, '.built-from'), sources);
  swapIn(made, sources);
}

function fingerprint() {
  const hash = createHash('sha256');
  const add = (path) => {
    const stat = statSync(path);
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name));
    else hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`);
  };
  for (const path of ['src', 'tsconfig.json', 'tsconfig.build.json']) add(inRoot(path));
  return hash.digest('hex');
}

function builtFrom() {
  const stamp = inRoot('dist', '.built-from');
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined;
}

/** Puts a whole build in dist's place. Builds at the same time meet here: the last one of other sources stays. */
function swapIn(made, sources) {
  for (let tries = 0; ; tries += 1) {
    try {
      renameSync(made, inRoot('dist'));
      return;
    } catch (error) {
      if (tries === 10) throw error;
    }
    if (builtFrom() === sources) break;
    const old = scratch(`old-${tries}`);
    try {
      renameSync(inRoot('dist'), old);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
    rmSync(old, { recursive: true, force: true });
  }
  rmSync(made, { recursive: true, force: true });
}

/** Waits until no other live process installs into this checkout. */
function lock() {
  const path = join(tmpdir(), `keytrail-install-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`);
  const mine = `${path}.${process.pid}`;
  // A link, made from a whole file, never shows a lock without its holder's id.
  writeFileSync(mine, String(process.pid));
  try {
    for (;;) {
      try {
        linkSync(mine, path);
        return () => rmSync(path, { force: true });
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      if (isAlive(path)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
      else rmSync(path, { force: true });
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

function isAlive(path) {
  try {
    return process.kill(Number(readFileSync(path, 'utf8')), 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
