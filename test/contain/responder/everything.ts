import type { RoleState } from '../../../src/contain/account/state.js';
import { canonicalJson } from '../../../src/contain/canonical.js';
import type { PlannedAction } from '../../../src/contain/step.js';
import type { Target } from '../../../src/contain/target.js';
import { trusting } from '../../services/credentials.js';
import { identityOf, keyId, planOf, someState, someUser } from '../state.js';

const target = (kind: Target['kind'], name: string, more: Partial<Target> = {}): Target => ({
  kind,
  name,
  of: null,
  region: null,
  part: 'made',
  why: 'made with the key',
  principals: [],
  ...more,
});

/** Actions of every step, with every call that a step makes or takes back, of account 111122223333. */
export function everything(accountId: string): PlannedAction[] {
  const credential = (id: string) => [{ id, status: 'Active', created: null }];
  const role = (name: string, more: Partial<RoleState> = {}): RoleState => ({
    principal: { type: 'role', name, arn: `arn:aws:iam::${accountId}:role/web/${name}`, id: `AROA${name}` },
    path: '/web/',
    description: '',
    maxSessionDuration: 3600,
    trustPolicy: trusting({ AWS: ['999999999999', `arn:aws:iam::${accountId}:root`] }),
    attachedPolicies: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'],
    inlinePolicies: [{ name: 'queue', document: '{"Version":"2012-10-17","Statement":[]}' }],
    boundary: null,
    instanceProfiles: [name],
    instances: [],
    ...more,
  });
  const instance = {
    region: 'eu-west-1',
    instanceId: 'i-0123456789abcdef0',
    profileArn: `arn:aws:iam::${accountId}:instance-profile/server`,
    httpTokens: 'optional',
  };
  const crowded = someUser({
    principal: { type: 'user', name: 'support', arn: `arn:aws:iam::${accountId}:user/build/support`, id: 'AIDAS' },
    accessKeys: credential('AKIASUPPORT'),
    attachedPolicies: Array.from({ length: 10 }, (_, n) => `arn:aws:iam::${accountId}:policy/p${n}`),
  });
  const oidc = `arn:aws:iam::${accountId}:oidc-provider/login.example.com`;
  const saml = `arn:aws:iam::${accountId}:saml-provider/idp`;
  const state = someState(
    {
      loginProfile: true,
      sshKeys: credential('APKAONE'),
      certificates: credential('CERTONE'),
      serviceCredentials: credential('ACCAONE'),
      mfaDevices: [{ serial: `arn:aws:iam::${accountId}:mfa/new`, enabled: '2024-05-20T00:00:00.000Z' }],
    },
    {
      roles: [role('server', { instances: [instance] }), role('backdoor')],
      functions: [{ region: 'eu-west-1', name: 'job', concurrency: null }],
      providers: [
        {
          kind: 'oidc-provider',
          arn: oidc,
          settings: canonicalJson({ url: 'https://login.example.com', clientIds: [], thumbprints: [], tags: [] }),
        },
        { kind: 'saml-provider', arn: saml, settings: canonicalJson({ name: 'idp', metadata: '<m/>', tags: [] }) },
      ],
      identityCenter: {
        instanceArn: 'arn:aws:sso:::instance/ssoins-1234567890abcdef',
        identityStoreId: 'd-1234567890',
        userId: 'ada-id',
        userName: 'ada',
        assignments: [
          { accountId, permissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-1234567890abcdef' },
        ],
        groups: ['group-id'],
      },
      organization: { managementAccountId: '999999999999', usable: true, reason: '', policies: [] },
    },
  );
  state.users.push(crowded);
  const targets = [
    target('user', 'ci', { part: 'owner' }),
    target('user', 'support'),
    target('role', 'server', { part: 'session', principals: ['999999999999'] }),
    target('role', 'backdoor', { principals: ['999999999999'] }),
    target('function', 'job', { region: 'eu-west-1' }),
    target('oidc-provider', oidc),
    target('saml-provider', saml),
  ];
  const shared = { identity: identityOf(state), targets, since: '2024-05-01T00:00:00.000Z' };
  const locked = structuredClone(state);
  locked.organization!.policies.push({ name: `KeytrailIr-${keyId}`, content: '{"Version":"x"}', attachedTo: [] });
  return [...planOf(state, shared).actions, ...planOf(locked, { ...shared, steps: ['lock'] }).actions];
}
