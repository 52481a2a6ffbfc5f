import { KeytrailError } from '../../errors.js';
import type { ContainClients } from '../aws.js';
import { inputOf, send } from '../calls.js';
import { readAccessKeys } from '../iam.js';
import { type AccountState, type Facts, fact } from '../state.js';
import type { PlannedAction, Step, StepOptions } from '../step.js';

/** Every key of the user that can be used, the leaked one first: who has one may have made the other. */
export const deactivateKey: Step = {
  id: 'deactivate-key',
  title: "Deactivate the user's access keys",
  reason:
    'A deactivated key authenticates nothing, also after the deny is lifted. It comes after the deny because sessions ' +
    'that the key issued outlive it.',

  plan(state: AccountState, options: StepOptions): PlannedAction[] {
    const { userName } = state.principal;
    if (userName === null) return [];
    const leakedFirst = [...state.accessKeys].sort(
      (a, b) => Number(b.id === state.keyId) - Number(a.id === state.keyId),
    );
    return leakedFirst
      .filter((key) => key.status === 'Active' || (key.id === state.keyId && key.status === 'Inactive'))
      .map((key) => actionFor(key, userName, key.id === state.keyId ? options : null));
  },

  async read(clients: ContainClients, { call }: PlannedAction): Promise<Facts> {
    const id = inputOf(call, 'AccessKeyId');
    const keys = await readAccessKeys(clients, inputOf(call, 'UserName'));
    return { [fact.accessKey(id)]: keys.find((key) => key.id === id)?.status ?? null };
  },

  async apply(clients: ContainClients, { call }: PlannedAction): Promise<void> {
    if (call.call !== 'UpdateAccessKey' || call.input.Status !== 'Inactive') {
      throw new KeytrailError('plan_invalid', `the plan's ${deactivateKey.id} deactivates nothing`, {
        hint: 'Make a new plan.',
      });
    }
    await send(clients, call);
  },

  async undo(clients: ContainClients, { call }: PlannedAction, prior: Facts): Promise<void> {
    if (prior[fact.accessKey(inputOf(call, 'AccessKeyId'))] !== 'Active') return;
    await send(clients, { service: 'iam', call: 'UpdateAccessKey', input: { ...call.input, Status: 'Active' } });
  },
};

function actionFor(
  key: AccountState['accessKeys'][number],
  userName: string,
  options: StepOptions | null,
): PlannedAction {
  return {
    id: `${deactivateKey.id}:${key.id}`,
    step: deactivateKey.id,
    title: `Deactivate ${key.id} of ${userName}`,
    call: {
      service: 'iam',
      call: 'UpdateAccessKey',
      input: { UserName: userName, AccessKeyId: key.id, Status: 'Inactive' },
    },
    changes: [{ fact: fact.accessKey(key.id), from: key.status, to: 'Inactive' }],
    breaks: [breaksText(key.id, options)],
    undo: {
      reversible: true,
      how: `Set ${key.id} Active again, only when asked for it by name: the secret is in other hands.`,
      onlyIfNamed: key.id,
    },
  };
}

/** `options` is null for a key that the plan did not ask about. */
function breaksText(id: string, options: StepOptions | null): string {
  if (options === null) return `Whatever signs with ${id}, the user's other key: the plan did not look at its use.`;
  if (options.clients.length > 0) return `What signs with ${id}: the clients listed in this plan.`;
  return options.clientsFrom === 'logs'
    ? `Whatever signs with ${id}: the logs asked hold no call of it, which is no proof that nothing does.`
    : `Whatever signs with ${id}; the plan was made without knowing who does.`;
}
