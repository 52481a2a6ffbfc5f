/** Most serious first. */
export const severities = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof severities)[number];

/** What a check finds wrong with one thing. */
export interface Finding {
  /** The check's. */
  id: string;
  severity: Severity;
  /** `global` for what an account has once. */
  region: string;
  /** User, role, trail, instance …, or the account's id. */
  resource: string;
  /** What is. */
  finding: string;
  /** Why that matters once a credential has leaked. */
  risk: string;
  /** A command line of the aws CLI; what has to be chosen stands in capital letters. */
  fix: string;
}

/** A check that could not be read, which is no pass. */
export interface Unknown {
  id: string;
  region: string;
  reason: string;
  /** The IAM action that the responder lacks; null where that is not the reason. */
  permission: string | null;
}

export interface HardenReport {
  accountId: string;
  /** Those that were looked at, sorted. */
  regions: string[];
  /** Ids of the checks that were asked for. */
  checks: string[];
  /** By severity, check, Region, resource. */
  findings: Finding[];
  /** By check, Region. */
  unknown: Unknown[];
}

export const isGrave = ({ severity }: Finding): boolean => severity === 'critical' || severity === 'high';
