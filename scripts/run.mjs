/**
 * node scripts/run.mjs TARGET.js ARGS…: runs TARGET in this process, so that its streams, signals and exit code are
 * the caller's own, after installing and building what is missing or stale. Says what it does on standard error.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`keytrail needs Node 20.19 or newer; this is Node ${process.versions.node}.`);
  process.exit(1);
}

const [target, ...args] = process.argv.slice(2);
if (target === undefined) {
  console.error('usage: node scripts/run.mjs TARGET.js ARGS…');
  process.exit(2);
}

// Not before the check: an old Node may not even parse what it imports.
const { installIfStale, buildIfStale } = await import('./fresh.mjs');
installIfStale();
if (target.startsWith('dist/')) buildIfStale();

const path = resolve(import.meta.dirname, '..', target);
// npm changes to the package's folder; the paths that a user types are relative to where they stand.
if (target === 'dist/cli/main.js' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
process.argv = [process.argv[0], path, ...args];
await import(pathToFileURL(path).href);
