import type { KeyClient } from '../model/trace.js';
import type { ApplyResult } from './apply.js';
import { permissionOf } from './calls.js';
import { livesOn } from './lives-on.js';
import { code, plain } from './markdown.js';
import type { Plan } from './plan.js';
import { type PlannedAction, stagesOf } from './step.js';
import { playbook } from './steps/index.js';
import { keptText, type UndoResult } from './undo.js';
import type { VerifyResult } from './verify-plan.js';

export const kinds = {
  'user-key': 'long-term key of an IAM user',
  temporary: 'temporary credential',
  role: 'role',
  root: 'root user',
  'identity-center': 'Identity Center user',
  foreign: 'of another account, where it is contained by a plan of its own',
} as const;

export const lanes = {
  fast: 'fast: everything at once',
  graceful: 'graceful: deny with the key Active (canary), then deactivate',
} as const;

/** The plan as Markdown that also reads well in a terminal. Text from AWS and the logs is made harmless. */
export function renderPlan(plan: Plan): string {
  const { identity, state } = plan;
  const owner = state.users.find(({ principal }) => principal.id === state.principal.id);
  const lines = [
    `# Containment of ${subject(plan)}`,
    '',
    `- Owner: ${code(state.principal.arn)}, ${kinds[identity.kind]}${identity.sessionName === null ? '' : `, session ${code(identity.sessionName)}`}`,
    `- Account: ${code(identity.accountId)}`,
    ...(plan.since === null ? [] : [`- Incident since: ${plan.since}`]),
    `- Lane: ${lanes[plan.lane]}`,
    `- Planned by ${code(identity.caller.arn || 'nobody signed in')} at ${plan.createdAt}, valid until ${plan.expiresAt}`,
    ...(owner === undefined
      ? []
      : [
          `- Keys: ${listed(owner.accessKeys.map((key) => `${code(key.id)} ${plain(key.status)}`))}`,
          `- Groups: ${listed(owner.groups.map(code))}`,
        ]),
    `- Last use: ${lastUse(plan)}`,
    `- Known from: ${plain(identity.sources.join(' '))}${plan.clientsFrom === 'none' ? ' No store was named.' : ''}`,
    `- Race-safe: ${raceSafe(plan)}`,
    `- Plan hash: ${plan.planHash}`,
    '',
    ...refused(plan),
    '## What uses the key',
    '',
    ...clientLines(plan),
    '',
    ...section('What its owner may do', privilegeLines(plan)),
    ...section('What the key has issued', derivedLines(plan)),
    ...section(
      'What is contained with it',
      plan.targets
        .filter(({ part }) => part !== 'owner')
        .map(
          (target) =>
            `- ${target.kind} ${code(target.name)}${target.of === null ? '' : ` of ${code(target.of)}`}: ${plain(target.why)}`,
        ),
    ),
    ...stagesOf[plan.lane].flatMap((stage) => stageLines(plan, stage)),
    ...section(
      'By hand',
      plan.checklist.map((line) => `- ${plain(line)}`),
    ),
    '## What this does not stop',
    '',
    ...plan.leftOut.map(
      ({ target, refusal }) =>
        `- ${target.kind} ${code(target.name)} is left out: ${plain(refusal.reason)}. ${plain(refusal.hint)}`,
    ),
    ...plan.notCovered.map((line) => `- ${plain(line)}`),
    ...livesOn(plan).map((line) => `- ${plain(line)}`),
    ...state.unread.map((line) => `- Not read: ${plain(line)}`),
    ...limits(plan),
  ];
  return `${lines.join('\n')}\n`;
}

/** What `undoPlan` would do, last action first; `reactivate` names the keys to set Active again. */
export function renderUndoPlan(plan: Plan, reactivate: readonly string[]): string {
  const lines = [
    `# Undo of the containment of ${subject(plan)}`,
    '',
    `- Owner: ${code(plan.state.principal.arn)}`,
    `- Account: ${code(plan.identity.accountId)}`,
    `- Planned by ${code(plan.identity.caller.arn)} at ${plan.createdAt}`,
    `- Plan hash: ${plan.planHash}`,
    '',
    '## What undo would do, last action first',
    '',
    ...[...plan.actions].reverse().map((action, index) => `${index + 1}. ${plain(undoText(action, reactivate))}`),
    ...(plan.actions.length === 0 ? ['Nothing.'] : []),
    '',
    'What the journal does not record as applied, and what someone else has changed since, is left as it is.',
  ];
  return `${lines.join('\n')}\n`;
}

/** What came of `applyPlan`. */
export function renderApply(result: ApplyResult): string {
  const { rounds, lifts } = result.watched;
  const state =
    result.state === 'contained' && !result.changed ? 'contained; nothing was left to do' : spelt(result.state);
  return [
    `Result: ${state}`,
    ...result.reasons.map((reason) => `- ${plain(reason)}`),
    ...(rounds > 0
      ? [
          `- watched ${rounds} times: ${lifts === 0 ? 'nobody lifted anything' : `lifted ${lifts} times, and set again`}`,
        ]
      : []),
    ...(result.locked
      ? []
      : ['- not race-safe: no service control policy holds it; whoever may change IAM here can lift it']),
    ...result.actions.map(resultLine),
    '',
  ].join('\n');
}

/** What came of `undoPlan`. */
export function renderUndo(result: UndoResult): string {
  const state = result.state === 'undone' && !result.changed ? 'nothing was left to undo' : result.state;
  return [`Result: ${state}`, ...result.actions.map(resultLine), ''].join('\n');
}

/** What came of `verifyPlan`. */
export function renderVerify(result: VerifyResult): string {
  return [
    `Result: ${spelt(result.state)}`,
    ...result.reasons.map((reason) => `- ${plain(reason)}`),
    ...result.actions.map(resultLine),
    '',
  ].join('\n');
}

const spelt = (state: ApplyResult['state']): string => (state === 'not-contained' ? 'NOT CONTAINED' : state);

const subject = ({ identity, state }: Plan): string => code(identity.keyId ?? state.principal.arn);

function undoText({ title, from, to, undo }: PlannedAction, reactivate: readonly string[]): string {
  const { reversible, how, onlyIfNamed: name } = undo;
  if (from === to) return `Nothing: it was so before the plan (${title})`;
  if (!reversible || name === null) return how;
  return reactivate.includes(name) ? `Set ${name} Active again, because it was named` : keptText(name);
}

function resultLine({ title, outcome, detail }: { title: string; outcome: string; detail: string }): string {
  return `- ${outcome}: ${plain(title)}${detail === '' ? '' : ` (${plain(detail)})`}`;
}

function refused({ refusals }: Plan): string[] {
  return section(
    'Refused: this plan will not be applied',
    refusals.map(({ reason, hint }) => `- ${plain(reason)}. ${plain(hint)}`),
  );
}

/** Nothing where it has no lines. */
function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines, ''];
}

function stageLines({ lane, actions }: Plan, stage: PlannedAction['stage']): string[] {
  const title = lane === 'fast' ? 'Actions' : `Stage ${stage}`;
  const lines = actions
    .filter((action) => action.stage === stage)
    .flatMap((action, index) => actionLines(action, index + 1));
  return [`## ${title}`, '', ...lines, ...(lines.length === 0 ? ['None.', ''] : [])];
}

function actionLines(action: PlannedAction, number: number): string[] {
  const step = playbook.find(({ id }) => id === action.step);
  return [
    `${number}. ${plain(action.title)}${action.from === action.to ? ' (in place already)' : ''} [${plain(action.id)}]`,
    ...action.calls.map(
      (call) =>
        `   - Call: ${code(`${permissionOf(call)}${call.region === undefined ? '' : ` in ${call.region}`} ${JSON.stringify(call.input)}`)}`,
    ),
    ...(step === undefined ? [] : [`   - Why: ${step.reason}`]),
    ...(action.why === '' ? [] : [`   - Why this one: ${plain(action.why)}`]),
    ...action.breaks.map((sentence) => `   - Breaks: ${plain(sentence)}`),
    '   - Verified: read back until the account shows it, then watched',
    `   - Undo: ${action.undo.reversible ? '' : 'can not be undone. '}${plain(action.undo.how)}`,
    '',
  ];
}

function clientLines({ clients, clientsLeftOut, clientsFrom }: Plan): string[] {
  if (clients.length === 0)
    return [
      clientsFrom === 'logs'
        ? 'The logs asked hold no call of this key: unused, or used where logs are missing.'
        : 'Not known: no store was named.',
    ];
  const more = clientsLeftOut === 0 ? [] : [`- and ${clientsLeftOut} more`];
  return [...clients.map(clientLine), ...more];
}

function clientLine({ source_ip, user_agent, events, last_seen }: KeyClient): string {
  const from = `${code(source_ip ?? 'unknown address')} with ${code(user_agent ?? 'no user agent')}`;
  return `- ${from}: ${events} events${last_seen === null ? '' : `, last ${plain(last_seen)}`}`;
}

function privilegeLines({ privileges }: Plan): string[] {
  if (privileges === null) return [];
  const { administrator, deniedAll, grants, services, used } = privileges;
  const most = 20;
  return [
    ...(deniedAll ? ['- Nothing: everything is denied already.'] : []),
    ...(administrator ? ['- **Everything**: it is an administrator.'] : []),
    ...grants
      .slice(0, most)
      .map(
        ({ action, why, policies, limited }) =>
          `- ${code(action)}${limited ? ', within limits' : ''}: ${plain(why)} (by ${policies.map(code).join(', ')})`,
      ),
    ...(grants.length > most ? [`- and ${grants.length - most} more (the JSON has all)`] : []),
    `- Services allowed: ${services.granted.length}${services.incomplete ? ' or more' : ''}; never used: ${services.neverUsed.length === 0 ? 'none' : plain(services.neverUsed.slice(0, most).join(', '))}`,
    ...(used.length === 0
      ? []
      : [
          `- Used most: ${used
            .slice(0, 10)
            .map(({ action, events }) => `${code(action)} ${events}`)
            .join(', ')}`,
        ]),
  ];
}

/** Shown by what issued them: a busy key has issued thousands. */
function derivedLines({ derived, derivedLeftOut }: Plan): string[] {
  const groups = new Map<string, { count: number; last: string }>();
  for (const { eventName, issuedArn, issuedAt } of derived) {
    const name = `${eventName ?? 'unknown'}: ${issuedArn ?? 'unknown'}`;
    const { count = 0, last = '' } = groups.get(name) ?? {};
    groups.set(name, { count: count + 1, last: latest(last, issuedAt ?? '') });
  }
  const lines = [...groups]
    .sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1))
    .map(([name, { count, last }]) => `- ${code(name)}: ${count}${last === '' ? '' : `, the last at ${plain(last)}`}`);
  const shown = lines.slice(0, 20);
  const left = lines.length - shown.length;
  return [
    ...shown,
    ...(left > 0 ? [`- and ${left} more (the JSON has all)`] : []),
    ...(derivedLeftOut > 0 ? [`- and ${derivedLeftOut} credentials that the plan leaves out`] : []),
  ];
}

const latest = (a: string, b: string): string => (b > a ? b : a);

function lastUse({ state }: Plan): string {
  if (state.lastUsed === null)
    return state.principal.type === 'user' && state.principal.name !== null
      ? 'never, as far as IAM knows'
      : 'not known to IAM';
  const { time, service, region } = state.lastUsed;
  return `${plain(time)}, ${code(service)} in ${code(region)}`;
}

function raceSafe({ actions, state }: Plan): string {
  if (actions.some(({ step }) => step === 'lock')) return 'yes, once the service control policy is attached';
  return `no, for ${whyUnlocked(state)}; apply watches, and sets again what is lifted`;
}

function whyUnlocked({ organization, accountId }: Plan['state']): string {
  if (organization === null) return 'the account is in no organization that can be asked';
  if (!organization.usable) return plain(organization.reason);
  return organization.managementAccountId === accountId
    ? 'service control policies do not bind the management account'
    : 'the step was left out, or its policy would be too long';
}

function limits({ actions }: Plan): string[] {
  const swapped = actions.some(({ step }) => step === 'replace-instance-role')
    ? [
        '- Launch templates and Auto Scaling groups that name the old instance profile start instances with the old role: change them by hand.',
        '- Policies of buckets, keys and queues that name the old role do not know the clean one.',
      ]
    : [];
  return actions.some(({ step }) => step === 'lock')
    ? [...swapped, '- Copies that the intruder took of data: those are gone.']
    : [
        ...swapped,
        '- Whoever else may change IAM here can lift the deny within seconds; apply the plan again to re-assert it.',
        '- Copies that the intruder took of data: those are gone.',
      ];
}

function listed(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.join(', ');
}
