import { scpPrefix } from '../account/organization.js';
import type { AccountState } from '../account/state.js';
import { attached, fact } from '../fact.js';
import type { DecidedAction, Step, StepOptions } from '../step.js';
import { lockIdentityCenterUser, lockPolicy } from './policies.js';
import { targetRoles, wholeUsers } from './targets.js';

/** Largest text of a service control policy ("Quotas for AWS Organizations"). */
const maxScpCharacters = 5120;

/** Only a service control policy is safe from an intruder who may change IAM and is quick. */
export const lock: Step = {
  id: 'lock',
  title: 'Lock the principals with a service control policy',
  reason:
    'Nobody inside the account can lift it, however quick: without it an intruder who may change IAM can take back each ' +
    'of the steps that follow within seconds.',
  stage: 'canary',

  plan(state: AccountState, options: StepOptions): DecidedAction[] {
    const { organization } = state;
    const accounts = lockable(state);
    if (organization === null || accounts.length === 0) return [];
    const content = contentFor(state, options);
    if (content === null || content.length > maxScpCharacters) return [];
    const name = nameFor(state);
    const found = organization.policies.find((policy) => policy.name === name);
    return [
      {
        target: name,
        title: `Create the service control policy ${name}`,
        fact: fact.scp(name),
        from: found?.content ?? null,
        to: content,
        breaks: [],
        undo: `Delete ${name}, or put back the text that it had.`,
      },
      ...accounts.map((accountId) => ({
        target: `${name}@${accountId}`,
        title: `Attach ${name} to account ${accountId}`,
        fact: fact.scpAttachment(accountId, name),
        from: found?.attachedTo.includes(accountId) ? attached : null,
        to: attached,
        breaks: ['The locked principals can do nothing at all, and nobody but the responder can change them.'],
        undo: `Detach ${name} from account ${accountId}, unless it was attached before.`,
      })),
    ];
  },
};

/** The account itself, or those that an Identity Center user is assigned to; never the management account. */
function lockable({ organization, identityCenter, accountId }: AccountState): string[] {
  if (organization === null || !organization.usable) return [];
  const assigned = identityCenter?.assignments.map((assignment) => assignment.accountId) ?? [];
  return [...new Set([accountId, ...assigned])].filter((id) => id !== organization.managementAccountId).sort();
}

/** The organization has one for all its accounts: those that a key of another account reached have their own. */
function nameFor({ keyId, principal, accountId }: AccountState): string {
  const foreign = keyId !== null && principal.arn.split(':')[4] !== accountId;
  return `${scpPrefix}${keyId ?? principal.id.replace(/[^\w+=,.@-]/g, '-')}${foreign ? `-${accountId}` : ''}`;
}

function contentFor(state: AccountState, options: StepOptions): string | null {
  const { identityCenter, accountId, partition, caller } = state;
  if (identityCenter !== null) return lockIdentityCenterUser(identityCenter.userId);
  const users = wholeUsers(state, options);
  const made = targetRoles(state, options).filter(({ target }) => target.part === 'made');
  // A federated session has the name that its caller chose, seldom the user's.
  const federated = options.derived
    .filter(({ eventName }) => eventName === 'GetFederationToken')
    .flatMap(({ issuedArn }) => (issuedArn?.split(':')[4] === accountId ? [issuedArn] : []));
  const arns = [
    ...new Set(federated),
    ...users.map(({ state: user }) => user.principal.arn),
    ...users.map(({ name }) => `arn:${partition}:sts::${accountId}:federated-user/${name}`),
    ...made.map(({ state: role }) => role.principal.arn),
  ];
  return arns.length === 0 ? null : lockPolicy(accountId, partition, arns, responderPatterns(caller.arn));
}

/** The responder as `aws:PrincipalArn` has it: a session is known by its role, whose path its own ARN leaves out. */
export function responderPatterns(arn: string): string[] {
  const [, prefix, account, name] = /^(arn:[^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (name === undefined) return [arn];
  const role = `${prefix}:iam::${account}:role`;
  return [`${role}/${name}`, `${role}/*/${name}`];
}
