import { KeytrailError } from '../../errors.js';
import { type ContainClients, isNoSuchEntity } from '../aws.js';
import { type ApiCall, inputOf, send } from '../calls.js';
import { readAttachedPolicies, readInlinePolicy } from '../iam.js';
import { type AccountState, attached, type Facts, fact, factsOf } from '../state.js';
import type { PlannedAction, Step } from '../step.js';

/** Default quota of managed policies attached to a user ("IAM and AWS STS quotas"). */
const managedPolicyQuota = 10;

const inlineName = 'KeytrailIrDenyAll';

const inlineDocument = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'IrDenyAll', Effect: 'Deny', Action: '*', Resource: '*' }],
});

/** AWSDenyAll on the user; where no more managed policies fit, the same as an inline policy. */
export const attachDeny: Step = {
  id: 'attach-deny',
  title: 'Deny the user everything',
  reason:
    'An explicit deny overrides every allow and, unlike deactivation, also stops the sessions that the user issued ' +
    'with GetSessionToken and GetFederationToken; requests refused by it still reach CloudTrail.',

  plan(state: AccountState): PlannedAction[] {
    const { userName } = state.principal;
    if (userName === null) return [];
    const arn = `arn:${state.partition}:iam::aws:policy/AWSDenyAll`;
    const managed = state.attachedPolicies.includes(arn) || state.attachedPolicies.length < managedPolicyQuota;
    const call: ApiCall = managed
      ? { service: 'iam', call: 'AttachUserPolicy', input: { UserName: userName, PolicyArn: arn } }
      : {
          service: 'iam',
          call: 'PutUserPolicy',
          input: { UserName: userName, PolicyName: inlineName, PolicyDocument: inlineDocument },
        };
    const changed = managed ? fact.attachedPolicy(arn) : fact.inlinePolicy(inlineName);
    return [
      {
        id: attachDeny.id,
        step: attachDeny.id,
        title: managed ? `Attach AWSDenyAll to ${userName}` : `Give ${userName} the inline policy ${inlineName}`,
        call,
        changes: [{ fact: changed, from: factsOf(state)[changed] ?? null, to: managed ? attached : inlineDocument }],
        breaks: [
          `Every request of ${userName} is refused: all its access keys, its console sign-in and its own sessions.`,
        ],
        undo: { reversible: true, how: undoText(managed, userName), onlyIfNamed: null },
      },
    ];
  },

  async read(clients: ContainClients, action: PlannedAction): Promise<Facts> {
    const target = targetOf(action);
    if (target.kind === 'inline') {
      return { [fact.inlinePolicy(inlineName)]: await readInlinePolicy(clients, target.userName, inlineName) };
    }
    const present = (await readAttachedPolicies(clients, target.userName)).includes(target.arn);
    return { [fact.attachedPolicy(target.arn)]: present ? attached : null };
  },

  async apply(clients: ContainClients, action: PlannedAction): Promise<void> {
    targetOf(action);
    await send(clients, action.call);
  },

  async undo(clients: ContainClients, action: PlannedAction, prior: Facts): Promise<void> {
    const call = restoring(targetOf(action), prior);
    if (call === null) return;
    await send(clients, call).catch((error: unknown) => {
      if (!isNoSuchEntity(error)) throw error;
    });
  },
};

type Target = { kind: 'managed'; userName: string; arn: string } | { kind: 'inline'; userName: string };

/** What the action is about. Anything but the two denies is refused: a plan file is not trusted with other policies. */
function targetOf({ call }: PlannedAction): Target {
  const userName = inputOf(call, 'UserName');
  if (call.call === 'AttachUserPolicy') {
    const arn = inputOf(call, 'PolicyArn');
    if (/^arn:aws[a-z-]*:iam::aws:policy\/AWSDenyAll$/.test(arn)) return { kind: 'managed', userName, arn };
  }
  if (call.call === 'PutUserPolicy' && inputOf(call, 'PolicyName') === inlineName) {
    if (inputOf(call, 'PolicyDocument') === inlineDocument) return { kind: 'inline', userName };
  }
  throw new KeytrailError('plan_invalid', `the plan's ${attachDeny.id} is not a deny`, { hint: 'Make a new plan.' });
}

/** The call that brings `prior` back; null where the deny was there before. */
function restoring(target: Target, prior: Facts): ApiCall | null {
  const UserName = target.userName;
  if (target.kind === 'managed') {
    if (prior[fact.attachedPolicy(target.arn)] === attached) return null;
    return { service: 'iam', call: 'DetachUserPolicy', input: { UserName, PolicyArn: target.arn } };
  }
  const PolicyDocument = prior[fact.inlinePolicy(inlineName)] ?? null;
  return PolicyDocument === null
    ? { service: 'iam', call: 'DeleteUserPolicy', input: { UserName, PolicyName: inlineName } }
    : { service: 'iam', call: 'PutUserPolicy', input: { UserName, PolicyName: inlineName, PolicyDocument } };
}

function undoText(managed: boolean, userName: string): string {
  return managed
    ? `Detach AWSDenyAll from ${userName}, unless it was attached before.`
    : `Delete ${inlineName} from ${userName}, or put back the text that it had.`;
}
