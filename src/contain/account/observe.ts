import { reasonOf } from '../../errors.js';
import type { ContainClients } from '../aws.js';
import type { Identity } from '../identify.js';
import { unknownKey } from '../identify.js';
import type { Target } from '../target.js';
import { readAdministrators } from './administrators.js';
import { readIdentityCenter } from './identity-center.js';
import { readOrganization } from './organization.js';
import { readConcurrency, readOidcProvider, readSamlProvider } from './others.js';
import { readRoleState } from './role.js';
import type { AccountState, FunctionState, ProviderState, RoleState, UserState } from './state.js';
import { readUser, readUserState } from './user.js';

/** Whose credential, and whom to look at: what a plan records, so that apply looks at the very same. */
export interface Scope {
  identity: Identity;
  targets: readonly Target[];
  /** Where instances are sought. */
  regions: readonly string[];
  /** Instances to look at whatever profile they have by now. */
  knownInstances?: readonly { role: string; region: string; instanceId: string }[];
}

/** SAML metadata may have ten million characters, and who makes it would see to it that no plan can hold it. */
const maxSettings = 100_000;

/**
 * Reads what a plan needs to know of its targets; changes nothing. A target that is gone is left out.
 * Throws `bad_parameter` for a key that its user does not have, and what `ask` throws.
 */
export async function observe(clients: ContainClients, scope: Scope): Promise<AccountState> {
  const { identity, targets, regions } = scope;
  const unread: string[] = [];
  const onUnread = (what: string, error: unknown) => unread.push(`${what}: ${reasonOf(error)}`);
  const optional = async <T>(what: string, read: Promise<T>): Promise<T | null> =>
    read.catch((error: unknown) => {
      onUnread(what, error);
      return null;
    });
  const userNames = namesOf(targets, ({ kind, name, of }) => (kind === 'user' ? name : of));
  const roleNames = namesOf(targets, ({ kind, name }) => (kind === 'role' ? name : null));
  const users: UserState[] = [];
  for (const name of userNames) {
    const principal = await readUser(clients, name);
    if (principal !== null) users.push(await readUserState(clients, principal, onUnread));
  }
  checkOwnsKey(identity, users);
  const roles: RoleState[] = [];
  for (const name of roleNames) {
    const role = await readRoleState(clients, name, { regions, known: knownOf(scope, name) }, onUnread);
    if (role !== null) roles.push(role);
  }
  const { keyId, accountId, caller, principal, lastUsed, kind, sessionName } = identity;
  const functions: FunctionState[] = [];
  const providers: ProviderState[] = [];
  for (const target of targets) {
    if (target.kind === 'function' && target.region !== null) {
      const { region, name } = target;
      const concurrency = await optional(`function ${name}`, readConcurrency(clients, region, name));
      functions.push({ region, name, concurrency });
    } else if (target.kind === 'oidc-provider' || target.kind === 'saml-provider') {
      const read = target.kind === 'oidc-provider' ? readOidcProvider : readSamlProvider;
      const settings = await read(clients, target.name);
      if (settings !== null && settings.length > maxSettings)
        unread.push(`${target.name}: its metadata are too long to be kept for undo; delete it by hand`);
      else if (settings !== null) providers.push({ kind: target.kind, arn: target.name, settings });
    }
  }
  return {
    keyId,
    accountId,
    partition: caller.partition,
    caller: { arn: caller.arn, userId: caller.userId },
    principal:
      roles.find(({ principal: found }) => found.name === principal.name && principal.type === 'role')?.principal ??
      principal,
    users,
    roles,
    functions,
    providers,
    identityCenter:
      kind === 'identity-center' && sessionName !== null
        ? await optional('Identity Center', readIdentityCenter(clients, sessionName))
        : null,
    organization: await optional('the organization', readOrganization(clients, accountId)),
    lastUsed,
    administrators: await optional('who are administrators', readAdministrators(clients)),
    unread,
  };
}

function knownOf({ knownInstances = [] }: Scope, roleName: string) {
  return knownInstances.filter(({ role }) => role === roleName);
}

function namesOf(targets: readonly Target[], nameOf: (target: Target) => string | null): string[] {
  return [...new Set(targets.flatMap((target) => nameOf(target) ?? []))];
}

function checkOwnsKey({ keyId, kind, principal, accountId }: Identity, users: readonly UserState[]): void {
  if (kind !== 'user-key' || keyId === null) return;
  const owner = users.find((user) => user.principal.id === principal.id);
  if (owner === undefined || !owner.accessKeys.some(({ id }) => id === keyId)) throw unknownKey(keyId, accountId);
}
