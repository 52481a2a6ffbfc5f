import { KeytrailError } from '../../errors.js';

/** Whom the files under principal/ are about. */
export type Subject =
  | { type: 'user' | 'role'; name: string }
  /** There is nothing to read of root but what the account's summary says. */
  | { type: 'root' }
  | { type: 'unknown'; reason: string };

/** Takes the ARN of a user, a role or a role's session. Throws `bad_parameter`, and `guard_refused` for one elsewhere. */
export function subjectOfArn(arn: string, account: string): Subject {
  const [, service, owner, path = ''] =
    /^arn:aws[a-z-]{0,20}:(iam|sts)::(\d{12}):([\u0021-\u007f]{1,700})$/.exec(arn) ?? [];
  const [kind, ...names] = path.split('/');
  const name = (kind === 'assumed-role' ? names[0] : names.at(-1)) ?? '';
  const type = service === 'sts' ? sessions.get(kind!) : principals.get(kind!);
  if (type === undefined || name === '')
    throw new KeytrailError('bad_parameter', `${JSON.stringify(arn.slice(0, 200))} is no user and no role`, {
      hint: 'Give an ARN such as arn:aws:iam::111122223333:role/deploy.',
    });
  if (owner !== account)
    throw new KeytrailError('guard_refused', `${arn} is of account ${owner}, the credentials are of ${account}`, {
      hint: `Run the command with a responder's credentials of account ${owner}.`,
    });
  return { type, name };
}

const principals: ReadonlyMap<string, 'user' | 'role'> = new Map([
  ['user', 'user'],
  ['role', 'role'],
]);
const sessions: ReadonlyMap<string, 'role'> = new Map([['assumed-role', 'role']]);
