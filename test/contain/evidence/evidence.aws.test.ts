import { appendFile, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  ListServiceSpecificCredentialsCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ContainClients } from '../../../src/contain/clients.js';
import { bucketSink } from '../../../src/contain/evidence/bucket.js';
import { checkEvidence } from '../../../src/contain/evidence/check.js';
import { type CollectOptions, collectEvidence } from '../../../src/contain/evidence/collect.js';
import { directorySink } from '../../../src/contain/evidence/directory.js';
import { sha256Of } from '../../../src/contain/evidence/manifest.js';
import { runCli } from '../../cli/run-cli.js';
import { readCase, writeCase } from '../../queries/cases.js';
import { describeWith, uniquePrefix } from '../../services/index.js';
import { Account, type Credentials, type Leaked } from '../account.js';

describeWith('aws', 'evidence before containment, IAM enforced', () => {
  let account: Account;
  let responder: Credentials;
  let leaked: Leaked;
  let scratch: string;
  let s3: S3Client;
  const password = 'Jail-Break-9-of-Diamonds';
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:Get*', Resource: '*' }],
  });

  beforeAll(async () => {
    account = await Account.start();
    scratch = await mkdtemp(join(tmpdir(), 'keytrail-evidence-'));
    responder = await account.addUser('collector', ['*']);
    leaked = await account.leak();
    const { iam } = account.responder;
    const { userName: UserName } = leaked;
    await account.addKey(UserName);
    await iam.send(new CreateLoginProfileCommand({ UserName, Password: password }));
    await iam.send(new CreateGroupCommand({ GroupName: 'builders' }));
    await iam.send(new AddUserToGroupCommand({ GroupName: 'builders', UserName }));
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'reads', PolicyDocument: document }));
    await iam.send(new AttachGroupPolicyCommand({ GroupName: 'builders', PolicyArn: Policy!.Arn! }));
    await iam.send(new PutGroupPolicyCommand({ GroupName: 'builders', PolicyName: 'own', PolicyDocument: document }));
    s3 = new S3Client({
      endpoint: account.endpoint,
      region: 'us-east-1',
      credentials: responder,
      forcePathStyle: true,
    });
  });
  afterAll(async () => {
    await account.stop();
    await rm(scratch, { recursive: true });
  });

  /** moto has no service-specific credentials; that answer is the documentation's. */
  const withServiceCredentials = (clients: ContainClients): ContainClients => {
    clients.iam.middlewareStack.add(
      (next, context) => (args) =>
        context.commandName === ListServiceSpecificCredentialsCommand.name
          ? Promise.resolve({ response: {}, output: { $metadata: {}, ServiceSpecificCredentials: [] } as never })
          : next(args),
      { step: 'initialize' },
    );
    return clients;
  };

  const collect = (options: Pick<CollectOptions, 'sink'> & Partial<CollectOptions>) =>
    collectEvidence({
      clients: withServiceCredentials(account.clients(responder)),
      keyId: leaked.accessKeyId,
      principal: null,
      answers: null,
      version: '0.0.0',
      now: () => new Date(),
      delays: [0, 0],
      ...options,
    });

  const folder = () => join(scratch, uniquePrefix('e'));
  const json = async (path: string, name: string) => JSON.parse(await readFile(join(path, name), 'utf8'));
  const allText = async (path: string): Promise<string> => {
    const files = await readdir(path, { recursive: true, withFileTypes: true });
    const texts = files
      .filter((file) => file.isFile())
      .map((file) => readFile(join(file.parentPath, file.name), 'utf8'));
    return (await Promise.all(texts)).join('\n');
  };
  const contain = (args: string[], by: Credentials = responder) =>
    runCli(['contain', 'evidence', ...args, '--endpoint-url', account.endpoint], {
      AWS_ACCESS_KEY_ID: by.accessKeyId,
      AWS_SECRET_ACCESS_KEY: by.secretAccessKey,
    });

  test('all that the account says of the key and its user is there, sealed, and for its owner only', async () => {
    const before = await account.dump();
    const path = folder();
    const { manifest, manifestSha256, missing } = await collect({ sink: await directorySink(path) });
    expect(missing).toEqual([]);
    expect(await account.dump()).toEqual(before);
    expect(manifest).toMatchObject({ keyId: leaked.accessKeyId, account: '123456789012' });
    expect(manifest.principal).toBe(`arn:aws:iam::123456789012:user/${leaked.userName}`);
    expect(manifest.files.map(({ name }) => name)).toEqual([
      'account/authorization-details.json',
      'account/credential-report.csv',
      'account/password-policy.json',
      'account/summary.json',
      'caller.json',
      'key/info.json',
      'key/last-used.json',
      'principal/access-keys.json',
      'principal/attached-policies.json',
      'principal/groups.json',
      'principal/inline-policies.json',
      'principal/login-profile.json',
      'principal/mfa-devices.json',
      'principal/policy-documents.json',
      'principal/service-specific-credentials.json',
      'principal/signing-certificates.json',
      'principal/ssh-keys.json',
      'principal/user.json',
    ]);
    expect(await json(path, 'principal/access-keys.json')).toHaveLength(2);
    expect(await json(path, 'principal/login-profile.json')).toMatchObject({ UserName: leaked.userName });
    expect(await json(path, 'principal/groups.json')).toMatchObject([
      {
        GroupName: 'builders',
        AttachedPolicies: [{ PolicyName: 'reads' }],
        InlinePolicies: [{ PolicyName: 'own', PolicyDocument: document }],
      },
    ]);
    expect(await json(path, 'principal/policy-documents.json')).toMatchObject([
      { PolicyName: 'reads', DefaultVersion: { Document: document } },
    ]);
    expect(await json(path, 'principal/inline-policies.json')).toMatchObject([{ PolicyName: 'work' }]);
    const details = await json(path, 'account/authorization-details.json');
    expect(details.UserDetailList.map((user: { UserName: string }) => user.UserName)).toContain('responder');
    expect(await readFile(join(path, 'account/credential-report.csv'), 'utf8')).toMatch(
      new RegExp(`^user,arn,.*\\n[^]*${leaked.userName},`),
    );
    expect(await json(path, 'account/password-policy.json')).toBeNull();

    expect(sha256Of(await readFile(join(path, 'manifest.json')))).toBe(manifestSha256);
    expect(await readFile(join(path, 'manifest.json.sha256'), 'utf8')).toBe(`${manifestSha256}  manifest.json\n`);
    expect(await checkEvidence(path)).toMatchObject({ faults: [], manifestSha256 });
    for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
      const { mode } = await stat(join(entry.parentPath, entry.name));
      expect(mode & 0o777).toBe(entry.isDirectory() ? 0o700 : 0o600);
    }
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    const written = await allText(path);
    for (const secret of [...account.secrets, password]) expect(written).not.toContain(secret);
  });

  test('an account that has not changed gives the same bytes again', async () => {
    const [one, two] = [folder(), folder()];
    const first = await collect({ sink: await directorySink(one) });
    const second = await collect({ sink: await directorySink(two) });
    // moto writes the moment of the report into it; AWS gives the same report for four hours.
    const steady = ({ manifest }: typeof first) => manifest.files.filter(({ name }) => !name.endsWith('.csv'));
    expect(steady(second)).toEqual(steady(first));
  });

  test('a role is read with its trust policy, given its session', async () => {
    const { iam } = account.responder;
    const trust = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
    });
    await iam.send(new CreateRoleCommand({ RoleName: 'deploy', Path: '/ci/', AssumeRolePolicyDocument: trust }));
    await iam.send(new PutRolePolicyCommand({ RoleName: 'deploy', PolicyName: 'p', PolicyDocument: document }));
    const path = folder();
    const { manifest } = await collect({
      sink: await directorySink(path),
      principal: 'arn:aws:sts::123456789012:assumed-role/deploy/session',
    });
    expect(manifest.principal).toBe('arn:aws:iam::123456789012:role/deploy');
    expect(await json(path, 'principal/role.json')).toMatchObject({ AssumeRolePolicyDocument: trust, Path: '/ci/' });
    expect(await json(path, 'principal/inline-policies.json')).toEqual([{ PolicyDocument: document, PolicyName: 'p' }]);
  });

  test('a principal of another account, and what is no principal, are refused before anything is written', async () => {
    const path = folder();
    const sink = await directorySink(path);
    for (const principal of [
      'arn:aws:iam::999999999999:role/deploy',
      'arn:aws:iam::123456789012:group/g',
      'deploy',
      '',
    ])
      await expect(collect({ sink, principal })).rejects.toMatchObject({
        code: principal.includes('999') ? 'guard_refused' : 'bad_parameter',
      });
    expect(await readdir(path)).toEqual([]);
  });

  test('what the responder may not read is told in the manifest, and the rest is there', async () => {
    const by = await account.addUser('half-blind', [
      'sts:*',
      'iam:GetAccessKeyLastUsed',
      'iam:GetUser',
      'iam:ListGroupsForUser',
      'iam:ListAttachedGroupPolicies',
      'iam:ListGroupPolicies',
    ]);
    const path = folder();
    const clients = withServiceCredentials(account.clients(by));
    const { missing, manifest } = await collect({ sink: await directorySink(path), clients });
    expect(manifest.files.map(({ name }) => name)).toEqual([
      'caller.json',
      'key/info.json',
      'key/last-used.json',
      'principal/groups.json',
      'principal/policy-documents.json',
      'principal/service-specific-credentials.json',
      'principal/user.json',
    ]);
    expect(new Set(missing.map(({ kind }) => kind))).toEqual(new Set(['denied']));
    const lacks = (piece: string) => missing.find((one) => one.piece === piece);
    expect(lacks('account/authorization-details.json')?.permission).toBe('iam:GetAccountAuthorizationDetails');
    expect(lacks('principal/groups.json')).toMatchObject({ what: 'own', permission: 'iam:GetGroupPolicy' });
    expect(lacks('principal/access-keys.json')?.reason).toMatch(/not authorized/);
    expect(await checkEvidence(path)).toMatchObject({ faults: [] });
  });

  test('names from the account stay inside the files', async () => {
    const other = await account.leak();
    const PolicyName = '../../../../escaped\u001b[31m';
    const { iam } = account.responder;
    await iam.send(new PutUserPolicyCommand({ UserName: other.userName, PolicyName, PolicyDocument: document }));
    const path = folder();
    const { manifest } = await collect({ sink: await directorySink(path), keyId: other.accessKeyId });
    const policies = await json(path, 'principal/inline-policies.json');
    expect(policies.map((policy: { PolicyName: string }) => policy.PolicyName)).toContain(PolicyName);
    expect(await readFile(join(path, 'principal/inline-policies.json'), 'utf8')).not.toContain('\u001b');
    expect(manifest.files.every(({ name }) => /^[a-z./-]+$/.test(name) && !name.includes('..'))).toBe(true);
    const sink = await directorySink(folder());
    for (const name of ['../x.json', '/x.json', 'a/../x.json', 'a//x.json', '.x', 'x', 'A.json', 'a\\b.json'])
      await expect(sink.put(name, Buffer.from(''))).rejects.toMatchObject({ code: 'internal' });
  });

  test('a folder that is not empty is left as it is', async () => {
    const path = folder();
    const sink = await directorySink(path);
    await writeFile(join(path, 'caller.json'), 'mine');
    await expect(directorySink(path)).rejects.toMatchObject({ code: 'usage' });
    await expect(collect({ sink })).rejects.toMatchObject({ code: 'usage' });
    expect(await readFile(join(path, 'caller.json'), 'utf8')).toBe('mine');
    await expect(directorySink(join(path, 'caller.json'))).rejects.toMatchObject({ code: 'usage' });
  });

  test('altered, absent, added and linked files are found', async () => {
    const path = folder();
    await collect({ sink: await directorySink(path) });
    await appendFile(join(path, 'principal/user.json'), ' ');
    await rm(join(path, 'account/summary.json'));
    await writeFile(join(path, 'note.txt'), 'x');
    await rm(join(path, 'caller.json'));
    await symlink('/etc/hostname', join(path, 'caller.json'));
    expect((await checkEvidence(path)).faults).toEqual([
      { file: 'account/summary.json', fault: 'absent' },
      { file: 'caller.json', fault: 'absent' },
      { file: 'note.txt', fault: 'unlisted' },
      { file: 'principal/user.json', fault: 'altered' },
    ]);
    const manifest = await readFile(join(path, 'manifest.json'), 'utf8');
    await writeFile(join(path, 'manifest.json'), manifest.replace('"0.0.0"', '"0.0.1"'));
    expect((await checkEvidence(path)).faults).toContainEqual({ file: 'manifest.json', fault: 'altered' });
    await writeFile(join(path, 'manifest.json'), manifest.replace('"caller.json"', '"../../etc/passwd"'));
    await expect(checkEvidence(path)).rejects.toMatchObject({ code: 'bad_object' });
  });

  test('interrupted, it leaves no manifest', async () => {
    const path = folder();
    const stopped = new AbortController();
    const onProgress = (piece: string) => {
      if (piece === 'principal/user.json') stopped.abort();
    };
    const sink = await directorySink(path);
    await expect(collect({ sink, signal: stopped.signal, onProgress })).rejects.toMatchObject({ code: 'interrupted' });
    expect(await readdir(path)).not.toContain('manifest.json');
    await expect(checkEvidence(path)).rejects.toMatchObject({ code: 'usage' });
  });

  test('a bucket gets each object once, with a checksum, and locked where asked', async () => {
    const [bucket, open] = [uniquePrefix('locked'), uniquePrefix('open')];
    await s3.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }));
    await s3.send(new CreateBucketCommand({ Bucket: open }));
    const until = new Date('2031-01-01T00:00:00Z');
    const options = { s3, bucket, prefix: 'case/7', lock: { mode: 'GOVERNANCE', until } as const };
    const { manifest, location } = await collect({ sink: await bucketSink(options) });
    expect(location).toBe(`s3://${bucket}/case/7`);
    const listed = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    const names = [...manifest.files.map(({ name }) => name), 'manifest.json', 'manifest.json.sha256'].sort();
    expect(listed.Contents?.map(({ Key }) => Key).sort()).toEqual(names.map((name) => `case/7/${name}`));
    for (const { name, sha256 } of manifest.files) {
      const Key = `case/7/${name}`;
      const { Body, ChecksumSHA256 } = await s3.send(
        new GetObjectCommand({ Bucket: bucket, Key, ChecksumMode: 'ENABLED' }),
      );
      const content = Buffer.from(await Body!.transformToByteArray());
      expect(sha256Of(content)).toBe(sha256);
      expect(Buffer.from(ChecksumSHA256!, 'base64').toString('hex')).toBe(sha256);
      expect(await s3.send(new HeadObjectCommand({ Bucket: bucket, Key }))).toMatchObject({
        ObjectLockMode: 'GOVERNANCE',
        ObjectLockRetainUntilDate: until,
      });
    }
    await expect(collect({ sink: await bucketSink(options) })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/caller\.json is there/),
    });
    await expect(bucketSink({ ...options, bucket: open })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/no object lock/),
    });
    expect(await bucketSink({ ...options, bucket: open, lock: null })).toMatchObject({
      location: `s3://${open}/case/7`,
    });
  });

  test('the command collects, tells what is missing, and checks', async () => {
    const path = folder();
    const made = await contain([leaked.accessKeyId, '--out', path]);
    // What moto lacks is missing here, and nothing else.
    expect(made).toMatchObject({ code: 3 });
    expect(made.stdout.match(/^Missing.*$/gm)).toHaveLength(1);
    expect(made.stdout).toMatch(/Missing \(failed\): principal\/service-specific-credentials\.json/);
    const hash = /Manifest SHA-256: ([0-9a-f]{64})/.exec(made.stdout)?.[1];
    expect(hash).toBe(sha256Of(await readFile(join(path, 'manifest.json'))));

    const intact = await contain(['--check', path]);
    expect(intact.code, intact.stderr).toBe(0);
    expect(intact.stdout).toContain(hash);
    await appendFile(join(path, 'principal/user.json'), ' ');
    const altered = await contain(['--check', path]);
    expect(altered.code).toBe(1);
    expect(altered.stdout).toMatch(/^altered {2}principal\/user\.json$/m);

    const again = await contain([leaked.accessKeyId, '--out', path]);
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expect(again.stderr).toMatch(/not empty.*Name a new folder/);
    for (const wrong of [
      ['--out', path],
      [leaked.accessKeyId],
      [leaked.accessKeyId, '--check', path],
      ['--check', scratch],
    ])
      expect((await contain(wrong)).code).toBe(2);
    for (const wrong of [['s3://bucket'], [folder(), '--object-lock', '9'], ['s3://b/p', '--object-lock', '0']])
      expect((await contain([leaked.accessKeyId, '--out', ...wrong])).code).toBe(2);
    const shown = [made, intact, altered, again].map(({ stdout, stderr }) => stdout + stderr).join('');
    for (const secret of [...account.secrets, password]) expect(shown).not.toContain(secret);
  });

  test('with a store, the answers of the logs are kept with their coverage', async () => {
    const key = 'AKIAIOSFODNN7EXAMPLE';
    const store = `duckdb:${join(scratch, 'logs.duckdb')}`;
    await writeCase(join(scratch, 'logs'), await readCase('key-clients'));
    expect((await runCli(['ingest', join(scratch, 'logs'), '--store', store])).code).toBe(0);
    const path = folder();
    const made = await contain([key, '--out', path, '--store', store, '--format', 'json']);
    expect(made.code, made.stderr).toBe(0);
    const { manifest } = JSON.parse(made.stdout);
    expect(manifest).toMatchObject({ store, principal: null });
    const names = manifest.files.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['answers/key-owner.json', 'answers/actions-used.json']));
    const answer = await json(path, 'answers/key-clients.json');
    expect(answer).toMatchObject({ query: 'key-clients', truncated: false, params: { key: [key] } });
    expect(answer.rows).toHaveLength(3);
    const missing: { piece: string; kind: string; reason: string }[] = manifest.missing;
    expect(new Set(missing.map(({ kind }) => kind))).toEqual(new Set(['not-asked']));
    expect(missing.find(({ piece }) => piece === 'answers/new-ip.json')?.reason).toBe('it needs from');
    expect(missing.find(({ piece }) => piece === 'principal/')?.reason).toMatch(/--principal/);
    expect((await contain(['--check', path])).code).toBe(0);
  });

  test('the command writes to a bucket, under a lock', async () => {
    const bucket = uniquePrefix('cli');
    await s3.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }));
    const args = [leaked.accessKeyId, '--out', `s3://${bucket}/case/`, '--object-lock', '3', '--format', 'json'];
    const made = await contain(args);
    expect(made.code, made.stderr).toBe(3);
    expect(JSON.parse(made.stdout).location).toBe(`s3://${bucket}/case`);
    const head = new HeadObjectCommand({ Bucket: bucket, Key: 'case/manifest.json.sha256' });
    const { ObjectLockMode, ObjectLockRetainUntilDate } = await s3.send(head);
    expect(ObjectLockMode).toBe('GOVERNANCE');
    const days = (ObjectLockRetainUntilDate!.getTime() - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(2.9);
    expect(days).toBeLessThanOrEqual(3);
  });
});
