import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { outputWidth } from '../../src/cli/context.js';
import { runCli } from './run-cli.js';

test.each([
  ['a pipe', { isTTY: false }, {}, Number.POSITIVE_INFINITY],
  ['a pipe with COLUMNS', { isTTY: false }, { COLUMNS: '90' }, 90],
  ['a pipe with a COLUMNS that is none', { isTTY: false }, { COLUMNS: 'wide' }, Number.POSITIVE_INFINITY],
  ['a terminal', { isTTY: true, columns: 133 }, {}, 133],
  ['a terminal, whose own width counts', { isTTY: true, columns: 133 }, { COLUMNS: '90' }, 133],
  ['a terminal that does not know its width', { isTTY: true, columns: 0 }, { COLUMNS: '90' }, 90],
  ['a terminal of which nobody knows the width', { isTTY: true, columns: 0 }, {}, 80],
])('the width of %s', (_, stream, env, width) => {
  expect(outputWidth(stream, env)).toBe(width);
});

test('a list in a pipe is whole, and as wide as COLUMNS where that is set', async () => {
  const piped = (await runCli(['query', 'list'])).stdout;
  expect(piped).not.toContain('…');
  const narrow = (await runCli(['query', 'list'], { COLUMNS: '60' })).stdout;
  for (const line of narrow.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
});

test.runIf(existsSync('/dev/full'))('a full disk is told in one line', async () => {
  const full = await open('/dev/full', 'w');
  const child = spawn(process.execPath, [resolve('dist/cli/main.js'), 'query', 'list'], {
    stdio: ['ignore', full.fd, 'pipe'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const code = await new Promise((done) => child.on('close', done));
  await full.close();
  expect(code).toBe(1);
  expect(said).toMatch(/^keytrail: can't write the output: ENOSPC[^\n]*\n$/);
});
