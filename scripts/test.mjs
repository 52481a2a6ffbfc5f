/**
 * Runs the tests; what is not known here goes to vitest: `npm test -- test/s3`.
 *   --all   the long ones too
 *   --long  the long ones only
 * Ends with what did not run and why, and the count. KEYTRAIL_REQUIRE_ENGINES=1 makes a missing engine a failure.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildIfStale } from './fresh.mjs';

const root = resolve(import.meta.dirname, '..');
const own = new Set(['--all', '--long']);
const asked = process.argv.slice(2);
const forwarded = asked.filter((arg) => !own.has(arg));
const projects = asked.includes('--long') ? ['long'] : asked.includes('--all') ? ['short', 'long'] : ['short'];

// Tests of the command line start what a user would: the build.
buildIfStale();

const scratch = mkdtempSync(join(tmpdir(), 'keytrail-test-'));
const summaryFile = join(scratch, 'summary.json');
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const reporters = [
  './test/services/reporter.ts',
  ...(forwarded.some((arg) => /^--reporter\b/.test(arg)) ? [] : ['default']),
];
const flags = [...reporters.map((name) => `--reporter=${name}`), ...projects.map((name) => `--project=${name}`)];
// A whole run has short tests at least; the long ones alone may be none.
if (!projects.includes('short')) flags.push('--passWithNoTests');
const child = spawn(process.execPath, [vitest, 'run', ...flags, ...forwarded], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, KEYTRAIL_TEST_SUMMARY: summaryFile },
});
// The terminal's Ctrl-C reaches vitest too; this process stays to print the end.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
const code = await new Promise((done) => {
  child.on('close', (status) => done(status ?? 1));
});

const nothing = { passed: 0, failed: 0, skipped: 0, engines: [], notRun: [] };
const summary = read(summaryFile) ?? nothing;
rmSync(scratch, { recursive: true, force: true });

const notRun = [...summary.notRun];
if (!projects.includes('long')) notRun.push('the long tests: `npm run test:all` runs them too');
if (summary.engines.length > 0) console.log(`Engines: ${summary.engines.join(', ')}.`);
console.log(`Not run:${notRun.length === 0 ? ' nothing' : ''}`);
for (const line of notRun) console.log(`- ${line}`);
const { passed, failed, skipped } = summary;
const failures = code === 0 ? failed : Math.max(failed, 1);
console.log(`${passed} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = code;

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    // vitest ended before any test: it has said why.
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
