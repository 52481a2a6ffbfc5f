import type { IncidentLog, TakenBack } from '../../model/incident.js';
import type { JournalEntry } from '../journal.js';
import type { Plan } from '../plan.js';
import type { RotateEntry } from '../rotate/journal.js';
import type { ActionHistory, HistoryMoment } from './history.js';

export interface ReportInputs {
  plan: Plan;
  /** Null: there is no journal. */
  entries: readonly JournalEntry[] | null;
  /** Null: no store was named. */
  logs: IncidentLog | null;
  /** Null: no journal of it was given. */
  rotation: readonly RotateEntry[] | null;
  deletion: readonly JournalEntry[] | null;
  /** As somebody said; ISO 8601. */
  detected: string | null;
  recovered: string | null;
  now: Date;
}

/** A time, and how it is known: a clause. */
export interface KnownTime {
  time: string;
  from: string;
}

/** Milliseconds are dropped; null where one of both ends is not known. Negative where the second end came first. */
export type Minutes = number | null;

export interface Moment {
  time: string;
  phase: 'before' | 'detected' | 'contained' | 'recovered';
  what: string;
  /** ARN of who did it; null where nobody is known to have. */
  by: string | null;
}

/** The course of an incident, from what the plan, its journal and the logs tell. Times are ISO 8601 UTC. */
export interface IncidentReport {
  version: 1;
  keyId: string | null;
  madeAt: string;
  owner: { arn: string; kind: Plan['identity']['kind']; sessionName: string | null; accountId: string };
  lane: Plan['lane'];
  planHash: string;
  times: {
    began: KnownTime | null;
    firstSign: KnownTime | null;
    detected: KnownTime | null;
    planned: KnownTime;
    evidence: KnownTime | null;
    /** When the credential itself could no longer act. */
    denied: KnownTime | null;
    /** When the last action was first done. */
    contained: KnownTime | null;
    /** Up to when the logs have no call that succeeded. */
    verified: KnownTime | null;
    recovered: KnownTime | null;
    deleted: KnownTime | null;
  };
  /** Minutes. */
  durations: {
    beganToDetected: Minutes;
    detectedToContained: Minutes;
    containedToRecovered: Minutes;
    ofUseAfterDetection: Minutes;
  };
  /** Whether every action of the plan was done at some time. */
  complete: boolean;
  timeline: Moment[];
  actions: ActionHistory[];
  /** Callers, and what each of them did, in the order of the journal. */
  doneBy: { caller: string; moments: HistoryMoment[] }[];
  takenBack: TakenBack[];
  /** Calls that succeeded and that were refused since containment; null where the logs were not asked. */
  callsSince: IncidentLog['callsSince'];
  /** What is left to do: a sentence each. */
  left: string[];
  evidence: { manifestSha256: string; place: string; sealedAt: string; by: string } | null;
  openQuestions: string[];
}
