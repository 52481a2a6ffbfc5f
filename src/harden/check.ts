import type { Account } from './account.js';
import type { Severity } from './finding.js';

/** What a check says of one thing; the rest of a finding is the check's own. */
export interface Found {
  severity: Severity;
  resource: string;
  finding: string;
  fix: string;
  /** Where an account's check finds something that lies in a Region. */
  region?: string;
}

interface Told {
  /** Stable: users choose by it. */
  id: string;
  /** What is looked at, in a few words. */
  title: string;
  /** Why it matters once a credential has leaked: a sentence. */
  risk: string;
}

/** Asked once. What is found before a request fails counts; the failure is reported beside it. */
export interface AccountCheck extends Told {
  scope: 'account';
  run(account: Account): AsyncIterable<Found>;
}

/** Asked in each Region. */
export interface RegionCheck extends Told {
  scope: 'region';
  run(account: Account, region: string): AsyncIterable<Found>;
}

export type Check = AccountCheck | RegionCheck;
