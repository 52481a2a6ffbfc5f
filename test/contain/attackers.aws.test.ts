import {
  AttachUserPolicyCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { denyAll } from '../services/credentials.js';
import { describeWith } from '../services/index.js';
import { Account, type Leaked } from './account.js';
import { Attackers, type Outcomes } from './attackers.js';
import { LoopingDetacher } from './looping-detacher.js';

describeWith('aws', 'attackers', () => {
  let account: Account;
  let leaked: Leaked;
  let attackers: Attackers;
  const denying = 'arn:aws:iam::aws:policy/AWSDenyAll';
  const all = (outcome: string): Outcomes => ({
    key: outcome,
    'second key': outcome,
    'role session': outcome,
    'federation session': outcome,
    'session token': outcome,
  });
  const setStatus = (AccessKeyId: string, Status: 'Active' | 'Inactive') =>
    account.responder.iam.send(new UpdateAccessKeyCommand({ UserName: leaked.userName, AccessKeyId, Status }));

  beforeAll(async () => {
    account = await Account.start();
    leaked = await account.leak();
    attackers = await Attackers.start(account, leaked);
  });
  afterAll(async () => {
    await attackers?.stop();
    await account?.stop();
  });

  it('all get in, until each hold is taken from them', async () => {
    const { iam } = account.responder;
    const UserName = leaked.userName;
    expect(await attackers.roundTrip()).toEqual(all('allowed'));

    await setStatus(leaked.accessKeyId, 'Inactive');
    expect(await attackers.roundTrip()).toEqual({ ...all('allowed'), key: 'InvalidAccessKeyId' });

    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: denying }));
    const denied = { ...all('AccessDenied'), key: 'InvalidAccessKeyId', 'role session': 'allowed' };
    expect(await attackers.roundTrip()).toEqual(denied);

    const RoleName = attackers.roleName;
    const cutoff = new Date(Date.now() + 30_000).toISOString();
    const PolicyDocument = denyAll({ DateLessThan: { 'aws:TokenIssueTime': cutoff } });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'revoke', PolicyDocument }));
    expect(await attackers.roundTrip()).toEqual({ ...denied, 'role session': 'AccessDenied' });
    const sequences = attackers.attempts.map(({ sequence }) => sequence);
    expect(sequences).toEqual([...sequences.keys()]);
    expect(account.secrets).toEqual(expect.arrayContaining([leaked.secretAccessKey]));
    expect(account.secrets.length).toBe(new Set(account.secrets).size);

    await setStatus(leaked.accessKeyId, 'Active');
    await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn: denying }));
    expect(await attackers.roundTrip()).toEqual({ ...all('allowed'), 'role session': 'AccessDenied' });
  });

  it('an administrator gone bad undoes it all, again and again, and no more once stopped', async () => {
    const { iam } = account.responder;
    const UserName = leaked.userName;
    const detacher = LoopingDetacher.start(await account.anotherResponder(), UserName, { everyMs: 20 });
    try {
      for (const PolicyName of ['KeytrailIrDenyAll', 'kept']) {
        await iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: denyAll() }));
      }
      await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: denying }));
      await setStatus(leaked.accessKeyId, 'Inactive');
      await detacher.nextRound();
      const undone = ['activate', 'delete KeytrailIrDenyAll', 'detach AWSDenyAll'];
      expect(detacher.undone.map((what) => what.replace(/ AKIA.*/, '')).sort()).toEqual(undone);
      expect((await attackers.roundTrip()).key).toBe('AccessDenied');
      await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: 'kept' }));
      expect((await attackers.roundTrip()).key).toBe('allowed');
      await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: denying }));
      await detacher.nextRound();
      expect(await account.attached(UserName)).toEqual([]);
    } finally {
      await detacher.stop();
    }
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: denying }));
    await expect(detacher.nextRound()).rejects.toThrow('ended');
    expect(await account.attached(UserName)).toEqual(['AWSDenyAll']);
  });
});
