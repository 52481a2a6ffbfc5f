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
  answers: AnsweredQuestion[];
  coverage: Coverage;
  nextSteps: NextStep[];
}
