import { expect, test } from 'vitest';
import { applyOutputFlags, type Context, wantsColour } from '../../src/cli/context.js';
import { runCli } from './run-cli.js';

const terminal = { isTTY: true };
const pipe = { isTTY: false };

test.each([
  ['a terminal', terminal, {}, true],
  ['a pipe', pipe, {}, false],
  ['a terminal with NO_COLOR', terminal, { NO_COLOR: '1' }, false],
  ['a terminal with an empty NO_COLOR, which counts for nothing', terminal, { NO_COLOR: '' }, true],
  ['a dumb terminal', terminal, { TERM: 'dumb' }, false],
  ['a pipe with FORCE_COLOR', pipe, { FORCE_COLOR: '1' }, true],
  ['a pipe with an empty FORCE_COLOR', pipe, { FORCE_COLOR: '' }, true],
  ['a terminal with FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, false],
  ['a pipe with CLICOLOR_FORCE', pipe, { CLICOLOR_FORCE: '1' }, true],
  ['both, of which NO_COLOR wins', terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
])('colour on %s', (_, stream, env, wanted) => {
  expect(wantsColour(stream, env)).toBe(wanted);
});

test.each([
  ['--color always', { color: 'always' as const }, false, true],
  ['--color never', { color: 'never' as const }, true, false],
  ['--no-color', { color: false as const }, true, false],
  ['--color auto', { color: 'auto' as const }, true, true],
  ['no flag', {}, true, true],
])('%s has the last word', (_, flags, before, after) => {
  const context = { colour: before } as Context;
  applyOutputFlags(flags, context);
  expect(context.colour).toBe(after);
});

const coloured = '\u001b[1mid';

test('the flags stand before or after the command', async () => {
  expect((await runCli(['query', 'list'])).stdout).not.toContain(coloured);
  expect((await runCli(['--color', 'always', 'query', 'list'])).stdout).toContain(coloured);
  expect((await runCli(['query', 'list', '--color', 'always'])).stdout).toContain(coloured);
  expect((await runCli(['query', 'list', '--no-color'], { FORCE_COLOR: '1' })).stdout).not.toContain(coloured);
});

test('--quiet leaves notes out, and neither results nor errors', async () => {
  const args = ['setup', 'alarms', '--key', 'AKIAIOSFODNN7EXAMPLE', '--log-group', 'trail'];
  const loud = await runCli(args);
  const quiet = await runCli([...args, '--quiet']);
  expect(loud.stderr).not.toBe('');
  expect(quiet).toEqual({ ...loud, stderr: '' });
  const wrong = await runCli(['query', 'run', 'key-clients', '--quiet', '--limit', 'x']);
  expect(wrong.stderr).toMatch(/^keytrail: /);
  expect(wrong.code).toBe(2);
});
