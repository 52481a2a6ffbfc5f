import { CreateUserCommand } from '@aws-sdk/client-iam';
import {
  CloseAccountCommand,
  CreateAccountCommand,
  DetachPolicyCommand,
  ListPoliciesCommand,
} from '@aws-sdk/client-organizations';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listAccounts } from '../../../src/contain/accounts/list.js';
import { planAccounts } from '../../../src/contain/accounts/plan-accounts.js';
import { formatPlan, parsePlan } from '../../../src/contain/plan-file.js';
import { renderPlan } from '../../../src/contain/render.js';
import { responderPolicy } from '../../../src/contain/responder/policies.js';
import { verifyPlan } from '../../../src/contain/verify-plan.js';
import { assumeRole, outcomeOf, tryBuckets } from '../../services/credentials.js';
import { describeWith, uniquePrefix } from '../../services/index.js';
import { dumpAccount } from '../dump.js';
import { someTrace } from '../state.js';
import { hub, Organization } from './organization.js';

const since = '2024-05-01T00:00:00.000Z';

describeWith('aws', 'a key that reached other accounts of its organization', () => {
  let organization: Organization;
  beforeAll(async () => {
    organization = await Organization.start();
  });
  afterAll(() => organization.stop());

  it('is contained by a plan in each, with the policies of the stages, and undone exactly', async () => {
    const { account, members } = organization;
    const [first, second, third] = organization.ids;
    const { leaked, arn } = await organization.leak();
    const deploy = await organization.addRole(members[0]!, [arn, `arn:aws:iam::${first}:root`]);
    const data = await organization.addRole(members[1]!, [arn, deploy]);
    const one = await assumeRole(account.endpoint, leaked, deploy);
    const two = await assumeRole(account.endpoint, one, data);
    const three = await assumeRole(account.endpoint, leaked, data);
    const backdoor = uniquePrefix('support');
    await members[0]!.iam.send(new CreateUserCommand({ UserName: backdoor }));
    const assumed = (role: string) => ({ arn: role, sessions: 1, sessionNames: ['session'], lastAssumed: since });
    const trace = someTrace({
      keyId: leaked.accessKeyId,
      owner: { type: 'IAMUser', arn, accountId: hub, userName: leaked.userName, roleArn: null, sessionName: null },
      roles: [assumed(deploy), assumed(data)],
      created: [
        {
          kind: 'user',
          name: backdoor,
          of: null,
          accountId: first,
          region: 'us-east-1',
          eventName: 'CreateUser',
          eventId: 'e-1',
          time: since,
          sourceIp: '203.0.113.66',
          principals: [],
        },
      ],
    });
    const dumps = () => Promise.all([account.dump(), dumpAccount(members[0]!), dumpAccount(members[1]!)]);
    const before = await dumps();

    const results = await planAccounts({
      keyId: leaked.accessKeyId,
      trace,
      home: hub,
      accounts: await listAccounts(account.responder),
      open: (id) => organization.open(id),
      sweepSince: since,
      regions: ['us-east-1'],
      plan: { now: new Date(), since },
    });
    const of = (id: string) => results.find((result) => result.account.id === id)!;
    expect(results.map(({ account: { id } }) => id)).toEqual([hub, first, second, third].sort());
    expect([hub, first, second, third].map((id) => of(id).outcome)).toEqual([
      'planned',
      'planned',
      'planned',
      'untouched',
    ]);
    expect(of(first).leads).toEqual([expect.stringContaining('was assumed'), `user ${backdoor} was made`]);
    expect(of(first).plan!.actions.map(({ step }) => step)).toEqual(['attach-deny', 'edit-trust', 'revoke-sessions']);
    expect(of(second).plan!.actions.map(({ step }) => step)).toEqual(['edit-trust', 'revoke-sessions']);
    expect(renderPlan(of(second).plan!)).toContain('of another account, where it is contained by a plan of its own');
    expect(of(second).plan!.notCovered).toContain(
      `${arn}, whose credential it is, is contained by a plan of account ${hub}`,
    );

    const plans = [hub, first, second].map((id) => ({ id, plan: parsePlan(formatPlan(of(id).plan!)) }));
    for (const { id, plan } of plans) {
      const clients = await organization.open(id);
      expect(await account.apply(plan, {}, clients)).toMatchObject({ state: 'contained', changed: true });
      const verified = await account.withJournal(plan, (journal) => verifyPlan({ plan, clients, journal }, null));
      expect(verified.state).toBe('contained');
    }
    for (const session of [one, two, three]) expect(await tryBuckets(account.endpoint, session)).toBe('AccessDenied');
    const [, , after] = await dumps();
    // The application that comes from the first member's role still gets into the second's.
    expect(JSON.stringify(after)).not.toContain(arn);
    expect(JSON.stringify(after)).toContain(deploy);

    for (const { id, plan } of [...plans].reverse()) {
      const reactivate = id === hub ? [leaked.accessKeyId] : [];
      const undone = await account.undo(plan, { reactivate }, undefined, await organization.open(id));
      expect(undone.state).toBe('undone');
    }
    expect(await dumps()).toEqual(before);
    for (const session of [one, two, three]) expect(await tryBuckets(account.endpoint, session)).toBe('allowed');
  });

  it('is locked by who has contain-organization in the management account, and nothing else there', async () => {
    const { account, ids } = organization;
    const { leaked } = await account.inMember(ids[0]);
    const UserName = uniquePrefix('locker');
    await account.responder.iam.send(new CreateUserCommand({ UserName }));
    await account.putInline(UserName, 'stage', JSON.stringify(responderPolicy('contain-organization')));
    const { organizations } = account.clients(await account.addKey(UserName));
    const clients = { ...(await organization.open(ids[0])), organizations };
    const before = await account.dump();
    const plan = await account.plan(leaked, { clients });
    expect(plan.actions.map(({ step }) => step)).toEqual(['lock', 'lock', 'attach-deny', 'deactivate-key']);
    expect(await account.apply(plan, {}, clients)).toMatchObject({ state: 'contained', locked: true });
    const { Policies = [] } = await organizations.send(new ListPoliciesCommand({ Filter: 'SERVICE_CONTROL_POLICY' }));
    const PolicyId = (name: string) => Policies.find(({ Name }) => Name === name)?.Id;
    const aws = { PolicyId: PolicyId('FullAWSAccess'), TargetId: ids[0] };
    expect(await outcomeOf(organizations.send(new DetachPolicyCommand(aws)))).toBe('AccessDeniedException');
    const undone = await account.undo(plan, { reactivate: [leaked.accessKeyId] }, undefined, clients);
    expect(undone.state).toBe('undone');
    expect(await account.dump()).toEqual(before);
  });

  it('is not sought in accounts that were closed', async () => {
    const { organizations } = organization.account.responder;
    const made = await organizations.send(new CreateAccountCommand({ AccountName: 'old', Email: 'old@example.com' }));
    const AccountId = made.CreateAccountStatus!.AccountId!;
    const ids = async () => (await listAccounts({ organizations })).map(({ id }) => id);
    expect(await ids()).toContain(AccountId);
    await organizations.send(new CloseAccountCommand({ AccountId }));
    expect(await ids()).toEqual([hub, ...organization.ids].sort());
  });
});
