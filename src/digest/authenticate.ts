import { KeytrailError } from '../errors.js';
import type { ObjectSource } from '../s3/source.js';
import type { PreviousDigest } from './format.js';
import type { PublicKeys } from './keys.js';
import { hoursOf, type LoadedDigest } from './load.js';
import type { Place } from './place.js';
import { isSignedBy, signedText } from './signature.js';

/** Whether AWS wrote a digest as it is. */
export type Verdict =
  | { state: 'valid' }
  | { state: 'invalid'; reason: string }
  /** `unsigned`: nothing says what its signature is. */
  | { state: 'unverified'; reason: string; unsigned: boolean };

export interface Judged {
  digest: LoadedDigest;
  verdict: Verdict;
}

interface Evidence {
  source: ObjectSource;
  place: Place;
  keys: PublicKeys;
  /** Milliseconds since 1970. */
  now: number;
  signal: AbortSignal | undefined;
}

const slack = 2 * 3_600_000;

/**
 * Checks a digest's place and signature. `claims` is what other digests say of it: any of their signatures will do,
 * for none can be made without AWS's key. Only when none fits is the object's metadata asked for.
 */
export async function authenticate(
  digest: LoadedDigest,
  claims: readonly PreviousDigest[],
  evidence: Evidence,
): Promise<Verdict> {
  const { file, hash, fault } = digest;
  if (file === null || hash === null) {
    const { state, reason } = fault ?? { state: 'invalid', reason: 'it can’t be read' };
    return state === 'invalid' ? { state, reason } : unverified(reason);
  }
  if (evidence.place.locate(file.bucket, file.key).id !== digest.id) {
    return { state: 'invalid', reason: `it was delivered as s3://${file.bucket}/${file.key}, not here` };
  }
  if (file.algorithm !== 'SHA256withRSA') return unverified(`its signature is of a kind not known: ${file.algorithm}`);
  const key = await findKey(digest, file.fingerprint, evidence);
  if (key === null) return unverified(`no public key with the fingerprint ${file.fingerprint} was found`);
  if (typeof key === 'string') return unverified(key);

  const text = signedText(file, hash);
  const signatures = claims.flatMap(({ signature }) => signature ?? []);
  if (signatures.some((signature) => isSignedBy(key, text, signature))) return { state: 'valid' };
  const { signature } = (await evidence.source.metadata?.(digest.object, evidence.signal)) ?? {};
  if (signature !== undefined && isSignedBy(key, text, signature)) return { state: 'valid' };
  if (signature === undefined && signatures.length === 0) {
    const where = evidence.place.copy ? 'its signature is not in a copy' : 'its metadata holds no signature';
    return { state: 'unverified', reason: `${where}, and no later digest has it`, unsigned: true };
  }
  const altered = claims.some((claim) => claim.hash !== null && claim.hash !== hash);
  return {
    state: 'invalid',
    reason: `its signature does not fit its content${altered ? '; the next digest has another hash of it' : ''}`,
  };
}

/** The key, null where there is none, or why it can't be had. */
async function findKey(digest: LoadedDigest, fingerprint: string, { keys, now }: Evidence) {
  const { start, end } = hoursOf(digest);
  // A backfill digest is signed when it is written, which may be long after its hour.
  const to = digest.name.backfill ? Math.max(now, end) : end;
  try {
    return await keys.find(fingerprint, digest.name.region, start - slack, to + slack);
  } catch (error) {
    // A Region that doesn't answer, and a forger may have made one up, is no reason to leave the others unchecked.
    if (error instanceof KeytrailError && error.code === 'aws_failed') return error.message;
    throw error;
  }
}

function unverified(reason: string): Verdict {
  return { state: 'unverified', reason, unsigned: false };
}
