import type { AccessKeyFacts } from '../model/access-key.js';
import type { Answer, Coverage, Question } from '../model/question.js';
import type { Closure } from '../queries/closure.js';

/** `abused`: signs of abuse. `used`: calls, none of them such a sign. `unseen`: no call at all in the evidence. */
export type VerdictLevel = 'abused' | 'used' | 'unseen';

export interface Reason {
  text: string;
  /** The question whose rows show it. */
  question: string;
  /** Names of the actions that it rests on; empty where it rests on something else. */
  actions: string[];
}

export interface Verdict {
  level: VerdictLevel;
  /** One sentence. */
  summary: string;
  reasons: Reason[];
  /** What is strange and can be innocent: a VPN, a new deployment. Never a sign of abuse by itself. */
  oddities: Reason[];
  /** `low` where the coverage lacks something that could overturn it. */
  confidence: 'high' | 'low';
}

export interface NextStep {
  text: string;
  /** The exact command, where there is one. */
  command: string | null;
}

/** A question's answer within an investigation; `overClosure` says that it was asked of all descendants too. */
export interface AnsweredQuestion {
  question: Pick<Question, 'id' | 'title' | 'question' | 'step' | 'severity' | 'attack' | 'falsePositives' | 'next'> & {
    columns: Question['columns'];
  };
  overClosure: boolean;
  answer: Omit<Answer, 'coverage'>;
  /** What this answer lacks beside what all lack, in sentences. */
  gaps: string[];
}

/**
 * A question that fits and has no answer. `no-log`: its log was not read. `sieve`: it is of everybody, and the store is
 * a sieve's, which holds what names the key. `engine`: this kind of engine can't answer it.
 * `unknown`: what it needs is not in the evidence. `cost`: it would have been too dear. `failed`: asking failed.
 */
export interface Unasked {
  id: string;
  title: string;
  kind: 'no-log' | 'sieve' | 'engine' | 'unknown' | 'cost' | 'failed';
  /** A sentence without its full stop. */
  reason: string;
}

/** What the owner may do by its policies, as a containment plan or collected evidence has it. */
export interface Granted {
  /** Where it comes from: a file's name and time. */
  source: string;
  administrator: boolean;
  deniedAll: boolean;
  /** Allowed actions that lead to more rights, to data or to silence. */
  grants: { action: string; why: string; policies: string[]; limited: boolean }[];
  services: { granted: string[]; neverUsed: string[]; incomplete: boolean };
}

/** A step up from the credential asked about: who had it issued. */
export interface Issuer {
  /** The key that asked for `issued`; null where the record names none. */
  accessKeyId: string | null;
  issued: string;
  eventName: string;
  eventTime: string;
  accountId: string | null;
  sourceIp: string | null;
}

/** Everything that was found out about one credential; the report and the JSON file show this and nothing else. */
export interface Investigation {
  /** keytrail's version. */
  keytrail: string;
  keyId: string;
  key: AccessKeyFacts;
  /** ISO 8601 UTC. */
  generatedAt: string;
  /** The store asked, without secrets. */
  store: string;
  scope: { from: string; to: string; accounts: string[]; regions: string[] };
  verdict: Verdict;
  /** From the credential asked about upwards; empty where no record of its issue was found. */
  issuers: Issuer[];
  closure: Closure;
  /** In the order of the procedure. */
  answers: AnsweredQuestion[];
  unasked: Unasked[];
  /** The earliest of the verdict's reasons; ISO 8601 UTC. */
  firstSign: string | null;
  /** Null where nobody read the account. */
  granted: Granted | null;
  coverage: Coverage;
  nextSteps: NextStep[];
}
