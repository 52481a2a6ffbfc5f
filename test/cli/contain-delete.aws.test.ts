import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutMetricDataCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  ListAccessKeysCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ContainClients, createClients } from '../../src/contain/clients.js';
import { openJournal } from '../../src/contain/journal.js';
import { setUpAlarms, watchesOf } from '../../src/contain/monitor/alarms.js';
import { deletionJournal, deletionOf } from '../../src/contain/monitor/delete-key.js';
import { formatPlan } from '../../src/contain/plan-file.js';
import { openStore } from '../../src/stores/open.js';
import { planOf, someState } from '../contain/state.js';
import { ingestAll, writeCase } from '../queries/cases.js';
import { describeWith, startAws } from '../services/index.js';
import { runCli } from './run-cli.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const now = Date.now();
const ago = (ms: number): string => new Date(now - ms).toISOString().replace(/\.\d+Z$/, 'Z');

interface Key {
  accessKeyId: string;
  secretAccessKey: string;
}

/** A key that was denied nine days ago and inactive for eight, with all that its deletion takes. */
interface Leaked extends Key {
  userName: string;
  next: Key;
  plan: string;
  store: string;
}

describeWith('aws', 'keytrail contain delete, IAM enforced', () => {
  let folder: string;
  let aws: Awaited<ReturnType<typeof startAws>>;
  let admin: ContainClients;
  let responder: Key;
  const logGroup = 'trail';
  const app = 'lambda:us-east-1/orders';
  const secrets: string[] = [];

  const clientsOf = (credentials: Key): ContainClients =>
    createClients({ endpoint: aws.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });

  async function addKey(UserName: string): Promise<Key> {
    const { AccessKey } = await admin.iam.send(new CreateAccessKeyCommand({ UserName }));
    secrets.push(AccessKey!.SecretAccessKey!);
    return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
  }

  async function addUser(UserName: string): Promise<Key> {
    await admin.iam.send(new CreateUserCommand({ UserName }));
    const statement = { Effect: 'Allow', Action: '*', Resource: '*' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await admin.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'all', PolicyDocument }));
    return addKey(UserName);
  }

  async function leak(userName: string): Promise<Leaked> {
    const key = await addUser(userName);
    const next = await addKey(userName);
    await clientsOf(next).sts.send(new GetCallerIdentityCommand({}));
    const AccessKeyId = key.accessKeyId;
    await admin.iam.send(new UpdateAccessKeyCommand({ UserName: userName, AccessKeyId, Status: 'Inactive' }));
    const { in: of } = admin;
    await setUpAlarms({ clients: of('us-east-1'), keyId: AccessKeyId, logGroup, topicArn: null });
    for (const { name } of watchesOf(AccessKeyId))
      await of('us-east-1').cloudWatch.send(
        new SetAlarmStateCommand({ AlarmName: name, StateValue: 'OK', StateReason: 'no call' }),
      );
    const plan = join(folder, `${userName}.json`);
    await writeFile(plan, formatPlan(planOf(someState({}, { keyId: AccessKeyId }))));
    const done = (action: string, time: string) =>
      `${JSON.stringify({ phase: 'apply', event: 'done', action, time })}\n`;
    await writeFile(
      `${plan}.journal.jsonl`,
      done('attach-deny', ago(9 * dayMs)) + done(`deactivate-key:${AccessKeyId}`, ago(8 * dayMs)),
    );
    const userIdentity = { type: 'IAMUser', accessKeyId: AccessKeyId, userName };
    await writeCase(join(folder, userName), {
      cloudtrail: [
        { eventTime: ago(20 * dayMs), userIdentity },
        { eventTime: ago(19 * dayMs), userIdentity },
        { eventTime: ago(10 * 60_000), userIdentity: { type: 'IAMUser', accessKeyId: 'AKIAZZZZZZZZZZZZZZZZ' } },
      ],
      asks: [],
    });
    const store = `duckdb:${join(folder, `${userName}.duckdb`)}`;
    const opened = await openStore(store, 'write');
    await ingestAll(join(folder, userName), opened);
    await opened.close();
    return { ...key, userName, next, plan, store };
  }

  const remove = ({ accessKeyId, plan, store, next }: Leaked, args: string[] = [], by: Key = responder) =>
    runCli(
      [
        ...[
          'contain',
          'delete',
          accessKeyId,
          '--plan',
          plan,
          '--store',
          store,
          '--replacement',
          next.accessKeyId,
          '--app',
          app,
        ],
        ...['--owner-says', `Ana, ${ago(dayMs).slice(0, 10)}, orders uses the new key`, '--evidence', 'a'.repeat(64)],
        ...['--endpoint-url', aws.endpoint, ...args],
      ],
      { AWS_ACCESS_KEY_ID: by.accessKeyId, AWS_SECRET_ACCESS_KEY: by.secretAccessKey },
    );

  const keysOf = async (UserName: string) =>
    ((await admin.iam.send(new ListAccessKeysCommand({ UserName }))).AccessKeyMetadata ?? []).map(
      ({ AccessKeyId }) => AccessKeyId,
    );

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keytrail-delete-'));
    aws = await startAws();
    admin = clientsOf({ accessKeyId: 'testing', secretAccessKey: 'testing' });
    responder = await addUser('responder');
    admin = clientsOf(responder);
    await fetch(`${aws.endpoint}/moto-api/reset-auth`, {
      method: 'POST',
      body: '0',
      headers: { 'content-type': 'text/plain' },
    });
    const { logs, cloudWatch } = admin.in('us-east-1');
    await logs.send(new CreateLogGroupCommand({ logGroupName: logGroup }));
    await cloudWatch.send(
      new PutMetricDataCommand({
        Namespace: 'AWS/Lambda',
        MetricData: [0, 10 * 24].map((hours) => ({
          MetricName: 'Invocations',
          Dimensions: [{ Name: 'FunctionName', Value: 'orders' }],
          Timestamp: new Date(now - hours * hourMs),
          Value: 40,
        })),
      }),
    );
  });
  afterAll(async () => {
    await aws.stop();
    await rm(folder, { recursive: true });
  });

  test('a key for which all seven hold is deleted, once, and the journal says why', async () => {
    const leaked = await leak('ci-one');
    const dry = await remove(leaked, ['--dry-run']);
    expect(dry.stdout + dry.stderr).toContain('may be deleted');
    expect(dry.code).toBe(0);
    const unconfirmed = await remove(leaked);
    expect(unconfirmed).toMatchObject({ code: 2, stdout: '' });
    expect(unconfirmed.stderr).toMatch(/nothing was changed.*--yes/);
    expect(await keysOf(leaked.userName)).toContain(leaked.accessKeyId);

    const deleted = await remove(leaked, ['--yes', '--format', 'json']);
    expect(deleted.code, deleted.stderr).toBe(0);
    const file = join(folder, deletionJournal(leaked.accessKeyId));
    expect(JSON.parse(deleted.stdout)).toMatchObject({ deleted: true, eligible: true, reasons: [], journal: file });
    expect(await keysOf(leaked.userName)).toEqual([leaked.next.accessKeyId]);
    const journal = await readFile(file, 'utf8');
    const entries = journal
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(entries.map(({ event }) => event)).toEqual(['intent', 'done']);
    expect(JSON.parse(entries[0].detail).decidedFrom).toHaveLength(7);
    expect(entries[0].detail).toContain('Ana');

    const again = await remove(leaked, ['--yes']);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('is deleted') });
    expect(await readFile(file, 'utf8')).toBe(journal);
    const shown = [dry, unconfirmed, deleted, again].map(({ stdout, stderr }) => stdout + stderr).join('') + journal;
    for (const secret of secrets) expect(shown).not.toContain(secret);
  });

  test('every reason against it is printed, and nothing is deleted', async () => {
    const leaked = await leak('ci-two');
    const status = { UserName: leaked.userName, AccessKeyId: leaked.accessKeyId };
    await admin.iam.send(new UpdateAccessKeyCommand({ ...status, Status: 'Active' }));
    const [use] = watchesOf(leaked.accessKeyId);
    await admin
      .in('us-east-1')
      .cloudWatch.send(new SetAlarmStateCommand({ AlarmName: use!.name, StateValue: 'ALARM', StateReason: 'a call' }));
    const refused = await remove(leaked, ['--yes', '--owner-says', 'yes']);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('NOT to be deleted yet');
    for (const reason of [
      `1. inactive for long enough: ${leaked.accessKeyId} is Active`,
      `6. alarms and applications quiet: the alarm ${use!.name} is ALARM`,
      '7. owner’s word and evidence: the owner has not spoken',
    ])
      expect(refused.stdout).toContain(`✗ ${reason}`);
    expect(refused.stdout.match(/✗/g)).toHaveLength(3);
    expect(await keysOf(leaked.userName)).toContain(leaked.accessKeyId);
  });

  test('a deletion that was broken off after the call is ended by the next run', async () => {
    const leaked = await leak('ci-three');
    const file = join(folder, deletionJournal(leaked.accessKeyId));
    const journal = await openJournal(file, deletionOf(leaked.accessKeyId));
    const { userName: UserName, accessKeyId: AccessKeyId } = leaked;
    await journal.append({
      phase: 'apply',
      event: 'intent',
      action: `delete-key:${AccessKeyId}`,
      prior: {},
      goal: {},
      detail: JSON.stringify({ UserName, AccessKeyId }),
      caller: 'x',
      time: ago(0),
    });
    await journal.close();
    // Nothing was done yet: it is decided anew.
    expect((await remove(leaked, ['--dry-run'])).stdout).toContain('may be deleted');
    expect((await remove(leaked, ['--yes'])).code).toBe(0);
    expect(await keysOf(UserName)).toEqual([leaked.next.accessKeyId]);
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    await writeFile(file, `${lines.slice(0, -1).join('\n')}\n`);
    const ended = await remove(leaked, ['--yes']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse((await readFile(file, 'utf8')).trimEnd().split('\n').at(-1)!)).toMatchObject({ event: 'done' });
  });

  test('its own key, a protected user’s, a temporary and an unknown one are refused', async () => {
    const leaked = await leak('ci-four');
    const own = await remove(leaked, ['--yes'], leaked.next);
    const guarded = await remove(leaked, ['--yes', '--protect', 'ci-*']);
    expect(guarded).toMatchObject({ code: 1, stdout: '' });
    expect(guarded.stderr).toMatch(/is protected by the configuration/);
    expect(own).toMatchObject({ code: 1, stdout: '' });
    expect(own.stderr).toMatch(/is the identity that runs this command/);
    for (const [keyId, message] of [
      ['ASIAIOSFODNN7EXAMPLE', 'temporary ones expire'],
      ['AKIAZZZZZZZZZZZZZZZZ', 'AKIAZZZZZZZZZZZZZZZZ'],
    ] as const) {
      const { code, stdout, stderr } = await runCli(['contain', 'delete', keyId, '--endpoint-url', aws.endpoint], {
        AWS_ACCESS_KEY_ID: responder.accessKeyId,
        AWS_SECRET_ACCESS_KEY: responder.secretAccessKey,
      });
      expect(code).not.toBe(0);
      expect(stdout).toBe('');
      expect(stderr).toContain(message);
    }
    expect(await keysOf(leaked.userName)).toContain(leaked.accessKeyId);
  });
});
