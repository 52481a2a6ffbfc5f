import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Account, type Credentials, type Leaked } from '../contain/account.js';
import { describeWith } from '../services/index.js';
import { runCli } from './run-cli.js';

describeWith('aws', 'keytrail contain, IAM enforced', () => {
  let account: Account;
  let responder: Credentials;
  let leaked: Leaked;
  beforeAll(async () => {
    account = await Account.start();
    responder = await account.addUser('cli-responder', ['*']);
    leaked = await account.leak();
  });
  afterAll(() => account.stop());

  const contain = (args: string[], by: Credentials = responder, more: Record<string, string> = {}) =>
    runCli(['contain', ...args, '--endpoint-url', account.endpoint], {
      AWS_ACCESS_KEY_ID: by.accessKeyId,
      AWS_SECRET_ACCESS_KEY: by.secretAccessKey,
      ...more,
    });

  test('plan, apply, undo: the key is refused, and works again after', async () => {
    const file = join(account.directory, 'cli-plan.json');
    const before = await account.dump();
    const planned = await contain(['plan', leaked.accessKeyId, '--out', file]);
    expect(planned).toMatchObject({ code: 0 });
    expect(planned.stdout).toContain(leaked.userName);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await account.dump()).toEqual(before);

    const unconfirmed = await contain(['apply', '--plan', file]);
    expect(unconfirmed).toMatchObject({ code: 2, stdout: '' });
    expect(unconfirmed.stderr).toMatch(/nothing was changed.*--yes/);
    expect(await leaked.tryKey()).toBe('allowed');

    const applied = await contain(['apply', '--plan', file, '--yes', '--watch', '2s', '--format', 'json']);
    expect(applied.code, applied.stderr).toBe(0);
    expect(JSON.parse(applied.stdout)).toMatchObject({ state: 'contained', changed: true });
    expect(await leaked.tryKey()).not.toBe('allowed');

    const again = await contain(['apply', '--plan', file, '--yes', '--watch', '2s', '--format', 'json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ state: 'contained', changed: false });

    const denyLifted = await contain(['undo', '--plan', file, '--yes']);
    expect(denyLifted.code, denyLifted.stderr).toBe(0);
    expect(await account.keyStatus(leaked)).toBe('Inactive');
    expect(await leaked.tryKey()).not.toBe('allowed');

    const undone = await contain(['undo', '--plan', file, '--yes', '--reactivate', leaked.accessKeyId]);
    expect(undone.code, undone.stderr).toBe(0);
    expect(await leaked.tryKey()).toBe('allowed');
    expect(await account.dump()).toEqual(before);

    const journal = await readFile(join(account.directory, 'cli-plan.json.journal.jsonl'), 'utf8').catch(() => '');
    const shown = [planned, applied, again, denyLifted, undone].map(({ stdout, stderr }) => stdout + stderr).join('\n');
    expect(shown).toContain(leaked.accessKeyId);
    for (const secret of account.secrets)
      expect(shown + journal + (await readFile(file, 'utf8'))).not.toContain(secret);
  });

  test('a plan that was begun is not written over: undo would be lost', async () => {
    const file = join(account.directory, 'twice.json');
    const other = await account.leak();
    await contain(['plan', other.accessKeyId, '--out', file]);
    expect((await contain(['apply', '--plan', file, '--yes', '--watch', '2s'])).code).toBe(0);
    const again = await contain(['plan', leaked.accessKeyId, '--out', file]);
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expect(again.stderr).toMatch(/twice\.json was applied.*Name another file/);
    expect((await contain(['undo', '--plan', file, '--yes', '--reactivate', other.accessKeyId])).code).toBe(0);
    expect(await other.tryKey()).toBe('allowed');
  });

  test('its own key, and who is protected, are refused', async () => {
    const own = await contain(['plan', responder.accessKeyId]);
    expect(own.code).toBe(1);
    const file = join(account.directory, 'protected.json');
    await contain(['plan', leaked.accessKeyId, '--out', file]);
    const refused = await contain(['apply', '--plan', file, '--yes', '--watch', '2s'], responder, {
      KEYTRAIL_PROTECT: leaked.userName,
    });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/protected/);
    expect(await leaked.tryKey()).toBe('allowed');
  });

  test('a responder whose own credentials are wrong is told so in a line', async () => {
    const wrong = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wrong' };
    const { code, stdout, stderr } = await contain(['plan', leaked.accessKeyId], wrong);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/--profile/);
  });
});
