import { GetAccessKeyLastUsedCommand, GetUserCommand, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { ListAccountsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { GetAccessKeyInfoCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { findKey } from '../../../src/contain/accounts/find-key.js';
import { foreignIdentity } from '../../../src/contain/accounts/foreign.js';
import { listAccounts } from '../../../src/contain/accounts/list.js';
import { reachOf } from '../../../src/contain/accounts/reach.js';
import { type ContainClients, createClients } from '../../../src/contain/clients.js';
import { makePlan } from '../../../src/contain/plan.js';
import { targetsOf } from '../../../src/contain/target.js';
import type { CreatedThing, Trace } from '../../../src/model/trace.js';
import { trusting } from '../../services/credentials.js';
import { accountId, keyId, noon, someState, someTrace } from '../state.js';

const home = '999999999999';
const since = '2024-05-01T00:00:00.000Z';
const ci = `arn:aws:iam::${home}:user/build/ci`;
const owner = {
  type: 'IAMUser',
  arn: ci,
  accountId: home,
  userName: 'ci',
  roleArn: null,
  sessionName: null,
};
const roleArn = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;
const assumed = (arn: string) => ({ arn, sessions: 1, sessionNames: [], lastAssumed: since });
const thing = (changes: Partial<CreatedThing>): CreatedThing => ({
  kind: 'user',
  name: 'support',
  of: null,
  accountId: home,
  region: 'us-east-1',
  eventName: 'CreateUser',
  eventId: 'e-1',
  time: '2024-05-02T00:00:00.000Z',
  sourceIp: '198.51.100.7',
  principals: [],
  ...changes,
});
const caller = { arn: `arn:aws:iam::${accountId}:user/ada`, userId: 'AIDAADA', accountId, partition: 'aws' };
const foreign = (trace: Trace) => {
  const identity = foreignIdentity(keyId, trace, caller);
  return { identity, ...targetsOf(identity, trace, since) };
};

describe('what a credential reached', () => {
  it('is its own account, those of the roles, and those in which something was made since', () => {
    const trace = someTrace({
      roles: [assumed(roleArn(home, 'own')), assumed(roleArn('222222222222', 'far')), assumed('hostile')],
      created: [
        thing({ accountId: '333333333333' }),
        thing({ accountId: '444444444444', time: '2024-04-01T00:00:00.000Z' }),
      ],
    });
    expect([...reachOf(trace, home, since)]).toEqual([
      ['222222222222', ['role far was assumed']],
      ['333333333333', ['user support was made']],
      [home, [`${keyId} is its own`]],
    ]);
    expect([...reachOf(trace, null, null).keys()]).toEqual(['222222222222', home]);
  });

  it('is contained in another account without its owner, who loses the way in', () => {
    const trace = someTrace({
      owner,
      roles: [assumed(roleArn(accountId, 'web')), assumed(roleArn(home, 'own'))],
      created: [
        thing({ kind: 'role', name: 'hop' }),
        thing({ name: 'early', time: '2024-04-01T00:00:00.000Z' }),
        thing({ name: 'here', accountId }),
      ],
    });
    const { identity, targets, notCovered } = foreign(trace);
    expect(targets.map(({ part, kind, name }) => `${part} ${kind} ${name}`)).toEqual([
      'session role web',
      'made user here',
    ]);
    expect(targets[0]!.principals).toEqual([roleArn(home, 'hop'), ci]);
    expect(notCovered).toContain(`${ci}, whose credential it is, is contained by a plan of account ${home}`);

    const web = {
      principal: { type: 'role' as const, name: 'web', arn: roleArn(accountId, 'web'), id: 'AROAWEB' },
      path: '/',
      description: '',
      maxSessionDuration: 3600,
      trustPolicy: trusting({ AWS: [ci, roleArn('222222222222', 'partner')] }),
      attachedPolicies: [],
      inlinePolicies: [],
      boundary: null,
      instanceProfiles: [],
      instances: [],
    };
    const organization = { managementAccountId: home, usable: true, reason: '', policies: [] };
    const made = { type: 'user' as const, name: 'here', arn: `arn:aws:iam::${accountId}:user/here`, id: 'AIDAHERE' };
    const state = someState(
      { principal: made, accessKeys: [] },
      { principal: identity.principal, roles: [web], organization },
    );
    const plan = makePlan(state, { now: noon, identity, targets, since, protectedPrincipals: [ci] });
    // The owner is protected at home; here only the roles are judged.
    expect(plan.refusals).toEqual([]);
    expect(plan.actions.map(({ id }) => id)).toEqual([
      // The organization has one policy of each name: the plan of the key's own account has the shorter one.
      `lock:KeytrailIr-${keyId}-${accountId}`,
      `lock:KeytrailIr-${keyId}-${accountId}@${accountId}`,
      'attach-deny:here',
      'edit-trust:web',
      'revoke-sessions:web',
    ]);
    const trust = plan.actions.find(({ step }) => step === 'edit-trust')!.to!;
    expect(JSON.parse(trust).Statement[0].Principal).toEqual({ AWS: [roleArn('222222222222', 'partner')] });
  });

  it.each([
    [
      'a session of a role',
      { ...owner, arn: `arn:aws:sts::${home}:assumed-role/app/x`, roleArn: roleArn(home, 'app') },
    ],
    ['root', { ...owner, arn: `arn:aws:iam::${home}:root` }],
  ])('leaves the trust in %s as it is: it is contained at home', (_, by) => {
    const { targets, identity } = foreign(someTrace({ owner: by, roles: [assumed(roleArn(accountId, 'web'))] }));
    expect(targets).toMatchObject([{ name: 'web', principals: [] }]);
    expect(identity.principal.name).toBeNull();
  });

  it('is not planned for where the logs do not know the owner', () => {
    expect(() => foreign(someTrace())).toThrow(expect.objectContaining({ code: 'bad_parameter' }));
  });
});

describe('recorded shapes: the accounts of an organization', () => {
  it('are read to the last page; those that are closing or not open yet are left out', async () => {
    const organizations = mockClient(OrganizationsClient);
    organizations
      .on(ListAccountsCommand)
      .resolvesOnce({ Accounts: [{ Id: '222222222222', Name: 'b', State: 'ACTIVE' }], NextToken: 'more' })
      .resolvesOnce({
        Accounts: [
          { Id: '333333333333', Name: 'c', State: 'PENDING_CLOSURE', Status: 'ACTIVE' },
          { Id: '444444444444', Name: 'd', Status: 'SUSPENDED' },
          { Id: '111111111111', Status: 'ACTIVE' },
        ],
      });
    expect(await listAccounts(createClients({ region: 'us-east-1' }))).toEqual([
      { id: '111111111111', name: null },
      { id: '222222222222', name: 'b' },
    ]);
    organizations.restore();
  });
});

describe('recorded shapes: whose a key is', () => {
  const named = (name: string): Error => Object.assign(new Error(`${name} is said`), { name });
  /** Clients of an account that has the key, or not: as IAM says it of another account's. */
  const clientsOf = (account: string, has: boolean): ContainClients => {
    const clients = createClients({ region: 'us-east-1' });
    const sts = mockClient(clients.sts);
    sts.on(GetCallerIdentityCommand).resolves({ Arn: `arn:aws:iam::${account}:user/ada`, Account: account });
    sts.on(GetAccessKeyInfoCommand).resolves({ Account: account });
    const iam = mockClient(clients.iam);
    if (has) iam.on(GetAccessKeyLastUsedCommand).resolves({ UserName: 'ci', AccessKeyLastUsed: undefined });
    else iam.on(GetAccessKeyLastUsedCommand).rejects(named('AccessDenied'));
    const User = {
      UserName: 'ci',
      Arn: `arn:aws:iam::${account}:user/ci`,
      UserId: 'AIDACI',
      Path: '/',
      CreateDate: noon,
    };
    iam.on(GetUserCommand).resolves({ User });
    iam
      .on(ListAccessKeysCommand)
      .resolves({ AccessKeyMetadata: [{ AccessKeyId: keyId, Status: 'Inactive', CreateDate: noon }] });
    return clients;
  };
  const hub = (answer: string | Error): ContainClients => {
    const clients = createClients({ region: 'us-east-1' });
    const sts = mockClient(clients.sts);
    if (typeof answer === 'string') sts.on(GetAccessKeyInfoCommand).resolves({ Account: answer });
    else sts.on(GetAccessKeyInfoCommand).rejects(answer);
    return clients;
  };
  const ids = ['222222222222', '333333333333', '444444444444'];
  const accounts = ids.map((id) => ({ id, name: `n${id[0]}` }));

  it('is asked of each account where neither STS nor the id tells', async () => {
    const opened: string[] = [];
    const open = async (id: string) => {
      opened.push(id);
      return clientsOf(id, id === '333333333333');
    };
    const found = await findKey({ keyId, clients: hub(named('AccessDenied')), accounts, open });
    expect(found).toMatchObject({
      account: { id: '333333333333', name: 'n3' },
      owner: { type: 'user', arn: 'arn:aws:iam::333333333333:user/ci', status: 'Inactive' },
      unread: [{ accountId: '222222222222', reason: expect.stringContaining('iam:GetAccessKeyLastUsed was refused') }],
    });
    expect(opened).toEqual(['222222222222', '333333333333']);
    expect(found.sources).toEqual([
      'STS does not say: sts:GetAccessKeyInfo: AccessDenied is said.',
      'Its id does not say.',
      'IAM of account 333333333333 says whose it is.',
    ]);
  });

  it('is told by STS or by the id itself, and then only that account is asked', async () => {
    const open = async (id: string) => clientsOf(id, true);
    const told = await findKey({ keyId, clients: hub('444444444444'), accounts, open });
    expect(told.sources[0]).toBe('STS says that it is of account 444444444444.');
    expect(told.account).toEqual({ id: '444444444444', name: 'n4' });
    const request = { keyId: 'AKIARTX3GSDSVJQ3KZ7M', clients: hub(named('AccessDenied')), accounts: [], open };
    const decoded = await findKey(request);
    expect(decoded.account).toEqual({ id: '111122223333', name: null });
    // Its user has another key by now.
    expect(decoded.owner).toBeNull();
    expect(decoded.sources.at(-1)).toBe('IAM of account 111122223333 knows no such key: it was deleted.');
  });

  it('is not asked of IAM for a temporary key', async () => {
    const open = async () => Promise.reject(new Error('nobody opens'));
    const found = await findKey({ keyId: 'ASIAIOSFODNN7EXAMPLE', clients: hub(ids[0]!), accounts, open });
    expect(found).toMatchObject({ account: { id: ids[0] }, owner: null, unread: [] });
    expect(found.sources.at(-1)).toContain('only the logs tell');
  });

  it('is not known where nobody has it', async () => {
    const open = async (id: string) => clientsOf(id, false);
    const found = await findKey({ keyId, clients: hub(named('ValidationError')), accounts, open });
    expect(found).toMatchObject({ account: null, owner: null });
    expect(found.unread.map(({ accountId: id }) => id)).toEqual(ids);
    await expect(findKey({ keyId: 'key', clients: hub(''), accounts, open })).rejects.toMatchObject({
      code: 'bad_parameter',
    });
  });
});
