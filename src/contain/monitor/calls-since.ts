import type { DerivedCredential } from '../../model/trace.js';
import type { Containment } from './containment.js';

/** A row of the question `calls-since`. */
export interface CallsSince {
  access_key_id: string | null;
  source_ip: string | null;
  user_agent: string | null;
  event_source: string;
  event_name: string;
  error_code: string | null;
  events: number;
  first_seen: string;
  last_seen: string;
}

/**
 * `succeeded`: the credential still works. `spreading`: it succeeded, but within minutes of the change, or before the
 * step that ended it. `unstoppable`: it succeeded with what no policy can deny. `refused`. `failed`: for another reason
 * than the containment, so that the credential may work.
 */
export type Outcome = 'succeeded' | 'spreading' | 'unstoppable' | 'refused' | 'failed';

export interface CallSince extends CallsSince {
  outcome: Outcome;
}

/** How long IAM's changes may take to reach every Region: minutes ("Troubleshoot IAM"). */
const spreadMs = 5 * 60_000;

/** What AWS services say to a credential that they don't take, or that may not do what it asks. */
const refusal =
  /AccessDenied|Unauthori[sz]ed|Forbidden|NotAuthorized|InvalidClientTokenId|InvalidAccessKeyId|UnrecognizedClient|AuthFailure|IncompleteSignature|SignatureDoesNotMatch|ExpiredToken|InvalidToken|TokenRefreshRequired|OptInRequired/i;

/** No policy can deny these to who has an active key ("GetCallerIdentity", "GetSessionToken", AWS STS API reference). */
const undeniable: ReadonlySet<string> = new Set(['GetCallerIdentity', 'GetSessionToken']);

/** Sessions that bear the user's own permissions, and with them its denies. */
const ownSessions: ReadonlySet<string | null> = new Set(['GetSessionToken', 'GetFederationToken']);

/** What each call since the containment shows; pure. The last first, as they come. */
export function judgeCalls(
  rows: readonly CallsSince[],
  keyId: string,
  derived: readonly DerivedCredential[],
  containment: Containment,
): CallSince[] {
  const issued = new Map(derived.map((credential) => [credential.accessKeyId, credential]));
  return rows.map((row) => {
    const isKey = row.access_key_id === keyId;
    const issue = issued.get(row.access_key_id ?? '');
    const isOwn = isKey || (issue !== undefined && ownSessions.has(issue.eventName) && issue.parent === keyId);
    return {
      ...row,
      outcome: outcomeOf(row, isKey, isOwn ? containment.deniedAt : containment.containedAt, containment),
    };
  });
}

function outcomeOf(
  { error_code, event_source, event_name, last_seen }: CallsSince,
  isKey: boolean,
  endedAt: string,
  { deactivatedAt }: Containment,
): Outcome {
  if (error_code !== null) return refusal.test(error_code) ? 'refused' : 'failed';
  const last = Date.parse(last_seen);
  if (last <= Date.parse(endedAt) + spreadMs) return 'spreading';
  const denyOnly = !isKey || deactivatedAt === null || last <= Date.parse(deactivatedAt) + spreadMs;
  if (denyOnly && event_source === 'sts.amazonaws.com' && undeniable.has(event_name)) return 'unstoppable';
  return 'succeeded';
}
