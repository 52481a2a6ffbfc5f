import { readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateAccessKeyCommand,
  ListAccessKeysCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { DescribeParametersCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTargets } from '../../../src/contain/rotate/parse-target.js';
import { planRotation } from '../../../src/contain/rotate/plan.js';
import { KeytrailError } from '../../../src/errors.js';
import { type CliResult, runCli } from '../../cli/run-cli.js';
import { describeWith, uniquePrefix } from '../../services/index.js';
import { Account, type Credentials } from '../account.js';
import { Applications, others } from './applications.js';

const allowed = ['allowed', 'allowed', 'allowed', 'allowed'];

describeWith('aws', 'keytrail contain rotate, IAM enforced', () => {
  let account: Account;
  let responder: Credentials;
  beforeAll(async () => {
    account = await Account.start();
    responder = await account.addUser('rotator', ['*']);
  });
  afterAll(() => account.stop());

  const rotate = (args: string[], by: Credentials = responder): Promise<CliResult> =>
    runCli(['contain', 'rotate', ...args, '--endpoint-url', account.endpoint], {
      AWS_ACCESS_KEY_ID: by.accessKeyId,
      AWS_SECRET_ACCESS_KEY: by.secretAccessKey,
    });
  const journalOf = () => join(account.directory, `${uniquePrefix('rotate')}.jsonl`);
  const to = (targets: string[]) => targets.flatMap((target) => ['--to', target]);
  const keysOf = async (UserName: string) => {
    const { AccessKeyMetadata = [] } = await account.responder.iam.send(new ListAccessKeysCommand({ UserName }));
    return AccessKeyMetadata.map(({ AccessKeyId }) => AccessKeyId!).sort();
  };
  /** Every secret that there is, and that no output may hold. */
  const secretsOf = async (applications: Applications) => [
    ...account.secrets,
    others.password,
    ...(await Promise.all(applications.all.map(({ key }) => key()))).map(({ secretAccessKey }) => secretAccessKey),
  ];
  const expectNoSecret = async (applications: Applications, outputs: CliResult[], journal: string) => {
    const written = await readFile(journal, 'utf8');
    const shown = [...outputs.map(({ stdout, stderr }) => stdout + stderr), written].join('\n');
    for (const secret of await secretsOf(applications)) expect(shown).not.toContain(secret);
    expect(shown).not.toMatch(/(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/);
    expect((await stat(journal)).mode & 0o777).toBe(0o600);
  };

  test('applications of each kind work on through a rotation, and after the old key is gone', async () => {
    const applications = await Applications.start(account);
    const { leaked } = applications;
    const journal = journalOf();
    const stop = applications.workOn();
    const done = await rotate([leaked.accessKeyId, ...to(applications.targets), '--journal', journal, '--yes']);
    expect(await stop()).toEqual(new Set(['allowed']));
    expect(done.code, done.stderr).toBe(0);
    const [newKeyId, ...rest] = new Set(await applications.keyIds());
    expect(rest).toEqual([]);
    expect(newKeyId).not.toBe(leaked.accessKeyId);
    expect(await keysOf(leaked.userName)).toEqual([leaked.accessKeyId, newKeyId].sort());
    expect(done.stdout).toContain(newKeyId);

    const secret = await applications.secretText();
    expect(JSON.parse(secret)).toMatchObject({ password: others.password });
    expect(secret).toContain(`"port":${others.port}`);
    expect(await applications.variables()).toMatchObject({ PASSWORD: others.password });
    const file = await readFile(applications.file, 'utf8');
    expect(file).toContain('[default]\n# of the application\r\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n');
    expect(file).toContain('region = eu-west-1\n');
    expect((await stat(applications.file)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(applications.file, '..'))).toEqual(['credentials']);
    const { Parameters } = await account.responder.in('us-east-1').ssm.send(
      new DescribeParametersCommand({
        ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: [applications.parameters[1]] }],
      }),
    );
    expect(Parameters).toMatchObject([{ Type: 'SecureString', KeyId: 'alias/application' }]);

    const { userName: UserName, accessKeyId: AccessKeyId } = leaked;
    await account.responder.iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' }));
    expect(await applications.work()).toEqual(allowed);
    await expectNoSecret(applications, [done], journal);
  });

  test('run again it changes nothing; and nothing goes back to a key that is not Active', async () => {
    const applications = await Applications.start(account);
    const { accessKeyId, userName: UserName } = applications.leaked;
    const args = [accessKeyId, '--journal', journalOf(), '--yes'];
    const once = await rotate([...args, ...to(applications.targets)]);
    expect(once.code, once.stderr).toBe(0);
    const keyIds = await applications.keyIds();
    const again = await rotate([...args, ...to(applications.targets)]);
    expect(again.code, again.stderr).toBe(0);
    expect(await applications.keyIds()).toEqual(keyIds);
    expect(await keysOf(UserName)).toEqual([accessKeyId, keyIds[0]!].sort());

    const { iam } = account.responder;
    await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId: accessKeyId, Status: 'Inactive' }));
    const undone = await rotate([...args, '--undo']);
    expect(undone.code).toBe(1);
    expect(undone.stderr).toMatch(/not Active/);
    expect(await applications.keyIds()).toEqual(keyIds);
  });

  test('nothing is done without a yes, and no journal is left', async () => {
    const applications = await Applications.start(account);
    const { accessKeyId, userName } = applications.leaked;
    const journal = journalOf();
    const asked = await rotate([accessKeyId, ...to(applications.targets), '--journal', journal]);
    expect(asked).toMatchObject({ code: 2, stdout: '' });
    expect(asked.stderr).toMatch(/iam:CreateAccessKey.*secretsmanager:PutSecretValue.*nothing was changed/s);
    expect(asked.stderr).toContain(`holds ${accessKeyId}`);
    expect(await keysOf(userName)).toEqual([accessKeyId]);
    await expect(stat(journal)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('undo restores what kept its old value, and says what did not', async () => {
    const applications = await Applications.start(account);
    const { accessKeyId, userName } = applications.leaked;
    const before = await applications.secretText();
    const journal = journalOf();
    const kept = applications.targets.slice(0, 2);
    const done = await rotate([accessKeyId, ...to(kept), '--journal', journal, '--yes']);
    expect(done.code, done.stderr).toBe(0);
    const undone = await rotate([accessKeyId, '--undo', '--journal', journal, '--yes']);
    expect(undone.code, undone.stderr).toBe(0);
    expect(await applications.secretText()).toBe(before);
    expect(new Set(await applications.keyIds())).toEqual(new Set([accessKeyId]));
    expect(await applications.work()).toEqual(allowed);
    expect(await keysOf(userName)).toEqual([accessKeyId]);

    await expectNoSecret(applications, [done, undone], journal);
    // With the same journal a new rotation begins.
    const file = applications.targets.slice(3);
    const more = await rotate([accessKeyId, ...to(file), '--journal', journal, '--yes']);
    expect(more.code, more.stderr).toBe(0);
  });

  test('undo leaves the new key where the old secret is gone, and says so', async () => {
    const applications = await Applications.start(account);
    const { accessKeyId, userName } = applications.leaked;
    const journal = journalOf();
    const done = await rotate([accessKeyId, ...to(applications.targets), '--journal', journal, '--yes']);
    expect(done.code, done.stderr).toBe(0);
    const half = await rotate([accessKeyId, '--undo', '--journal', journal, '--yes']);
    expect(half.code, half.stderr).toBe(3);
    for (const kind of ['restored secretsmanager', 'restored ssm', 'kept     lambda', 'kept     file'])
      expect(half.stdout).toContain(`  ${kind}:`);
    const [first, second, ...left] = await applications.keyIds();
    expect([first, second]).toEqual([accessKeyId, accessKeyId]);
    expect(left).not.toContain(accessKeyId);
    expect(await applications.work()).toEqual(allowed);
    expect(await keysOf(userName)).toHaveLength(2);
    await expectNoSecret(applications, [done, half], journal);
  });

  test('a target that fails leaves the others done, and the next run does it', async () => {
    const applications = await Applications.start(account);
    const { accessKeyId } = applications.leaked;
    const limited = await account.addUser(uniquePrefix('limited'), [
      'iam:*',
      'sts:*',
      'ssm:*',
      'lambda:*',
      'secretsmanager:GetSecretValue',
    ]);
    const journal = journalOf();
    const args = [accessKeyId, ...to(applications.targets), '--journal', journal, '--yes'];
    const partial = await rotate([...args, '--format', 'json'], limited);
    expect(partial.code, partial.stderr).toBe(3);
    const result = JSON.parse(partial.stdout);
    expect(result).toMatchObject({ state: 'partial', keyId: accessKeyId });
    expect(result.targets.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'failed',
      'written',
      'written',
      'written',
    ]);
    expect(result.targets[0].detail).toMatch(/secretsmanager:PutSecretValue/);
    expect(await applications.work()).toEqual(allowed);

    const whole = await rotate(args);
    expect(whole.code, whole.stderr).toBe(0);
    expect(new Set(await applications.keyIds())).toEqual(new Set([result.newKeyId]));
    await expectNoSecret(applications, [partial, whole], journal);
  });

  test('where no target takes it the new key is deleted again', async () => {
    const applications = await Applications.start(account);
    const { accessKeyId, userName } = applications.leaked;
    const powerless = await account.addUser(uniquePrefix('powerless'), [
      'iam:*',
      'sts:*',
      'ssm:Get*',
      'ssm:Describe*',
      'secretsmanager:GetSecretValue',
      'lambda:GetFunctionConfiguration',
    ]);
    const journal = journalOf();
    const targets = to(applications.targets.slice(0, 3));
    const failed = await rotate([accessKeyId, ...targets, '--journal', journal, '--yes'], powerless);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(/nothing has changed/);
    expect(await keysOf(userName)).toEqual([accessKeyId]);
    expect(await applications.work()).toEqual(allowed);
    await expectNoSecret(applications, [failed], journal);
    expect((await rotate([accessKeyId, '--undo', '--journal', journal, '--yes'])).code).toBe(2);
  });

  test('a user with two keys: which one could go is said, and nothing is done', async () => {
    const applications = await Applications.start(account);
    const { accessKeyId, userName } = applications.leaked;
    const { AccessKey } = await account.responder.iam.send(new CreateAccessKeyCommand({ UserName: userName }));
    const other = AccessKey!.AccessKeyId!;
    await account.responder.iam.send(
      new UpdateAccessKeyCommand({ UserName: userName, AccessKeyId: other, Status: 'Inactive' }),
    );
    const refused = await rotate([accessKeyId, ...to(applications.targets), '--journal', journalOf(), '--yes']);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(`the other is ${other} (Inactive, made `);
    expect(refused.stderr).toContain(`delete-access-key --user-name ${userName} --access-key-id ${other}`);
    expect(await keysOf(userName)).toEqual([accessKeyId, other].sort());
  });

  test("one's own key needs --own", async () => {
    const applications = await Applications.start(account);
    const { leaked } = applications;
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    });
    const { iam } = account.responder;
    await iam.send(new PutUserPolicyCommand({ UserName: leaked.userName, PolicyName: 'all', PolicyDocument }));
    const args = [leaked.accessKeyId, ...to(applications.targets), '--journal', journalOf(), '--yes'];
    const refused = await rotate(args, leaked);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/is the identity that runs this command.*--own/);
    const own = await rotate([...args, '--own'], leaked);
    expect(own.code, own.stderr).toBe(0);
    expect(await applications.work()).toEqual(allowed);
  });

  test('what is no target, and what may not be written, is refused before a key is made', async () => {
    const applications = await Applications.start(account);
    const { accessKeyId, userName } = applications.leaked;
    const { ssm } = account.responder.in('us-east-1');
    const plain = `/${uniquePrefix()}/plain`;
    await ssm.send(new PutParameterCommand({ Name: plain, Value: 'x', Type: 'String' }));
    const session = join(account.directory, uniquePrefix('session'));
    await writeFile(session, '[default]\naws_session_token = x\n');
    const [secret, , lambda, file] = applications.targets;
    const elsewhere = await Applications.start(account);
    const cases: [string, RegExp][] = [
      ['s3:us-east-1/x', /is no target.*secretsmanager:REGION/],
      ['secretsmanager:nowhere/x', /is no target/],
      [`ssm:us-east-1/${plain}`, /is no target/],
      ['file:/x#a]\n[b', /is no target/],
      [`ssm:us-east-1/${plain},${plain}2`, /there is no parameter/],
      [`ssm:us-east-1/${applications.parameters[0]},${plain}`, /is a String, not a SecureString/],
      [secret!.split('#')[0]!, /has no member accessKeyId/],
      [`${lambda}#`, /is no target/],
      [`secretsmanager:us-east-1/${uniquePrefix()}`, /secretsmanager:GetSecretValue/],
      [`file:${session}`, /holds a session token/],
      [`file:/nonexistent/folder/credentials`, /can't use the credentials file/],
      [`${file!.split('#')[0]}#default`, /holds AKIAIOSFODNN7EXAMPLE, which is no key of/],
      [elsewhere.targets[0]!, new RegExp(`holds ${elsewhere.leaked.accessKeyId}, which is no key of`)],
      [`secretsmanager:us-east-1/${applications.secretName}#password,secret`, /holds something else/],
    ];
    const clients = account.clients(responder);
    const plan = async (target: string) => {
      const targets = openTargets([target], clients, { delays: [] });
      return planRotation({ clients, keyId: accessKeyId, targets, entries: [], own: false });
    };
    for (const [target, reason] of cases) {
      const refusal: unknown = await plan(target).catch((error: unknown) => error);
      expect(refusal, target).toBeInstanceOf(KeytrailError);
      const { message, hint } = refusal as KeytrailError;
      expect(`${message}. ${hint}`).toMatch(reason);
      expect(`${message}. ${hint}`).not.toContain(others.password);
    }
    const path = journalOf();
    for (const args of [[], ['--to', secret!, '--to', secret!], ['--undo', '--to', secret!], ['--undo']])
      expect((await rotate([accessKeyId, ...args, '--journal', path, '--yes'])).code).toBe(2);
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await rotate(['../../x', '--to', secret!, '--yes'])).code).toBe(2);
    expect(await keysOf(userName)).toEqual([accessKeyId]);
  });

  test('a file behind a link is replaced where it lies; a profile that is new is added', async () => {
    const applications = await Applications.start(account);
    const { accessKeyId } = applications.leaked;
    const link = join(account.directory, uniquePrefix('link'));
    await symlink(applications.file, link);
    const fresh = join(account.directory, uniquePrefix('fresh'));
    const targets = [`file:${link}#app`, `file:${link}#next`, `file:${fresh}`];
    const done = await rotate([accessKeyId, ...to(targets), '--journal', journalOf(), '--yes']);
    expect(done.code, done.stderr).toBe(0);
    const { accessKeyId: id, secretAccessKey } = await applications.all[3]!.key();
    const text = await readFile(applications.file, 'utf8');
    const profile = `aws_access_key_id = ${id}\naws_secret_access_key = ${secretAccessKey}\n`;
    expect(text.endsWith(`region = eu-west-1\n[next]\n${profile}`)).toBe(true);
    expect(await readFile(fresh, 'utf8')).toBe(`[default]\n${profile}`);
    expect((await stat(fresh)).mode & 0o777).toBe(0o600);
    expect(await readFile(link, 'utf8')).toBe(text);
  });
});
