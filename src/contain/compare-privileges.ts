import type { UsedAction } from '../model/trace.js';
import { covers, isFor, type Statement, statementsOf } from './policy-document.js';
import type { Privileges } from './privileges.js';

/** What a principal may do, against what it did. */
export interface PrivilegeUse {
  /** Allowed everything on every resource, unconditionally; denies of single actions are not taken off. */
  administrator: boolean;
  /** An unconditional deny of everything is in force. */
  deniedAll: boolean;
  grants: DangerousGrant[];
  services: {
    /** Prefixes of the services that the policies, or the access advisor, say are allowed. */
    granted: string[];
    /** Of those, what neither the logs nor the access advisor saw used. */
    neverUsed: string[];
    /** Whether `granted` may lack some: everything is allowed, and the access advisor did not say what that is. */
    incomplete: boolean;
  };
  /** Of the logs, busiest first. */
  used: UsedPrivilege[];
}

/** Something allowed that leads to more rights, to data or to silence. */
export interface DangerousGrant {
  /** `iam:PassRole`, `iam:*`, or `*`. */
  action: string;
  why: string;
  /** Names of the policies that allow it. */
  policies: string[];
  /** On some resources, or under a condition, only. */
  limited: boolean;
}

export interface UsedPrivilege {
  /** `s3:GetObject`: the event's name, which for a few services is not the action's. */
  action: string;
  events: number;
  failed: number;
  lastSeen: string | null;
}

const escalates = 'gives itself or others more rights';
const entersAs = 'acts as somebody else';
const makesKeys = 'makes credentials that outlive this one';
const reads = 'reads secrets';
const silences = 'turns the records of what happens off';

/** One that covers others, and is limited no more than they are, stands for them: it comes before. */
const dangers: ReadonlyMap<string, string> = new Map([
  ['*', 'does everything'],
  ['iam:*', escalates],
  ['iam:AddUserToGroup', escalates],
  ['iam:AttachGroupPolicy', escalates],
  ['iam:AttachRolePolicy', escalates],
  ['iam:AttachUserPolicy', escalates],
  ['iam:CreateAccessKey', makesKeys],
  ['iam:CreateLoginProfile', makesKeys],
  ['iam:CreatePolicyVersion', escalates],
  ['iam:CreateUser', makesKeys],
  ['iam:DeleteRolePermissionsBoundary', escalates],
  ['iam:DeleteUserPermissionsBoundary', escalates],
  ['iam:PassRole', 'has a service act with a role of its choice'],
  ['iam:PutGroupPolicy', escalates],
  ['iam:PutRolePolicy', escalates],
  ['iam:PutUserPolicy', escalates],
  ['iam:SetDefaultPolicyVersion', escalates],
  ['iam:UpdateAssumeRolePolicy', entersAs],
  ['iam:UpdateLoginProfile', makesKeys],
  ['sts:AssumeRole', entersAs],
  ['sts:GetFederationToken', makesKeys],
  ['organizations:*', 'changes the organization and its controls'],
  ['kms:Decrypt', reads],
  ['secretsmanager:GetSecretValue', reads],
  ['ssm:GetParameter', reads],
  ['ssm:SendCommand', 'runs commands on instances'],
  ['lambda:UpdateFunctionCode', 'runs code with the role of a function'],
  ['cloudtrail:DeleteTrail', silences],
  ['cloudtrail:PutEventSelectors', silences],
  ['cloudtrail:StopLogging', silences],
  ['guardduty:DeleteDetector', silences],
]);

/** Services whose events come from another name than their actions' prefix. */
const prefixes: ReadonlyMap<string, string> = new Map([
  ['monitoring', 'cloudwatch'],
  ['email', 'ses'],
  ['tagging', 'tag'],
]);

/**
 * Compares. Conditions, and resources other than `*`, are not evaluated: a grant under them counts as `limited`, a
 * deny under them as none.
 */
export function comparePrivileges(privileges: Privileges, usedActions: readonly UsedAction[]): PrivilegeUse {
  const held = privileges.policies.map(({ name, document }) => ({ name, statements: statementsOf(document) }));
  const boundary = privileges.boundary === null ? null : statementsOf(privileges.boundary.document);
  const statements = held.flatMap((policy) => policy.statements);
  const forbidden = (action: string): boolean =>
    [...statements, ...(boundary ?? [])].some((each) => unlimited(each, 'Deny') && isFor(each, action)) ||
    (boundary !== null && !boundary.some((each) => each.effect === 'Allow' && isFor(each, action)));
  const allowing = (action: string) =>
    forbidden(action)
      ? []
      : held.filter((policy) => policy.statements.some((each) => each.effect === 'Allow' && isFor(each, action)));
  const limited = (action: string): boolean =>
    ![statements, ...(boundary === null ? [] : [boundary])].every((of) =>
      of.some((each) => unlimited(each, 'Allow') && isFor(each, action)),
    );

  const grants: DangerousGrant[] = [];
  for (const [action, why] of dangers) {
    const grant = { action, why, policies: allowing(action).map(({ name }) => name), limited: limited(action) };
    const told = grants.some((wider) => covers(wider.action, action) && (!wider.limited || grant.limited));
    if (grant.policies.length > 0 && !told) grants.push(grant);
  }
  return {
    administrator: grants.some((grant) => grant.action === '*' && !grant.limited),
    deniedAll: statements.some((each) => unlimited(each, 'Deny') && isFor(each, '*')),
    grants,
    services: servicesOf(privileges, statements, usedActions),
    used: usedActions
      .map((used) => ({
        action: actionOf(used),
        events: used.events,
        failed: used.failed,
        lastSeen: used.last_seen,
      }))
      .sort((a, b) => b.events - a.events || (a.action < b.action ? -1 : 1)),
  };
}

function unlimited(statement: Statement, effect: Statement['effect']): boolean {
  return statement.effect === effect && statement.everywhere && !statement.conditional;
}

function servicesOf(
  { accessAdvisor }: Privileges,
  statements: readonly Statement[],
  usedActions: readonly UsedAction[],
): PrivilegeUse['services'] {
  const allowing = statements.filter(({ effect }) => effect === 'Allow');
  const named = allowing.filter(({ except }) => !except).flatMap(({ actions }) => actions.map(prefixOf));
  const advised = 'services' in accessAdvisor ? accessAdvisor.services : [];
  const granted = new Set([...named.filter((name) => !/[*?]/.test(name)), ...advised.map((each) => each.namespace)]);
  const used = new Set([
    ...usedActions.map(serviceOf),
    ...advised.filter(({ lastUsed }) => lastUsed !== null).map((each) => each.namespace),
  ]);
  const open = allowing.some(({ except }) => except) || named.some((name) => /[*?]/.test(name));
  return {
    granted: [...granted].sort(),
    neverUsed: [...granted].filter((service) => !used.has(service)).sort(),
    incomplete: open && 'notAvailable' in accessAdvisor,
  };
}

function prefixOf(action: string): string {
  return action.split(':')[0]!.toLowerCase();
}

function serviceOf({ event_source }: UsedAction): string {
  const name = event_source.replace(/\.amazonaws\.com(\.cn)?$/, '');
  return prefixes.get(name) ?? name;
}

/** Lambda's events carry the date of its API: `UpdateFunctionCode20150331v2`. */
function actionOf(used: UsedAction): string {
  return `${serviceOf(used)}:${used.event_name.replace(/\d{8}(v\d+)?$/, '')}`;
}
