import { KeytrailError } from '../errors.js';
import type { AccountState, Principal } from './account/state.js';
import type { Identity } from './identify.js';
import { covers } from './policy-document.js';
import { responderPatterns } from './steps/lock.js';
import type { Target } from './target.js';

/** What a guard judges. `plan` is absent while the plan is being made. */
export interface GuardContext {
  state: Pick<
    AccountState,
    'accountId' | 'caller' | 'principal' | 'users' | 'roles' | 'identityCenter' | 'administrators'
  >;
  identity: Pick<Identity, 'kind' | 'draft'>;
  targets: readonly Target[];
  /** ARNs of sessions that were issued from the credential. */
  derivedArns: readonly string[];
  plan: {
    accountId: string;
    expiresAt: string;
    /** ARN of the only one whom the plan's lock lets change what is locked. */
    lockedBut?: string;
  } | null;
  /** ARNs or names, in any case; `*` stands for any text and `?` for one character. */
  protectedPrincipals: readonly string[];
  now: Date;
}

/** Why containment is refused. */
export interface Refusal {
  guard: string;
  reason: string;
  hint: string;
}

type Objection = Omit<Refusal, 'guard'> | null;

/** A guard of one principal: the owner's objection refuses the plan, another's leaves that target out. */
interface PrincipalGuard {
  id: string;
  check(principal: Principal, context: GuardContext): Objection;
}

interface PlanGuard {
  id: string;
  check(context: GuardContext): Objection;
}

/** Nobody locks out the one who is containing. */
const ownIdentity: PrincipalGuard = {
  id: 'own-identity',
  check: (principal, { state }) =>
    isSame(state.caller, principal)
      ? {
          reason: `${principal.arn} is the identity that runs this command`,
          hint: 'Use the credentials of another responder: these would be cut off half way.',
        }
      : null,
};

/** No policy in the account limits root. */
const root: PrincipalGuard = {
  id: 'root',
  check: (principal, { state }) =>
    principal.type === 'root' || principal.arn.endsWith(':root')
      ? {
          reason: `the key belongs to the root user of account ${state.accountId}, which no policy in the account limits`,
          hint: 'Follow the checklist of the plan: sign in as root, delete the key, change the password, check MFA.',
        }
      : null,
};

const protectedPrincipal: PrincipalGuard = {
  id: 'protected-principal',
  check: ({ arn, name }, { protectedPrincipals }) => {
    const pattern = protectedPrincipals.find(
      (candidate) => covers(candidate.trim(), arn) || (name !== null && covers(candidate.trim(), name)),
    );
    if (pattern === undefined) return null;
    return {
      reason: `${arn} is protected by the configuration (${pattern})`,
      hint: 'Ask its owner; contain it only after taking it off the list of protected principals.',
    };
  },
};

const inAccount: PrincipalGuard = {
  id: 'account',
  check: (principal, { state }) =>
    principal.arn.split(':')[4] === state.accountId
      ? null
      : {
          reason: `${principal.arn} is not in account ${state.accountId}`,
          hint: 'Run the command with the credentials of a responder in its account.',
        },
};

/** AWS alone changes them, and a service stops when they are denied. */
const serviceLinked: PrincipalGuard = {
  id: 'service-linked-role',
  check: ({ type, arn, name }) =>
    type === 'role' && (/:role\/aws-service-role\//.test(arn) || (name ?? '').startsWith('AWSServiceRoleFor'))
      ? {
          reason: `${arn} is a service-linked role, which IAM does not let anyone edit`,
          hint: 'Stop the service that uses it; its sessions are made by AWS alone.',
        }
      : null,
};

/** The permission sets of Identity Center are changed there, not in IAM. */
const reservedRole: PrincipalGuard = {
  id: 'identity-center-role',
  check: ({ type, arn, name }) =>
    type === 'role' && (name ?? '').startsWith('AWSReservedSSO_')
      ? {
          reason: `${arn} belongs to Identity Center, and IAM does not let anyone edit it`,
          hint: 'Contain the user of the session: keytrail contain plan --principal SESSION_ARN',
        }
      : null,
};

const account: PlanGuard = {
  id: 'account',
  check: ({ state, plan }) =>
    plan !== null && plan.accountId !== state.accountId
      ? {
          reason: `the plan is for account ${plan.accountId}, the credentials are of account ${state.accountId}`,
          hint: `Run the command with a responder's credentials of account ${plan.accountId}.`,
        }
      : null,
};

/** A session that was issued from the credential ends with it. */
const ownSession: PlanGuard = {
  id: 'own-session',
  check: ({ state, derivedArns }) => {
    const { arn } = state.caller;
    const federated = /:sts::\d*:federated-user\//.test(arn) && state.principal.type === 'user';
    if (!federated && !derivedArns.includes(arn)) return null;
    return {
      reason: federated
        ? `${arn} is a federated session, and may be one that ${state.principal.arn} issued`
        : `${arn}, which runs this command, was issued from the credential that is to be contained`,
      hint: 'Use credentials that do not come from it: these would be cut off half way.',
    };
  },
};

/** Somebody must be left who can undo it. */
const lastAdministrator: PlanGuard = {
  id: 'last-administrator',
  check: ({ state, targets }) => {
    const { administrators } = state;
    if (administrators === null) return null;
    const contained = new Set(
      targets
        .filter(({ kind, part }) => kind === 'user' || (kind === 'role' && part === 'made'))
        .map((target) => principalOf(target, state)?.arn),
    );
    if (!administrators.some((arn) => contained.has(arn))) return null;
    if (administrators.some((arn) => !contained.has(arn))) return null;
    return {
      reason: `${administrators.join(', ')} would be contained, and nobody else may do everything in account ${state.accountId}`,
      hint: 'Make another administrator first: without one nobody could undo this.',
    };
  },
};

/** What was planned without looking at the account is a draft. */
const draft: PlanGuard = {
  id: 'draft',
  check: ({ identity }) =>
    identity.draft === null
      ? null
      : {
          reason: `the plan was made from the logs alone: ${identity.draft}`,
          hint: 'Sign in as a responder of the account and make the plan again.',
        },
};

const identityCenter: PlanGuard = {
  id: 'identity-center',
  check: ({ identity, state }) =>
    identity.kind === 'identity-center' && state.caller.arn !== '' && state.identityCenter === null
      ? {
          reason: 'Identity Center can not be read with these credentials, or does not know the user of the session',
          hint: 'Name a profile of the management account or of its delegated administrator (--organization-profile), and the Region of Identity Center (--region).',
        }
      : null,
};

/** The lock lets nobody else go on: neither with the steps that follow, nor with their undo. */
const lockHolder: PlanGuard = {
  id: 'lock-holder',
  check: ({ plan, state }) => {
    const [holder, caller] = [plan?.lockedBut, state.caller.arn];
    if (holder === undefined || responderPatterns(holder).join() === responderPatterns(caller).join()) return null;
    return {
      reason: `the service control policy of the plan lets only ${holder} change what it locks, and ${caller} runs this command`,
      hint: 'Run it as who made the plan, or make the plan again as who runs it.',
    };
  },
};

const expiry: PlanGuard = {
  id: 'expired',
  check: ({ plan, now }) =>
    plan !== null && !(Date.parse(plan.expiresAt) > now.getTime())
      ? { reason: `the plan expired at ${plan.expiresAt}`, hint: 'Make a new plan and read it again.' }
      : null,
};

const principalGuards: readonly PrincipalGuard[] = [
  inAccount,
  ownIdentity,
  root,
  protectedPrincipal,
  serviceLinked,
  reservedRole,
];
const planGuards: readonly PlanGuard[] = [
  account,
  draft,
  identityCenter,
  ownSession,
  lastAdministrator,
  lockHolder,
  expiry,
];

/** Every objection to one principal, in a fixed order. */
export function objectionsTo(principal: Principal, context: GuardContext): Refusal[] {
  return principalGuards.flatMap((guard) => withId(guard.id, guard.check(principal, context)));
}

/**
 * Every objection to the plan: to its owner, to whom it contains beside, and to it as a whole. A plan that is made leaves
 * those out; when it is applied, another may run it, or the configuration protect more.
 */
export function refusals(context: GuardContext): Refusal[] {
  const { state, targets, identity } = context;
  const others = targets.flatMap((target) => principalOf(target, state) ?? []);
  // The owner of a foreign credential is not touched here.
  const owners = identity.kind === 'foreign' ? [] : [state.principal];
  const principals = new Map([...owners, ...others].map((principal) => [principal.arn, principal]));
  return [
    ...planGuards.slice(0, 1).flatMap((guard) => withId(guard.id, guard.check(context))),
    ...[...principals.values()].flatMap((principal) => objectionsTo(principal, context)),
    ...planGuards.slice(1).flatMap((guard) => withId(guard.id, guard.check(context))),
  ];
}

/** The principal of a target, as it was found; null where it has none of its own. */
export function principalOf(target: Target, { users, roles }: GuardContext['state']): Principal | null {
  if (target.kind === 'role') return roles.find(({ principal }) => principal.name === target.name)?.principal ?? null;
  const name = target.kind === 'user' ? target.name : target.of;
  return users.find(({ principal }) => principal.name === name)?.principal ?? null;
}

/** Throws `plan_expired` or `guard_refused` with every reason. */
export function refuse(objections: readonly Refusal[]): void {
  const [first] = objections;
  if (first === undefined) return;
  const code = objections.every(({ guard }) => guard === expiry.id) ? 'plan_expired' : 'guard_refused';
  throw new KeytrailError(code, objections.map(({ reason }) => reason).join('; '), { hint: first.hint });
}

const withId = (guard: string, objection: Objection): Refusal[] =>
  objection === null ? [] : [{ guard, ...objection }];

/**
 * Whether the caller is the principal, or a session of it. A session of GetSessionToken has the user's ARN; the ARN
 * of an assumed role names the role. IAM names differ by more than case ("IAM name requirements").
 */
function isSame(caller: { arn: string; userId: string }, principal: Principal): boolean {
  if (principal.type === 'identity-center-user') return caller.arn.toLowerCase() === principal.arn.toLowerCase();
  if (principal.id !== '' && caller.userId.split(':')[0] === principal.id) return true;
  return identityOf(caller.arn) === identityOf(principal.arn);
}

/** `ACCOUNT user NAME`, lower case: without the path, which an assumed role's ARN does not have. */
function identityOf(arn: string): string {
  const parts = arn.split(':');
  const [kind = '', ...path] = parts.slice(5).join(':').split('/');
  const name = kind === 'assumed-role' ? path[0] : path.at(-1);
  return `${parts[4]} ${kind === 'assumed-role' ? 'role' : kind} ${name ?? ''}`.toLowerCase();
}
