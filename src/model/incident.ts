/** What the logs add to the story of an incident. Times are ISO 8601 UTC with milliseconds; lists are in their order. */
export interface IncidentLog {
  /** First call that the verdict is about; null where none is. */
  firstSign: string | null;
  /** The last CloudTrail event in the store, whatever key signed it. */
  reachTo: string | null;
  /** What could have told somebody of the leak. */
  alerts: Alert[];
  /** Calls that take back what a containment sets, by whomever the logs can be asked about. */
  takenBack: TakenBack[];
  /** Of the credential and what it issued, since containment; null where nothing was contained. */
  callsSince: { successes: number; refused: number } | null;
  /** What the evidence lacks: a sentence each. */
  gaps: string[];
}

export interface Alert {
  /** `guardduty`: a finding about the credential. `quarantine`: AWS attached its policy for exposed keys. `denied-burst`: many refusals. */
  source: 'guardduty' | 'quarantine' | 'denied-burst';
  /** When it could first be seen. */
  time: string;
  /** Type of a finding, user in quarantine, number of refusals. */
  what: string;
}

export interface TakenBack {
  time: string;
  /** `DetachUserPolicy` */
  action: string;
  /** Key, user or policy, where the logs were asked for it. */
  target: string | null;
  /** ARN of the caller, where the logs were asked for it. */
  by: string | null;
  accessKeyId: string | null;
  sourceIp: string | null;
}
