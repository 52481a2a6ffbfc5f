import type { AccountState, RoleState } from '../account/state.js';
import { fact } from '../fact.js';
import type { DecidedAction, Step, StepOptions } from '../step.js';
import { trustNobody } from './policies.js';
import { type Found, targetRoles, wholeUsers, whyOf } from './targets.js';

/** Takes from the trust policies of roles those whom the intruder is, or let in. */
export const editTrust: Step = {
  id: 'edit-trust',
  title: "Take the intruder out of roles' trust policies",
  reason:
    'Whoever a trust policy names can assume the role again after its sessions are revoked. It comes before that, so ' +
    'that no session begins in between.',
  stage: 'deactivate',

  plan(state: AccountState, options: StepOptions): DecidedAction[] {
    return targetRoles(state, options).flatMap((found) => {
      const { name, state: role, target } = found;
      const edited = withoutIntruder(found, state, options);
      if (edited === null) return [];
      return [
        {
          target: name,
          title: `Take ${edited.removed.join(', ')} out of the trust policy of ${name}`,
          fact: fact.trustPolicy(name),
          from: role.trustPolicy,
          to: edited.document,
          why: whyOf(target),
          breaks: [`${edited.removed.join(', ')} can no longer assume ${name}.`],
          undo: `Put the trust policy of ${name} back as it was.`,
        },
      ];
    });
  },
};

/** The trust policy of a role without the intruder; null where it names none. */
export function withoutIntruder(found: Found<RoleState>, state: AccountState, options: StepOptions) {
  const contained = wholeUsers(state, options).map(({ state: user }) => user.principal.arn);
  const hostile = hostileIn(found, contained, state.accountId);
  const { trustPolicy } = found.state;
  if (withoutPrincipals(trustPolicy, hostile) === null) return null;
  return withoutPrincipals(trustPolicy, new Set([...hostile, ...deletedIn(trustPolicy)]));
}

/** The trust policy in a form that IAM takes. */
export function withoutDeleted(trustPolicy: string): string {
  return withoutPrincipals(trustPolicy, deletedIn(trustPolicy))?.document ?? trustPolicy;
}

/** Ids that stand for users and roles since deleted: IAM takes no policy that names one ("IAM role principals"). */
function deletedIn(trustPolicy: string): ReadonlySet<string> {
  return new Set([...trustPolicy.matchAll(/"(A(?:IDA|ROA)[A-Z0-9]{12,})"/g)].flatMap(([, id]) => id ?? []));
}

/** ARNs and accounts to take out: contained users, and strangers whom the intruder's own policy names. */
function hostileIn({ target }: Found<RoleState>, contained: readonly string[], accountId: string): ReadonlySet<string> {
  const foreign = target.principals.filter(
    (principal) => principal === '*' || (accountOf(principal) !== accountId && !isService(principal)),
  );
  return new Set([...contained, ...foreign]);
}

/** A service of AWS acts for this account only, and production runs on it. Cognito signs in whomever a pool lets in. */
function isService(principal: string): boolean {
  return /^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(principal) && !principal.startsWith('cognito-identity.');
}

/** The account of an ARN, or of an account id itself; a provider of no account is its own. */
function accountOf(principal: string): string {
  if (/^\d{12}$/.test(principal)) return principal;
  return principal.startsWith('arn:') ? (principal.split(':')[4] ?? '') : principal;
}

interface Statement {
  Effect?: string;
  Principal?: string | Record<string, string | string[]>;
}

/** The policy without these principals; null where it names none of them, or is no policy. */
export function withoutPrincipals(
  document: string,
  hostile: ReadonlySet<string>,
): { document: string; removed: string[] } | null {
  const policy = parsed(document);
  if (policy === null) return null;
  const removed = new Set<string>();
  const statements = [policy.Statement].flat().flatMap((statement): Statement[] => {
    if (statement.Effect !== 'Allow' || statement.Principal === undefined) return [statement];
    if (typeof statement.Principal === 'string') {
      if (!hostile.has(statement.Principal)) return [statement];
      removed.add(statement.Principal);
      return [];
    }
    const kept = Object.entries(statement.Principal).flatMap(([type, named]) => {
      const stay = [named].flat().filter((principal) => {
        if (hostile.has(principal)) removed.add(principal);
        return !hostile.has(principal);
      });
      if (stay.length === 0) return [];
      return [[type, typeof named === 'string' ? named : stay] as const];
    });
    return kept.length === 0 ? [] : [{ ...statement, Principal: Object.fromEntries(kept) }];
  });
  if (removed.size === 0) return null;
  const Statement = statements.length === 0 ? [trustNobody] : statements;
  return { document: JSON.stringify({ ...policy, Statement }), removed: [...removed].sort() };
}

function parsed(document: string): { Statement: Statement | Statement[] } | null {
  try {
    const policy: unknown = JSON.parse(document);
    if (policy === null || typeof policy !== 'object' || !('Statement' in policy)) return null;
    const { Statement } = policy;
    return [Statement].flat().every((each) => each !== null && typeof each === 'object')
      ? (policy as { Statement: Statement | Statement[] })
      : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
