import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../src/stores/open.js';
import { Account, type Credentials, type Leaked } from '../contain/account.js';
import { dumpAccount } from '../contain/dump.js';
import { LoopingDetacher } from '../contain/looping-detacher.js';
import { ingestAll, writeCase } from '../queries/cases.js';
import { trusting } from '../services/credentials.js';
import { describeWith } from '../services/index.js';
import { runCli } from './run-cli.js';

const accountId = '123456789012';

describeWith('aws', 'a leaked key, from logs to verified containment', () => {
  let account: Account;
  let responder: Credentials;
  let leaked: Leaked;
  let backdoor: Credentials;
  let store: string;
  beforeAll(async () => {
    account = await Account.start();
    responder = await account.addUser('lane-responder', ['*']);
    leaked = await account.leak();
    backdoor = await account.addUser('svc-support', ['*']);
    const AssumeRolePolicyDocument = trusting({ AWS: `arn:aws:iam::${accountId}:user/${leaked.userName}` });
    await account.responder.iam.send(new CreateRoleCommand({ RoleName: 'deploy', AssumeRolePolicyDocument }));
    store = `duckdb:${join(account.directory, 'incident.duckdb')}`;
    await log('before', [
      call('01T08:00:00', { sourceIPAddress: '192.0.2.1', userAgent: 'deploy/1.0' }),
      call('02T21:00:00', iam('CreateUser', { userName: 'svc-support' }, { user: { userName: 'svc-support' } })),
      call('02T21:01:00', {
        ...iam('AttachUserPolicy', {
          userName: 'svc-support',
          policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
        }),
      }),
      call('02T21:02:00', {
        eventSource: 'sts.amazonaws.com',
        eventName: 'AssumeRole',
        requestParameters: { roleArn: `arn:aws:iam::${accountId}:role/deploy`, roleSessionName: 'one' },
        responseElements: {
          credentials: { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', expiration: 'Mar 3, 2026 10:02:00 PM' },
          assumedRoleUser: { assumedRoleId: 'AROAX:one', arn: `arn:aws:sts::${accountId}:assumed-role/deploy/one` },
        },
      }),
    ]);
  });
  afterAll(() => account.stop());

  let calls = 0;
  const call = (time: string, more: object = {}) => ({
    eventID: `00000000-0000-4000-8000-${String(++calls).padStart(12, '0')}`,
    eventTime: `2026-03-${time}Z`,
    recipientAccountId: accountId,
    userIdentity: {
      type: 'IAMUser',
      accountId,
      arn: `arn:aws:iam::${accountId}:user/${leaked.userName}`,
      userName: leaked.userName,
      accessKeyId: leaked.accessKeyId,
    },
    sourceIPAddress: '203.0.113.66',
    userAgent: 'Boto3/1.34.131',
    ...more,
  });
  const iam = (eventName: string, requestParameters: object, responseElements: object | null = null) => ({
    eventSource: 'iam.amazonaws.com',
    eventName,
    requestParameters,
    responseElements,
  });
  const log = async (name: string, cloudtrail: Record<string, unknown>[]) => {
    const folder = join(account.directory, name);
    await writeCase(folder, { cloudtrail, asks: [] });
    const opened = await openStore(store, 'write');
    await ingestAll(folder, opened);
    await opened.close();
  };
  const contain = (...args: string[]) =>
    runCli(['contain', ...args, '--endpoint-url', account.endpoint], {
      AWS_ACCESS_KEY_ID: responder.accessKeyId,
      AWS_SECRET_ACCESS_KEY: responder.secretAccessKey,
    });

  test('the logs say whom to contain with it, evidence is kept first, and the logs say that it held', async () => {
    const file = join(account.directory, 'fast.json');
    const before = await dumpAccount(account.responder);
    const planned = await contain('plan', leaked.accessKeyId, '--store', store, '--out', file);
    expect(planned.code, planned.stderr).toBe(0);
    for (const words of ['`192.0.2.1` with `deploy/1.0`', 'user `svc-support`', 'role `deploy`', 'AssumeRole'])
      expect(planned.stdout).toContain(words);
    expect(planned.stdout).toContain('Incident since: 2026-03-02T21:0');

    const applied = await contain('apply', '--plan', file, '--yes', '--watch', '2s', '--store', store);
    expect(applied.code, applied.stdout + applied.stderr).toBe(0);
    expect(applied.stdout).toContain('Result: contained');
    expect(applied.stdout).toContain('nobody lifted anything');
    expect(applied.stdout).toContain('not race-safe');
    expect(await leaked.tryKey()).toBe('InvalidAccessKeyId');
    const evidence = await readdir(`${file}.evidence`);
    expect(evidence).toEqual(expect.arrayContaining(['manifest.json', 'principal', 'answers']));
    const [first] = (await readFile(`${file}.journal.jsonl`, 'utf8')).split('\n');
    const sha256 = /[0-9a-f]{64}/.exec((JSON.parse(first!) as { detail: string }).detail)![0];
    expect(await readFile(`${file}.evidence/manifest.json.sha256`, 'utf8')).toContain(sha256);

    const early = await contain('verify', '--plan', file, '--store', store);
    expect(early).toMatchObject({ code: 4 });
    expect(early.stdout).toMatch(/^Result: unverifiable\n- The logs reach to 2026-03-02/);
    await log('after', [
      { ...call('01T00:00:00'), eventTime: '2999-01-01T00:00:00Z', errorCode: 'AccessDenied' },
      {
        ...call('01T00:00:00'),
        eventTime: '2999-01-01T01:00:00Z',
        eventSource: 'sts.amazonaws.com',
        eventName: 'GetCallerIdentity',
      },
    ]);
    const verified = await contain('verify', '--plan', file, '--store', store);
    expect(verified.code, verified.stdout).toBe(0);
    expect(verified.stdout).toContain('have no call that succeeded since');

    await log('breach', [{ ...call('01T00:00:00'), eventTime: '2999-01-02T00:00:00Z' }]);
    const breached = await contain('verify', '--plan', file, '--store', store);
    expect(breached).toMatchObject({ code: 5, stdout: expect.stringMatching(/^Result: NOT CONTAINED/) });

    const keys = [leaked.accessKeyId, backdoor.accessKeyId].flatMap((key) => ['--reactivate', key]);
    const undone = await contain('undo', '--plan', file, '--yes', ...keys);
    expect(undone.code, undone.stdout).toBe(0);
    expect(await dumpAccount(account.responder)).toEqual(before);

    const written = await Promise.all([file, `${file}.journal.jsonl`].map((path) => readFile(path, 'utf8')));
    const files = await readdir(`${file}.evidence`, { recursive: true, withFileTypes: true });
    const kept = files
      .filter((entry) => entry.isFile())
      .map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8'));
    const said = [planned, applied, early, verified, breached, undone].flatMap(({ stdout, stderr }) => [
      stdout,
      stderr,
    ]);
    const all = [...written, ...(await Promise.all(kept)), ...said].join('\n');
    for (const secret of account.secrets) expect(all).not.toContain(secret);
  }, 90_000);

  test('the graceful lane stops at the canary, and goes on when told to', async () => {
    const other = await account.leak();
    const file = join(account.directory, 'graceful.json');
    const planned = await contain('plan', other.accessKeyId, '--lane', 'graceful', '--out', file);
    expect(planned.stdout).toMatch(/## Stage canary[\s\S]*AWSDenyAll[\s\S]*## Stage deactivate[\s\S]*Inactive/);
    const table = await contain('plan', other.accessKeyId, '--lane', 'graceful', '--format', 'table');
    expect(table.stdout).toMatch(/^AKIA\S+ of arn:.*\n#\s+stage\s+action\s+calls\s+breaks\s+undo\n/);
    expect(table.stdout).toContain('iam:UpdateAccessKey');
    const args = ['apply', '--plan', file, '--yes', '--watch', '2s', '--evidence', 'none'];
    const canary = await contain(...args);
    expect(canary.code, canary.stderr).toBe(0);
    expect(canary.stdout).toMatch(/^Result: canary\n- Stages are left: deactivate/);
    expect(await other.tryKey()).toBe('AccessDenied');
    const rest = await contain(...args, '--stage', 'deactivate');
    expect(rest.stdout).toMatch(/^Result: contained/);
    expect(await other.tryKey()).toBe('InvalidAccessKeyId');
  }, 60_000);

  test('an intruder who takes it back has the command end with 5; without a watch it ends with 4', async () => {
    const other = await account.leak();
    const file = join(account.directory, 'lifted.json');
    await contain('plan', other.accessKeyId, '--out', file);
    const args = ['apply', '--plan', file, '--yes', '--evidence', 'none'];
    const unwatched = await contain(...args, '--no-watch');
    expect(unwatched).toMatchObject({ code: 4, stdout: expect.stringMatching(/^Result: unverifiable/) });
    const detacher = LoopingDetacher.start(await account.anotherResponder(), other.userName);
    try {
      await detacher.nextRound();
      const lifted = await contain(...args, '--watch', '4s');
      expect(lifted).toMatchObject({ code: 5, stdout: expect.stringMatching(/^Result: NOT CONTAINED/) });
    } finally {
      await detacher.stop();
    }
  }, 60_000);

  test('without AWS the logs alone make a draft, which is refused', async () => {
    const file = join(account.directory, 'draft.json');
    const args = ['contain', 'plan', leaked.accessKeyId, '--store', store, '--out', file];
    const planned = await runCli([...args, '--endpoint-url', 'http://127.0.0.1:9'], {
      AWS_ACCESS_KEY_ID: responder.accessKeyId,
      AWS_SECRET_ACCESS_KEY: responder.secretAccessKey,
    });
    expect(planned.code, planned.stderr).toBe(1);
    expect(planned.stdout).toContain('the plan was made from the logs alone');
    expect(planned.stdout).toContain('Attach AWSDenyAll to svc-support');
    const applied = await contain('apply', '--plan', file, '--yes');
    expect(applied).toMatchObject({ code: 1, stdout: '' });
    expect(applied.stderr).toMatch(/from the logs alone/);
  });

  test('what is no plan, no time and no stage is refused before anything is asked', async () => {
    const file = join(account.directory, 'broken.json');
    await writeFile(file, '{"version":1}');
    expect(await contain('apply', '--plan', file, '--yes')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is not a plan/),
    });
    expect(await contain('plan')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/neither a key nor a principal/),
    });
    expect(await contain('plan', leaked.accessKeyId, '--since', 'yesterday')).toMatchObject({ code: 2 });
    expect(await contain('plan', leaked.accessKeyId, '--skip', 'no-such:action')).toMatchObject({ code: 2 });
    expect(await contain('plan', leaked.accessKeyId, '--lane', 'slow')).toMatchObject({ code: 2 });
  });
});
