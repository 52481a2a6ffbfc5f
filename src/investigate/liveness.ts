import type { Credential } from '../queries/closure.js';
import { rowsOf } from './findings.js';
import type { Investigation } from './investigation.js';
import { lastChangeOf } from './lifecycle.js';
import { iso } from './times.js';

/** Whether a credential can still be used, as far as the logs tell. Times are ISO 8601 UTC. */
export interface Liveness {
  state: 'alive' | 'ended' | 'unknown';
  /** "expired 2026-03-04 04:19", "does not expire". */
  said: string;
}

/** No session of STS is longer: 36 hours, of a user ("GetSessionToken", "GetFederationToken"). */
const longest = 36 * 3_600_000;

const minute = (time: string): string => time.slice(0, 16).replace('T', ' ');

/** By the time at which the investigation was made. */
export function livenessOf(investigation: Investigation, credential: Credential): Liveness {
  const { accessKeyId, eventName, issuedAt, expiration } = credential;
  const now = investigation.generatedAt;
  if (accessKeyId.startsWith('AKIA') || eventName === 'CreateAccessKey') {
    const change = lastChangeOf(rowsOf(investigation, 'key-lifecycle'), accessKeyId);
    if (change === null) return { state: 'alive', said: 'does not expire' };
    const said = `${change.state === 'active' ? 'activated' : change.state} ${minute(change.time)}`;
    return { state: change.state === 'active' ? 'alive' : 'ended', said };
  }
  const ends = iso(expiration);
  if (ends !== null)
    return ends <= now
      ? { state: 'ended', said: `expired ${minute(ends)}` }
      : { state: 'alive', said: `alive until ${minute(ends)}` };
  const begun = iso(issuedAt);
  if (begun !== null && Date.parse(begun) + longest <= Date.parse(now))
    return { state: 'ended', said: 'expired: older than any session may be' };
  return { state: 'unknown', said: 'its end is not recorded' };
}
