import { CreateAccessKeyCommand, DeleteAccessKeyCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { KeytrailError, reasonOf } from '../../errors.js';
import { askIfExists, isDenied } from '../aws.js';
import type { ContainClients } from '../clients.js';
import type { RotateEntry, RotateJournal } from './journal.js';
import { readKeys } from './owner.js';
import { askQuietly, awsErrorName } from './secrecy.js';
import type { KeyPair } from './target.js';
import { wait } from './wait.js';

export interface KeyMaker {
  clients: Pick<ContainClients, 'iam'>;
  /** Makes a client that signs with the pair. */
  signIn: (pair: KeyPair) => STSClient;
  userName: string;
  journal: RotateJournal;
  delays: readonly number[];
  signal: AbortSignal | undefined;
}

/** The intent is on disk before AWS is asked, and the id before anything is done with the key. */
export async function createKey(maker: KeyMaker): Promise<KeyPair> {
  const { clients, userName, journal } = maker;
  const keysBefore = (await readKeys(clients, userName)).map(({ id }) => id);
  await journal.append({ event: 'create-intent', keysBefore });
  const intent = journal.entries.at(-1) as Intent;
  try {
    const { AccessKey } = await askQuietly('iam:CreateAccessKey', [], () =>
      clients.iam.send(new CreateAccessKeyCommand({ UserName: userName })),
    );
    const pair = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
    await journal.append({ event: 'created', accessKeyId: pair.accessKeyId });
    return pair;
  } catch (error) {
    // A repetition by the SDK after a lost answer leaves a key that nobody has the secret of.
    await removeOrphans(maker, intent).catch((second: unknown) => {
      const reasons = `${reasonOf(error)}; whether a key was made all the same is not known: ${reasonOf(second)}`;
      throw new KeytrailError('aws_failed', reasons, {
        hint: 'Run the same command again: it removes such a key.',
      });
    });
    await journal.append({ event: 'not-created' });
    throw error;
  }
}

type Intent = Extract<RotateEntry, { event: 'create-intent' }>;

/** How long after the intent a key may have been made by the request: the SDK's own repetitions take no longer. */
const longestRequestMs = 300_000;

/**
 * Deletes keys that the request of an intent made without its answer coming back: not there before it, and made within
 * the minutes after it. IAM tells whole seconds.
 */
export async function removeOrphans({ clients, userName, journal }: KeyMaker, intent: Intent): Promise<void> {
  const from = Math.floor(Date.parse(intent.time) / 1000) * 1000;
  for (const { id, created } of await readKeys(clients, userName)) {
    const made = Date.parse(created);
    if (intent.keysBefore.includes(id) || made < from || made > from + longestRequestMs) continue;
    await deleteKey({ clients, userName, journal }, id, 'made by a request whose answer was lost');
  }
}

/** Only for a key of this rotation that is used nowhere. One that is gone is no failure. */
export async function deleteKey(
  { clients, userName, journal }: Pick<KeyMaker, 'clients' | 'userName' | 'journal'>,
  accessKeyId: string,
  detail: string,
): Promise<void> {
  await journal.append({ event: 'delete-intent', accessKeyId, detail });
  await askIfExists('iam:DeleteAccessKey', () =>
    clients.iam.send(new DeleteAccessKeyCommand({ UserName: userName, AccessKeyId: accessKeyId })),
  );
  await journal.append({ event: 'deleted', accessKeyId });
}

/** AWS does not know the key, or not yet; or its secret is another. */
const unknownKey: ReadonlySet<string> = new Set([
  'AuthFailure',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

/** Whether AWS takes the pair. GetCallerIdentity needs no permission; a refusal for want of one knows the key too. */
export async function isKnown(signIn: KeyMaker['signIn'], pair: KeyPair): Promise<boolean> {
  const sts = signIn(pair);
  try {
    await askQuietly('sts:GetCallerIdentity', [pair.secretAccessKey], () => sts.send(new GetCallerIdentityCommand({})));
    return true;
  } catch (error) {
    if (isDenied(error)) return true;
    if (unknownKey.has(awsErrorName(error))) return false;
    throw error;
  } finally {
    sts.destroy();
  }
}

/** A new key is not known everywhere at once: one success may be followed by a refusal. */
const successesInARow = 3;

/** Waits until AWS takes the new key again and again. Throws `aws_failed` where it does not within the delays. */
export async function awaitKnown({ signIn, delays, signal }: KeyMaker, pair: KeyPair): Promise<void> {
  let successes = 0;
  for (const delay of [0, ...delays]) {
    await wait(delay, signal);
    successes = (await isKnown(signIn, pair)) ? successes + 1 : 0;
    if (successes === successesInARow) return;
  }
  throw new KeytrailError('aws_failed', `AWS does not take the new key ${pair.accessKeyId}`, {
    hint: 'Run the same command again.',
  });
}
