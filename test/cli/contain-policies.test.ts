import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runCli } from './run-cli.js';

test('one stage is the document itself, as it lies in the package', async () => {
  const { code, stdout } = await runCli(['contain', 'policies', '--stage', 'contain-role']);
  expect(code).toBe(0);
  expect(stdout).toBe(readFileSync('ingest/deploy/responder/contain-role.json', 'utf8'));
});

test('all stages are one object, of the account and role that are named', async () => {
  const role = 'arn:aws-cn:iam::111122223333:role/ir/hands';
  const named = ['--account', '111122223333', '--responder', role, '--partition', 'aws-cn'];
  const { stdout } = await runCli(['contain', 'policies', ...named]);
  const policies = JSON.parse(stdout) as Record<string, object>;
  expect(Object.keys(policies)).toContain('destroy');
  expect(JSON.stringify(policies.accounts)).toContain('arn:aws-cn:iam::*:role/ir/hands');
  expect(JSON.stringify(policies['contain-role'])).toContain(role);
  expect(stdout).not.toContain('arn:aws:');
});

test.each([
  [['--stage', 'contain'], /there is no stage "contain".*observe, observe-organization/],
  [['--account', 'mine'], /"mine" is no account/],
])('%j is refused in a line', async (flags, message) => {
  const { code, stdout, stderr } = await runCli(['contain', 'policies', ...flags]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
});
