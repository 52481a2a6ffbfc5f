import { KeytrailError } from '../errors.js';
import type { AccountState, Principal } from './state.js';

/** What a guard judges. `plan` is absent while the plan is being made. */
export interface GuardContext {
  state: Pick<AccountState, 'accountId' | 'caller' | 'principal'>;
  plan: { accountId: string; expiresAt: string } | null;
  /** ARNs or user names, in any case; `*` stands for any text and `?` for one character. */
  protectedPrincipals: readonly string[];
  now: Date;
}

/** Why containment is refused. */
export interface Refusal {
  guard: string;
  reason: string;
  hint: string;
}

interface Guard {
  id: string;
  /** Null: no objection. */
  check(context: GuardContext): Omit<Refusal, 'guard'> | null;
}

/** Nobody locks out the one who is containing. */
const ownIdentity: Guard = {
  id: 'own-identity',
  check: ({ state }) =>
    isSame(state.caller, state.principal)
      ? {
          reason: `${state.principal.arn} is the identity that runs this command`,
          hint: 'Use the credentials of another responder: these would be cut off half way.',
        }
      : null,
};

/** No policy in the account limits root. */
const root: Guard = {
  id: 'root',
  check: ({ state }) =>
    state.principal.type === 'root' || state.principal.arn.endsWith(':root')
      ? {
          reason: `the key belongs to the root user of account ${state.accountId}, which no policy in the account limits`,
          hint: 'Sign in as root, delete the key under Security credentials, change the password and check MFA.',
        }
      : null,
};

const protectedPrincipal: Guard = {
  id: 'protected-principal',
  check: ({ state, protectedPrincipals }) => {
    const { arn, userName } = state.principal;
    const pattern = protectedPrincipals.find(
      (candidate) => matches(candidate, arn) || (userName !== null && matches(candidate, userName)),
    );
    if (pattern === undefined) return null;
    return {
      reason: `${arn} is protected by the configuration (${pattern})`,
      hint: 'Ask its owner; contain it only after taking it off the list of protected principals.',
    };
  },
};

const account: Guard = {
  id: 'account',
  check: ({ state, plan }) => {
    if (plan !== null && plan.accountId !== state.accountId) {
      return {
        reason: `the plan is for account ${plan.accountId}, the credentials are of account ${state.accountId}`,
        hint: `Run the command with a responder's credentials of account ${plan.accountId}.`,
      };
    }
    const owner = state.principal.arn.split(':')[4];
    if (owner === state.accountId) return null;
    return {
      reason: `${state.principal.arn} is not in account ${state.accountId}`,
      hint: 'Run the command with the credentials of a responder in its account.',
    };
  },
};

const expiry: Guard = {
  id: 'expired',
  check: ({ plan, now }) =>
    plan !== null && !(Date.parse(plan.expiresAt) > now.getTime())
      ? { reason: `the plan expired at ${plan.expiresAt}`, hint: 'Make a new plan and read it again.' }
      : null,
};

const guards: readonly Guard[] = [account, ownIdentity, root, protectedPrincipal, expiry];

/** Every objection, in a fixed order. */
export function refusals(context: GuardContext): Refusal[] {
  return guards.flatMap((guard) => {
    const objection = guard.check(context);
    return objection === null ? [] : [{ guard: guard.id, ...objection }];
  });
}

/** Throws `plan_expired` or `guard_refused` with every reason. */
export function refuse(objections: readonly Refusal[]): void {
  const [first] = objections;
  if (first === undefined) return;
  const code = objections.every(({ guard }) => guard === expiry.id) ? 'plan_expired' : 'guard_refused';
  throw new KeytrailError(code, objections.map(({ reason }) => reason).join('; '), { hint: first.hint });
}

/**
 * Whether the caller is the principal, or a session of it. A session of GetSessionToken has the user's ARN; the ARN
 * of an assumed role names the role. IAM names differ by more than case ("IAM name requirements").
 */
function isSame(caller: { arn: string; userId: string }, principal: Principal): boolean {
  if (caller.userId !== '' && caller.userId === principal.userId) return true;
  const [mine, theirs] = [identityOf(caller.arn), identityOf(principal.arn)];
  return mine === theirs;
}

/** `ACCOUNT user NAME`, lower case: without the path, which an assumed role's ARN does not have. */
function identityOf(arn: string): string {
  const parts = arn.split(':');
  const [kind = '', ...path] = parts.slice(5).join(':').split('/');
  const name = kind === 'assumed-role' ? path[0] : path.at(-1);
  return `${parts[4]} ${kind === 'assumed-role' ? 'role' : kind} ${name ?? ''}`.toLowerCase();
}

/** Glob match without backtracking beyond the last `*`: patterns and names may be hostile. */
function matches(pattern: string, text: string): boolean {
  const [glob, name] = [pattern.trim().toLowerCase(), text.toLowerCase()];
  let [g, n, star, resume] = [0, 0, -1, 0];
  while (n < name.length) {
    if (glob[g] === '*') {
      star = g++;
      resume = n;
    } else if (g < glob.length && (glob[g] === '?' || glob[g] === name[n])) {
      g++;
      n++;
    } else if (star >= 0) {
      g = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (glob[g] === '*') g++;
  return g === glob.length;
}
