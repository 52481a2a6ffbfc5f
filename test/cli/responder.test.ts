import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Context } from '../../src/cli/context.js';
import { openClients, roleArn } from '../../src/cli/responder.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keytrail-responder-'));
  const profile = (name: string) => `[${name}]\naws_access_key_id = ${name}\naws_secret_access_key = x\n`;
  await writeFile(join(directory, 'credentials'), profile('member') + profile('management'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(directory, 'credentials'));
  vi.stubEnv('AWS_CONFIG_FILE', join(directory, 'config'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true });
});

test('the profile of the management account is for all that a member account can not do', async () => {
  const flags = { profile: 'member', organizationProfile: 'management' };
  const clients = await openClients(flags, { env: {} } as Context);
  const keyOf = async ({ config }: { config: { credentials(): Promise<{ accessKeyId: string }> } }) =>
    (await config.credentials()).accessKeyId;
  const { iam, organizations, ssoAdmin, identityStore } = clients;
  expect(await Promise.all([iam, organizations, ssoAdmin, identityStore].map(keyOf))).toEqual([
    'member',
    'management',
    'management',
    'management',
  ]);
});

test.each([
  ['eu-west-1', 'arn:aws:iam::111122223333:role/ir'],
  ['cn-north-1', 'arn:aws-cn:iam::111122223333:role/ir'],
  ['us-gov-west-1', 'arn:aws-us-gov:iam::111122223333:role/ir'],
])('a role that is only named is one of the partition of %s', (region, arn) => {
  expect(roleArn('ir', '111122223333', region)).toBe(arn);
});
