import {
  AttachUserPolicyCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { KeytrailError } from '../errors.js';
import { ask, type ContainClients } from './aws.js';

/** A request that changes the account, as data: what a plan shows and the journal records. Never holds a secret. */
export interface ApiCall {
  service: 'iam';
  call: string;
  input: Record<string, string>;
}

type Send = (clients: ContainClients, input: (name: string) => string) => Promise<unknown>;

/** Every request that can change an account. What is not here can't be sent, whatever a plan file says. */
const sends: ReadonlyMap<string, Send> = new Map<string, Send>([
  [
    'iam:AttachUserPolicy',
    ({ iam }, input) =>
      iam.send(new AttachUserPolicyCommand({ UserName: input('UserName'), PolicyArn: input('PolicyArn') })),
  ],
  [
    'iam:DetachUserPolicy',
    ({ iam }, input) =>
      iam.send(new DetachUserPolicyCommand({ UserName: input('UserName'), PolicyArn: input('PolicyArn') })),
  ],
  [
    'iam:PutUserPolicy',
    ({ iam }, input) =>
      iam.send(
        new PutUserPolicyCommand({
          UserName: input('UserName'),
          PolicyName: input('PolicyName'),
          PolicyDocument: input('PolicyDocument'),
        }),
      ),
  ],
  [
    'iam:DeleteUserPolicy',
    ({ iam }, input) =>
      iam.send(new DeleteUserPolicyCommand({ UserName: input('UserName'), PolicyName: input('PolicyName') })),
  ],
  [
    'iam:UpdateAccessKey',
    ({ iam }, input) =>
      iam.send(
        new UpdateAccessKeyCommand({
          UserName: input('UserName'),
          AccessKeyId: input('AccessKeyId'),
          Status: input('Status') === 'Active' ? 'Active' : 'Inactive',
        }),
      ),
  ],
]);

/** Sends a call. Throws what `ask` throws, and `plan_invalid` for a call or an input that no step makes. */
export async function send(clients: ContainClients, call: ApiCall): Promise<void> {
  const permission = `${call.service}:${call.call}`;
  const run = sends.get(permission);
  if (run === undefined) throw unknownCall(permission);
  await ask(permission, () => run(clients, (name) => inputOf(call, name)));
}

/** A text input of a call; `plan_invalid` where it is missing or empty. */
export function inputOf(call: ApiCall, name: string): string {
  const value = call.input[name];
  if (typeof value !== 'string' || value === '') throw unknownCall(`${call.service}:${call.call} without ${name}`);
  return value;
}

function unknownCall(what: string): KeytrailError {
  return new KeytrailError('plan_invalid', `the plan asks for ${what}, which no step makes`, {
    hint: 'Make a new plan.',
  });
}
