/** Formatter, linter, types, unused code and licences: a line for each, and what a failing one says. */
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const bin = (...path) => join(root, 'node_modules', ...path);
const checks = [
  { name: 'format and lint', script: bin('@biomejs', 'biome', 'bin', 'biome'), args: ['check', '--error-on-warnings'] },
  { name: 'types', script: bin('typescript', 'bin', 'tsc'), args: ['--noEmit'] },
  { name: 'unused code', script: bin('knip', 'bin', 'knip.js'), args: [] },
  { name: 'licences', script: join(root, 'scripts', 'licences.mjs'), args: [] },
];

function run({ name, script, args }) {
  return new Promise((done) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
    child.on('close', (code) => done({ name, ok: code === 0, said: said.trim() }));
  });
}

const results = await Promise.all(checks.map(run));
for (const { ok, said } of results) if (!ok) console.error(said);
for (const { name, ok } of results) console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}`);
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
