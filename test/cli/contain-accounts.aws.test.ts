import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Credentials } from '../contain/account.js';
import { hub, Organization, responderRole } from '../contain/accounts/organization.js';
import { dumpAccount } from '../contain/dump.js';
import { writeCase } from '../queries/cases.js';
import { assumeRole, tryBuckets } from '../services/credentials.js';
import { describeWith, uniquePrefix } from '../services/index.js';
import { runCli } from './run-cli.js';

const identityOf = (arn: string, accessKeyId: string) => ({
  type: arn.includes(':user/') ? 'IAMUser' : 'AssumedRole',
  arn,
  accountId: arn.split(':')[4],
  accessKeyId,
  ...(arn.includes(':user/') ? { userName: arn.split('/').at(-1) } : {}),
});
const sessionArn = (roleArn: string): string =>
  `${roleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/session`;
const assumed = (by: object, roleArn: string, accessKeyId: string) => ({
  eventSource: 'sts.amazonaws.com',
  eventName: 'AssumeRole',
  userIdentity: by,
  requestParameters: { roleArn, roleSessionName: 'session' },
  responseElements: { credentials: { accessKeyId }, assumedRoleUser: { arn: sessionArn(roleArn) } },
  resources: [{ ARN: roleArn, accountId: roleArn.split(':')[4], type: 'AWS::IAM::Role' }],
});

describeWith('aws', 'keytrail contain --accounts', () => {
  let organization: Organization;
  let first: string;
  let second: string;
  let third: string;
  beforeAll(async () => {
    organization = await Organization.start();
    [first, second, third] = organization.ids;
  });
  afterAll(() => organization.stop());

  const contain = (...args: string[]) =>
    runCli(['contain', ...args, '--endpoint-url', organization.account.endpoint], {
      AWS_ACCESS_KEY_ID: organization.responder.accessKeyId,
      AWS_SECRET_ACCESS_KEY: organization.responder.secretAccessKey,
    });
  const storeOf = async (cloudtrail: Record<string, unknown>[]): Promise<string> => {
    const folder = join(organization.account.directory, uniquePrefix('logs'));
    await writeCase(folder, { cloudtrail, asks: [] });
    const store = `duckdb:${folder}.duckdb`;
    expect((await runCli(['ingest', folder, '--store', store])).code).toBe(0);
    return store;
  };
  /** What the first test planned: a role of the first member, a session of it, the arguments. */
  let deploy: string;
  let session: Credentials;
  let asked: string[];
  let folder: string;

  test('plans in each account of the organization that the key reached, by the logs', async () => {
    const { leaked, arn } = await organization.leak();
    deploy = await organization.addRole(organization.members[0]!, [arn]);
    const data = await organization.addRole(organization.members[1]!, [deploy]);
    session = await assumeRole(organization.account.endpoint, leaked, deploy);
    const by = identityOf(sessionArn(deploy), session.accessKeyId);
    const store = await storeOf([
      assumed(identityOf(arn, leaked.accessKeyId), deploy, session.accessKeyId),
      { ...assumed(by, data, 'ASIAIOSFODNN7EXAMPLE'), recipientAccountId: first },
    ]);
    folder = join(organization.account.directory, 'plans');
    const all = ['--accounts', 'all', '--assume-role', responderRole, '--out-dir', folder, '--regions', 'us-east-1'];
    asked = ['plan', leaked.accessKeyId, '--store', store, ...all];
    const { code, stdout, stderr } = await contain(...asked);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(`apply --plan ${join(folder, 'ACCOUNT.json')} --assume-role ${responderRole}`);
    const lineOf = (id: string) => stdout.split('\n').find((line) => line.startsWith(id));
    expect(lineOf(hub)).toMatch(new RegExp(`planned +owner user ${leaked.userName} .*${hub}\\.json`));
    expect(lineOf(first)).toContain(`session role ${deploy.split('/').at(-1)} `);
    expect(lineOf(second)).toContain(`session role ${data.split('/').at(-1)} `);
    expect(lineOf(third)).toMatch(/app-3 +untouched +- +- +- +-$/);
    expect((await readdir(folder)).sort()).toEqual([hub, first, second].map((id) => `${id}.json`).sort());
  });

  test('gives a file that is applied with its evidence, kept from being written over, and undone', async () => {
    const { endpoint } = organization.account;
    const before = await dumpAccount(organization.members[0]!);
    const file = join(folder, `${first}.json`);
    const on = ['--plan', file, '--yes', '--assume-role', responderRole];
    const applied = await contain('apply', ...on, '--watch', '2s');
    expect(applied.code, applied.stdout + applied.stderr).toBe(0);
    expect(await tryBuckets(endpoint, session)).toBe('AccessDenied');
    const manifest = JSON.parse(await readFile(join(`${file}.evidence`, 'manifest.json'), 'utf8')) as object;
    expect(manifest).toMatchObject({ account: first, principal: deploy });
    expect(await contain(...asked)).toMatchObject({ code: 2, stderr: expect.stringContaining('was applied') });
    const undone = await contain('undo', ...on);
    expect(undone.code, undone.stdout + undone.stderr).toBe(0);
    expect(await dumpAccount(organization.members[0]!)).toEqual(before);
    expect(await tryBuckets(endpoint, session)).toBe('allowed');
  });

  test('names an account that can not be read, or was not asked for, and plans in the others', async () => {
    const { leaked, arn } = await organization.leak();
    const closed = await organization.addRole(organization.members[2]!, [arn]);
    const by = identityOf(arn, leaked.accessKeyId);
    const store = await storeOf([
      assumed(by, closed, 'ASIAIOSFODNN7CLOSED1'),
      assumed(by, 'arn:aws:iam::999999999999:role/partner', 'ASIAIOSFODNN7OUTSIDE'),
    ]);
    const partly = join(organization.account.directory, 'partly');
    const ids = `${hub},${first},${third}`;
    const { code, stdout, stderr } = await contain(
      ...['plan', leaked.accessKeyId, '--store', store, '--accounts', ids, '--assume-role', responderRole],
      ...['--out-dir', partly, '--format', 'json'],
    );
    expect(code, stderr).toBe(3);
    const { accounts } = JSON.parse(stdout) as { accounts: { account: string }[] };
    const of = (id: string) => accounts.find((each) => each.account === id);
    expect(of(hub)).toMatchObject({ outcome: 'planned', refusals: 0 });
    expect(of(first)).toMatchObject({ outcome: 'untouched', file: null });
    const reason = expect.stringMatching(/^sts:AssumeRole: .*Give the responder sts:AssumeRole/);
    expect(of(third)).toMatchObject({ outcome: 'unread', file: null, reason });
    expect(of('999999999999')).toMatchObject({ outcome: 'not-asked', leads: ['role partner was assumed'] });
    expect(await readdir(partly)).toEqual([`${hub}.json`]);
  });

  test('find says which account has a key, and who has it there', async () => {
    const { leaked } = await organization.account.inMember(second);
    const everywhere = ['--accounts', 'all', '--assume-role', responderRole];
    const found = await contain('find', leaked.accessKeyId, ...everywhere);
    expect(found.code, found.stderr).toBe(0);
    expect(found.stdout).toContain(`account ${second} (app-2)`);
    expect(found.stdout).toContain(`owner: arn:aws:iam::${second}:user/${leaked.userName}`);
    expect(found.stdout).toContain('status: Active');
    const hidden = await organization.account.inMember(third);
    const partly = await contain('find', hidden.leaked.accessKeyId, ...everywhere);
    expect(partly.code).toBe(3);
    expect(partly.stdout).toContain(`account ${third} could not be asked: sts:AssumeRole`);
  });

  const key = 'AKIAIOSFODNN7EXAMPLE';
  test.each([
    [['plan', key, '--accounts', 'all'], /--accounts needs a key and --out-dir/],
    [['plan', key, '--accounts', 'all', '--out-dir', 'x', '--out', 'y'], /--out is for one account/],
    [['plan', key, '--accounts', 'all', '--out-dir', 'x'], /--accounts needs the logs/],
    [['find', key, '--accounts', 'mine'], /"mine" is no account/],
    [['find', key, '--assume-role', 'arn:aws:iam::111122223333:role/x'], /is in one account/],
  ])('%j is wrong use, said in a line', async (args, message) => {
    const { code, stdout, stderr } = await contain(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
