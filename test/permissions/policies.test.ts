import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hardening } from '../../src/permissions/hardening.js';
import { commandPolicy, policyNames } from '../../src/permissions/policies.js';
import { runCli } from '../cli/run-cli.js';

test('harden’s policy has each permission that its checks name', () => {
  const sources = readdirSync('src/harden', { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const named = sources.flatMap((file) => {
    const text = readFileSync(join('src/harden', file), 'utf8');
    return [...text.matchAll(/(?:read|readIfThere|ask|askIfExists|permission)\b[^'\n]*'([a-z0-9]+:[A-Z]\w+)'/g)].map(
      ([, name]) => name!,
    );
  });
  expect(named.length).toBeGreaterThan(10);
  const known = new Set([...hardening, 'sts:GetCallerIdentity']);
  expect(named.filter((permission) => !known.has(permission))).toEqual([]);
});

test('no policy has a wildcard for an action, or for all but what has no ARN', () => {
  for (const name of policyNames)
    for (const { Action, Resource, Sid } of commandPolicy(name).document.Statement) {
      for (const action of Action) expect(action).toMatch(/^[a-z0-9-]+:[A-Za-z0-9]+$/);
      if (Resource.includes('*')) expect(['PublicKeys', 'ReadAccount', 'AgeOfMessages']).toContain(Sid);
    }
});

test('policies prints a document that can be used as it is, and says what is to be filled in', async () => {
  const filled = await runCli([
    'policies',
    'ingest-queue',
    '--bucket',
    'my-trail',
    '--queue',
    'trail',
    '--account',
    '111122223333',
    '--region',
    'eu-west-1',
    '--kms-key',
    'arn:aws:kms:eu-west-1:111122223333:key/1234',
  ]);
  expect(filled).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(filled.stdout).Statement).toEqual([
    { Sid: 'ListLogs', Effect: 'Allow', Action: ['s3:ListBucket'], Resource: ['arn:aws:s3:::my-trail'] },
    {
      Sid: 'ReadLogs',
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:GetObjectVersion'],
      Resource: ['arn:aws:s3:::my-trail/*'],
    },
    {
      Sid: 'Queue',
      Effect: 'Allow',
      Action: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
      Resource: ['arn:aws:sqs:eu-west-1:111122223333:trail'],
    },
    {
      Sid: 'Key',
      Effect: 'Allow',
      Action: ['kms:Decrypt'],
      Resource: ['arn:aws:kms:eu-west-1:111122223333:key/1234'],
      Condition: { StringEquals: { 'kms:ViaService': ['s3.eu-west-1.amazonaws.com', 'sqs.eu-west-1.amazonaws.com'] } },
    },
  ]);
  const open = await runCli(['policies', '--bucket', 'my-trail']);
  expect(Object.keys(JSON.parse(open.stdout))).toEqual(policyNames);
  expect(open.stderr).toContain('fill in ACCOUNT, COLLECTION, DATABASE, DOMAIN, QUEUE, REGION');
});

test.each([
  [['ingest', '--bucket', '*'], /is no name of a bucket/],
  [['ingest', '--account', '1'], /is no account/],
  [['delete-everything'], /there is no policy "delete-everything"\. Name one of ingest, /],
])('policies %j is wrong use', async (args, message) => {
  const { code, stdout, stderr } = await runCli(['policies', ...args]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
});
