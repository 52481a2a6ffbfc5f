import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
} from '@aws-sdk/client-iam';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { DescribeParametersCommand, GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetAccessKeyInfoCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createClients } from '../../../src/contain/clients.js';
import { openRotateJournal, type RotateJournal } from '../../../src/contain/rotate/journal.js';
import { openTargets } from '../../../src/contain/rotate/parse-target.js';
import { planRotation } from '../../../src/contain/rotate/plan.js';
import { rotate } from '../../../src/contain/rotate/rotate.js';
import { scrubbed } from '../../../src/contain/rotate/secrecy.js';

const region = 'us-east-1';
const account = '111122223333';
const oldKeyId = 'AKIAIOSFODNN7EXAMPLE';
const newKeyId = 'AKIAI44QH8DHBEXAMPLE';
const secret = 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY';
const old = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const password = 'a "quoted" password';

/** As AWS answers: an error of that name. */
const fault = (name: string, message = `${name} by AWS`) => Object.assign(new Error(message), { name });

describe('recorded shapes: what moto does not answer as AWS does', () => {
  const iam = mockClient(IAMClient);
  const sts = mockClient(STSClient);
  const lambda = mockClient(LambdaClient);
  const ssm = mockClient(SSMClient);
  const clients = createClients({ region, credentials: { accessKeyId: 'x', secretAccessKey: 'y' } });
  const delays = [0, 0, 0, 0];
  const functionTarget = 'lambda:us-east-1/app';
  let folder: string;
  let journal: RotateJournal;
  let variables: Record<string, string>;
  let keys: string[];
  let clock: Date;
  let opened = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keytrail-rotate-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    for (const mock of [iam, sts, lambda, ssm]) mock.reset();
    clock = new Date();
    journal = await openRotateJournal(join(folder, `${opened++}.jsonl`), () => clock);
    keys = [oldKeyId];
    sts
      .on(GetCallerIdentityCommand)
      .resolves({ Account: account, UserId: 'AROA:me', Arn: `arn:aws:sts::${account}:assumed-role/responder/me` })
      .on(GetAccessKeyInfoCommand)
      .resolves({ Account: account });
    iam.on(GetAccessKeyLastUsedCommand).resolves({ UserName: 'ci' });
    iam.on(GetUserCommand).resolves({
      User: { Path: '/', UserName: 'ci', UserId: 'AIDA', Arn: `arn:aws:iam::${account}:user/ci`, CreateDate: clock },
    });
    iam.on(ListAccessKeysCommand).callsFake(() => ({
      AccessKeyMetadata: keys.map((AccessKeyId) => ({ AccessKeyId, Status: 'Active', CreateDate: clock })),
    }));
    iam.on(CreateAccessKeyCommand).callsFake(() => {
      keys.push(newKeyId);
      return { AccessKey: { AccessKeyId: newKeyId, SecretAccessKey: secret, UserName: 'ci', Status: 'Active' } };
    });
    iam.on(DeleteAccessKeyCommand).callsFake(({ AccessKeyId }) => {
      keys = keys.filter((id) => id !== AccessKeyId);
      return {};
    });
    variables = { ACCESS_KEY_ID: oldKeyId, SECRET_ACCESS_KEY: old, PASSWORD: password };
    lambda.on(GetFunctionConfigurationCommand).callsFake(() => ({
      RevisionId: 'r1',
      LastUpdateStatus: 'Successful',
      Environment: { Variables: variables },
    }));
    lambda.on(UpdateFunctionConfigurationCommand).callsFake(({ Environment }) => {
      variables = Environment.Variables;
      return {};
    });
  });

  afterEach(() => journal.close());

  const run = async (to: string[]) => {
    const targets = openTargets(to, clients, { delays });
    const plan = await planRotation({ clients, keyId: oldKeyId, targets, entries: journal.entries, own: false });
    return rotate({ clients, signIn: () => new STSClient({ region }), plan, targets, journal, delays });
  };
  const expectNoSecret = async (...texts: unknown[]) => {
    const all = JSON.stringify(texts) + (await readFile(journal.path, 'utf8'));
    for (const one of [secret, old, password, 'quoted']) expect(all).not.toContain(one);
  };
  const errorText = (error: unknown): string =>
    error instanceof Error ? `${error.message}\n${error.stack}\n${errorText(error.cause)}` : String(error);

  test('a new key that AWS takes and then does not is waited for', async () => {
    sts
      .on(GetCallerIdentityCommand)
      .resolvesOnce({ Account: account, UserId: 'AROA:me', Arn: `arn:aws:sts::${account}:assumed-role/responder/me` })
      .rejectsOnce(fault('InvalidClientTokenId'))
      .resolvesOnce({})
      .rejectsOnce(fault('InvalidClientTokenId'))
      .rejects(fault('AccessDenied'));
    const tries = [...delays, 0, 0];
    const targets = openTargets([functionTarget], clients, { delays });
    const plan = await planRotation({ clients, keyId: oldKeyId, targets, entries: [], own: false });
    const signIn = () => new STSClient({ region });
    expect(await rotate({ clients, signIn, plan, targets, journal, delays: tries })).toMatchObject({
      state: 'rotated',
    });
    // The plan's own, and three in a row after the last refusal as unknown.
    expect(sts.commandCalls(GetCallerIdentityCommand)).toHaveLength(1 + 3 + 3);
  });

  test('one that AWS never takes is deleted, and no target is touched', async () => {
    sts
      .on(GetCallerIdentityCommand)
      .resolvesOnce({ Account: account, UserId: 'AROA:me', Arn: `arn:aws:sts::${account}:assumed-role/responder/me` })
      .rejects(fault('InvalidClientTokenId'));
    await expect(run([functionTarget])).rejects.toMatchObject({ code: 'aws_failed' });
    expect(keys).toEqual([oldKeyId]);
    expect(lambda.commandCalls(UpdateFunctionConfigurationCommand)).toHaveLength(0);
  });

  test('a key made by a request whose answer was lost is deleted, and another is not', async () => {
    iam.on(CreateAccessKeyCommand).callsFake(() => {
      keys.push(newKeyId);
      throw fault('LimitExceededException');
    });
    await expect(run([functionTarget])).rejects.toMatchObject({ code: 'aws_failed' });
    expect(keys).toEqual([oldKeyId]);

    // By the clock of IAM it was there before: somebody else's.
    const early = new Date(clock.getTime() - 60_000);
    iam.on(ListAccessKeysCommand).callsFake(() => ({
      AccessKeyMetadata: keys.map((AccessKeyId) => ({ AccessKeyId, Status: 'Active', CreateDate: early })),
    }));
    await expect(run([functionTarget])).rejects.toMatchObject({ code: 'aws_failed' });
    expect(keys).toEqual([oldKeyId, newKeyId]);
  });

  test("root's key and another account's are refused", async () => {
    iam.on(GetAccessKeyLastUsedCommand).resolves({ UserName: '<root_account>' });
    await expect(run([functionTarget])).rejects.toMatchObject({ code: 'guard_refused', message: /root user/ });
    sts.on(GetAccessKeyInfoCommand).resolves({ Account: '999999999999' });
    await expect(run([functionTarget])).rejects.toMatchObject({ code: 'guard_refused', message: /999999999999/ });
    expect(iam.commandCalls(CreateAccessKeyCommand)).toHaveLength(0);
  });

  test("a function is written by its revision; another's change in between is kept, and an update is waited for", async () => {
    let calls = 0;
    lambda.on(UpdateFunctionConfigurationCommand).callsFake(({ Environment, RevisionId }) => {
      calls++;
      expect(RevisionId).toBe('r1');
      if (calls === 1) {
        variables = { ...variables, THEIRS: 'new' };
        throw fault('PreconditionFailedException');
      }
      if (calls === 2) throw fault('ResourceConflictException');
      variables = Environment.Variables;
      return {};
    });
    expect(await run([functionTarget])).toMatchObject({ state: 'rotated' });
    expect(variables).toEqual({
      ACCESS_KEY_ID: newKeyId,
      SECRET_ACCESS_KEY: secret,
      PASSWORD: password,
      THEIRS: 'new',
    });
  });

  test('an environment that can not be decrypted is not written over', async () => {
    lambda.on(GetFunctionConfigurationCommand).resolves({
      Environment: { Error: { ErrorCode: 'AccessDeniedException', Message: 'kms' } },
    });
    await expect(run([functionTarget])).rejects.toMatchObject({ code: 'usage', message: /can't be read/ });
    expect(keys).toEqual([oldKeyId]);
  });

  test('what AWS repeats of a refused value reaches neither error nor journal, in no spelling', async () => {
    lambda.on(UpdateFunctionConfigurationCommand).callsFake(({ Environment }) => {
      const { Variables } = Environment as { Variables: Record<string, string> };
      const texts = Object.values(Variables);
      const spelt = [...texts, ...texts.map(encodeURIComponent), JSON.stringify(Variables)].join(' ');
      throw fault('ValidationException', `Value '${spelt}' at 'environment' failed to satisfy constraint`);
    });
    const result = await run([functionTarget]);
    expect(result).toMatchObject({ state: 'failed', newKeyId: null });
    expect(result.targets[0]!.detail).toMatch(/lambda:UpdateFunctionConfiguration.*failed to satisfy constraint/);
    await expectNoSecret(result);
    expect(keys).toEqual([oldKeyId]);

    iam.on(CreateAccessKeyCommand).rejects(fault('InternalFailure', `made ${secret}`));
    const thrown = await run([functionTarget]).catch(errorText);
    expect(thrown).toContain('iam:CreateAccessKey: made …');
    await expectNoSecret(thrown);
    expect(scrubbed(`x=${secret};`, [])).toBe('x=…;');
  });

  test('of two parameters, the secret is put back where the id can not be written', async () => {
    const values: Record<string, string> = { '/app/id': oldKeyId, '/app/secret': old };
    ssm.on(GetParameterCommand).callsFake(({ Name }) => ({ Parameter: { Name, Value: values[Name], Version: 1 } }));
    ssm.on(DescribeParametersCommand).callsFake(({ ParameterFilters }) => {
      const [Name] = ParameterFilters[0].Values;
      const Type = Name === '/app/id' ? 'String' : 'SecureString';
      return { Parameters: [{ Name, Type, Tier: 'Advanced', ...(Type === 'String' ? {} : { KeyId: 'alias/app' }) }] };
    });
    ssm.on(PutParameterCommand).callsFake(({ Name, Value }) => {
      if (Name === '/app/id') throw fault('AccessDeniedException');
      values[Name] = Value;
      return {};
    });
    const result = await run(['ssm:us-east-1/app/id,app/secret']);
    expect(result).toMatchObject({ state: 'failed' });
    expect(values).toEqual({ '/app/id': oldKeyId, '/app/secret': old });
    expect(ssm.commandCalls(PutParameterCommand)[0]!.args[0].input).toMatchObject({
      Type: 'SecureString',
      KeyId: 'alias/app',
      Tier: 'Advanced',
      Overwrite: true,
    });
    expect(keys).toEqual([oldKeyId]);
    await expectNoSecret(result);
  });
});
