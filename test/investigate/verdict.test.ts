import { describe, expect, it } from 'vitest';
import type { AnsweredQuestion, Verdict } from '../../src/investigate/investigation.js';
import { verdictOf } from '../../src/investigate/verdict.js';
import type { Coverage, Row } from '../../src/model/question.js';
import { type Closure, credentialsOf } from './closure.js';

const complete: Coverage = { logs: [], missing: [] };

interface Found {
  actions?: Row[];
  agents?: string[];
  closure?: Closure;
  missing?: string[];
}

const action = (event_name: string, events = 1, failed = 0): Row => ({ event_name, events, failed });

function verdict({ actions = [], agents = [], closure = credentialsOf(), missing = [] }: Found): Verdict {
  const rows: Record<string, Row[]> = {
    'key-owner': [{ access_key_id: 'AKIAIOSFODNN7EXAMPLE', events: 30 }],
    'actions-used': actions,
    'key-clients': agents.map((user_agent) => ({ source_ip: '203.0.113.77', user_agent, events: 1 })),
  };
  const answers = Object.entries(rows).map(
    ([id, found]) => ({ question: { id }, answer: { rows: found } }) as unknown as AnsweredQuestion,
  );
  return verdictOf(answers, closure, { ...complete, missing });
}

const reasons = (found: Found) => verdict(found).reasons.map(({ text }) => text);

describe('a sign of abuse', () => {
  it('all of whose calls failed was tried, not done', () => {
    expect(reasons({ actions: [action('GetPasswordData', 30, 30)] })).toEqual([
      'tried to read secrets: GetPasswordData (all 30 failed)',
    ]);
    expect(reasons({ actions: [action('GetPasswordData', 30, 30), action('GetSecretValue', 4, 1)] })).toEqual([
      'read secrets: GetPasswordData (all 30 failed), GetSecretValue',
    ]);
    expect(verdict({ actions: [action('GetPasswordData', 30, 30)] })).toMatchObject({
      level: 'abused',
      confidence: 'high',
    });
  });

  it.each([
    ['SendCommand', 'ran commands on machines'],
    ['StartSession', 'ran commands on machines'],
    ['SendSSHPublicKey', 'ran commands on machines'],
    ['SendSerialConsoleSSHPublicKey', 'ran commands on machines'],
    ['ExecuteCommand', 'ran commands on machines'],
    ['ModifySnapshotAttribute', 'changed who may read data'],
    ['ModifyImageAttribute', 'changed who may read data'],
    ['ModifyDBSnapshotAttribute', 'changed who may read data'],
    ['PutBucketPolicy', 'changed who may read data'],
    ['PutBucketAcl', 'changed who may read data'],
    ['AddPermission20150331v2', 'changed who may read data'],
    ['DeleteBucket', 'destroyed data or machines'],
    ['DeleteDBInstance', 'destroyed data or machines'],
    ['DeleteDBCluster', 'destroyed data or machines'],
    ['TerminateInstances', 'destroyed data or machines'],
    ['ScheduleKeyDeletion', 'destroyed data or machines'],
    ['DeleteSnapshot', 'destroyed data or machines'],
    ['UpdateAssumeRolePolicy', 'changed whom the account trusts'],
    ['CreateOpenIDConnectProvider', 'changed whom the account trusts'],
    ['UpdateSAMLProvider', 'changed whom the account trusts'],
    ['CreateFunction20150331', 'launched computing power'],
  ])('%s: it %s', (name, text) => {
    expect(reasons({ actions: [action(name)] })).toEqual([expect.stringContaining(text)]);
    expect(reasons({ actions: [action(name, 2, 2)] })).toEqual([expect.stringMatching(/^tried to /)]);
  });

  it.each(['DeleteBucketCors', 'CreateUserPool', 'GetParametersByPath', 'DescribeSnapshots', 'xCreateUser'])(
    'is not %s',
    (name) => {
      expect(verdict({ actions: [action(name)] }).level).toBe('used');
    },
  );

  it.each([
    ['stratus-red-team_83c9a458-ffab-4d43-8b02-9691311e8c0a', 'stratus-red-team'],
    ['Pacu/1.6 Boto3/1.34', 'Pacu'],
    ['cloudfox/1.14.0', 'CloudFox'],
    ['TruffleHog', 'TruffleHog'],
    ['Boto3/1.20 ScoutSuite/5.13', 'ScoutSuite'],
    ['aws-cli/1.32.1 Python/3.11.6 Linux/6.5.0-kali3-amd64 botocore/1.34.1', 'Kali Linux'],
    ['aws-cli/2.22.7 ua/2.0 os/linux#6.5.0-13parrot1-amd64 md/arch#x86_64', 'Parrot Security Linux'],
    ['[aws-cli/2.0 Linux/5.10-pentoo]', 'Pentoo Linux'],
  ])('is the software %s', (agent, tool) => {
    const { level, reasons: found } = verdict({ agents: [agent, agent] });
    expect(level).toBe('abused');
    expect(found).toEqual([
      { text: `came with software for attacks, by its own account: ${tool}`, question: 'key-clients', actions: [] },
    ]);
  });

  it.each(['Prowler/4.0 Boto3/1.34', 'aws-cli/2.22 kaliper/1.0', 'aws-cli/2.22 os/linux#6.8', 'parrot-dashboard/2'])(
    'is not the software %s',
    (agent) => {
      expect(verdict({ agents: [agent] }).level).toBe('used');
    },
  );

  it('reads a user agent of any length quickly', () => {
    expect(verdict({ agents: ['os/'.repeat(300_000)] }).level).toBe('used');
  });
});

describe('the sentence', () => {
  it('never clears a key', () => {
    expect(verdict({}).summary).toBe(
      'The key made 30 calls; no action typical of abuse among them. That is no all-clear: ask the owner about each client.',
    );
  });

  it('names issued credentials only where there are any', () => {
    const actions = [action('CreateUser')];
    expect(verdict({ actions }).summary).toBe('The key shows 1 sign of abuse.');
    const session = { parent: 'AKIAIOSFODNN7EXAMPLE', depth: 1, eventName: 'AssumeRole' };
    const [one, two] = [
      { ...session, accessKeyId: 'ASIAA' },
      { ...session, accessKeyId: 'ASIAB' },
    ];
    expect(verdict({ actions, closure: credentialsOf(one) }).summary).toBe(
      'The key and 1 credential issued from it show 1 sign of abuse.',
    );
    expect(verdict({ closure: credentialsOf(one, two) }).summary).toMatch(
      /^The key and 2 credentials issued from it made 30 calls; no action/,
    );
  });
});

describe('confidence in a key that was only used', () => {
  it.each([
    ['1 flow record with SKIPDATA: flows were lost before they were logged.', 'high'],
    ['No VPC flow logs were ingested.', 'high'],
    [
      'The last VPC flow logs event ingested is of 2026-03-02T00:00:00Z, the question ends at 2026-03-03T00:00:00Z.',
      'high',
    ],
    ['No CloudTrail data event was ingested: reads and writes of S3 objects and the like are not visible.', 'low'],
    ['3 CloudTrail objects could not be read to the end: records may be missing.', 'low'],
    ['athena:x/y reads the log files where they lie and keeps no ledger: what is missing there is unknown.', 'low'],
  ])('with %j is %s', (sentence, confidence) => {
    expect(verdict({ missing: [sentence] })).toMatchObject({ level: 'used', confidence });
  });
});
