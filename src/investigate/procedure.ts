import type { Row } from '../model/question.js';
import { text } from './findings.js';

/** What is known once the first questions are answered. */
export interface Known {
  keyId: string;
  /** The row of key-owner that tells whose the key is. */
  owner: Row | null;
  /** Access keys that were made with the key or what was issued from it, the earliest first. */
  createdKeys: readonly string[];
  /** ISO 8601 UTC. */
  firstSign: string | null;
  /** When the key was deactivated or deleted for the first time. */
  deactivatedAt: string | null;
  /** The first event of the log of calls in the store; null where the store can't tell. */
  firstEvent: string | null;
}

/** How a question is to be asked: once for each set of parameters, from a time on. */
export interface Asking {
  given?: readonly Readonly<Record<string, string>>[];
  from?: string;
}

/** Why a question is not asked; `fits: false` where it has nothing to say of this key. */
export interface NotAsked {
  fits: boolean;
  reason: string;
}

export interface Fitting {
  id: string;
  /** Rows at the most. */
  limit: number;
  /** What it needs of other answers; absent: nothing. */
  when?: { round: 1 | 2; asking(known: Known): Asking | NotAsked };
}

export interface Step {
  id: string;
  title: string;
  /** What the section is there for, under its heading. */
  about: string;
  questions: readonly Fitting[];
}

const usual = 1000;

const ask = (id: string, limit = usual): Fitting => ({ id, limit });

const lacks = (reason: string): NotAsked => ({ fits: true, reason });
const unfit = (reason: string): NotAsked => ({ fits: false, reason });

/** What is new is new against the days before the first sign of abuse. */
const sinceFirstSign = (id: string): Fitting => ({
  id,
  limit: usual,
  when: {
    round: 1,
    asking: ({ firstSign, firstEvent }) => {
      if (firstSign === null) return unfit('there is no sign of abuse from which on something could be new');
      // Both to the second, as a scope is.
      const from = `${firstSign.slice(0, 19)}Z`;
      if (firstEvent !== null && firstEvent >= from) return lacks('the logs begin no earlier than the abuse');
      return { from };
    },
  },
});

const sinceDeactivation = (id: string): Fitting => ({
  id,
  limit: usual,
  when: {
    round: 2,
    asking: ({ deactivatedAt }) =>
      deactivatedAt === null ? unfit('the logs show no deactivation of the key') : { given: [{ t0: deactivatedAt }] },
  },
});

/** Created keys whose later course is looked up. */
const mostCreated = 20;

const lifecycle: Fitting = {
  id: 'key-lifecycle',
  limit: usual,
  when: {
    round: 1,
    asking: ({ keyId, owner, createdKeys }) => {
      const user = owner === null || text(owner, 'principal_type') !== 'IAMUser' ? '' : text(owner, 'user_name');
      const keys = [keyId, ...createdKeys.slice(0, mostCreated)].filter((id) => id.startsWith('AKIA'));
      if (user === '' && keys.length === 0) return unfit('a temporary key is neither made nor deactivated by itself');
      return { given: [...(user === '' ? [] : [{ user }]), ...keys.map((subject) => ({ subject }))] };
    },
  },
};

const quarantine: Fitting = {
  id: 'quarantine',
  limit: usual,
  when: {
    round: 1,
    asking: ({ owner }) => {
      const user = owner === null ? '' : text(owner, 'user_name');
      return user === '' ? unfit('AWS quarantines users alone, and the owner is none') : { given: [{ user }] };
    },
  },
};

const siblings: Fitting = {
  id: 'sibling-credentials',
  limit: usual,
  when: {
    round: 1,
    asking: ({ owner }) => {
      const [principal_id = ''] = owner === null ? [] : text(owner, 'principal_id').split(':');
      return principal_id === '' ? lacks('no record names the principal of the key') : { given: [{ principal_id }] };
    },
  },
};

/** The sections of a report, and the questions that are asked for each. */
export const procedure: readonly Step[] = [
  {
    id: 'owner',
    title: 'Owner',
    about: 'Whose the key is, what else that principal has, and what became of its keys.',
    questions: [ask('key-owner'), ask('key-account'), lifecycle, quarantine, siblings],
  },
  {
    id: 'use',
    title: 'Use and clients',
    about: 'Who called with it, from where, with which software.',
    questions: [
      ask('key-clients'),
      ask('client-actions', 10_000),
      ask('tool-agents'),
      ask('concurrent-ips'),
      ask('vpce-denied'),
    ],
  },
  {
    id: 'chain',
    title: 'Identity chain',
    about: 'What the key came from, and every credential that came from it: each outlives the key unless it is ended.',
    questions: [
      ask('sts-children'),
      ask('keys-created'),
      ask('role-chain'),
      ask('federation-token'),
      ask('session-token'),
      ask('web-saml'),
      ask('cross-account-pair'),
      ask('accounts-reached'),
    ],
  },
  {
    id: 'timeline',
    title: 'Timeline',
    about: 'Calls by service and time, those that were refused, and the moments that matter.',
    questions: [
      ask('key-buckets', 10_000),
      ask('key-timeline', 5000),
      ask('denied-burst'),
      ask('enumeration-breadth'),
      ask('probes'),
      sinceFirstSign('new-action'),
      sinceDeactivation('survivors'),
      sinceDeactivation('post-deactivation'),
    ],
  },
  {
    id: 'origin',
    title: 'Where from',
    about: 'Countries, networks and addresses of the callers.',
    questions: [
      ask('countries-used', 10_000),
      ask('networks-used', 10_000),
      ask('hosting-asn'),
      ask('impossible-travel'),
      ask('instance-creds-off-host'),
      sinceFirstSign('new-ip'),
      sinceFirstSign('new-asn'),
      sinceFirstSign('new-region'),
      sinceFirstSign('new-user-agent'),
    ],
  },
  {
    id: 'privileges',
    title: 'Privileges used and granted',
    about: 'What it called against what it may call, and where it took more.',
    questions: [
      ask('actions-used', 10_000),
      ask('policy-grant'),
      ask('policy-version'),
      ask('boundary-and-group'),
      ask('passrole-compute'),
    ],
  },
  {
    id: 'persistence',
    title: 'Persistence',
    about: 'What lets somebody in after the key is gone.',
    questions: [
      ask('lasting-changes'),
      ask('new-principal'),
      ask('login-profile'),
      ask('service-specific-credentials'),
      ask('mfa-change'),
      ask('trust-policy'),
      ask('rolesanywhere-oidc'),
      ask('lambda-backdoor'),
    ],
  },
  {
    id: 'evasion',
    title: 'Evasion',
    about: 'What was turned off, narrowed or left, so that less would be seen.',
    questions: [ask('logging-off'), ask('detectors-off'), ask('org-and-region-change')],
  },
  {
    id: 'data',
    title: 'Resources and data touched',
    about: 'What it named in its calls, read, shared, destroyed or started.',
    questions: [
      ask('resources-touched', 5000),
      ask('secrets-read'),
      ask('ec2-secrets'),
      ask('kms-use'),
      ask('s3-reads'),
      ask('s3-exposure'),
      ask('share-out'),
      ask('replicate-export'),
      ask('destroy'),
      ask('s3-ransom'),
      ask('compute-launch'),
      ask('bedrock'),
      ask('ses-sns'),
    ],
  },
  {
    id: 'logins',
    title: 'Sign-ins',
    about: 'Who came into the console, of this incident and beside it.',
    questions: [ask('console-logins'), ask('console-pivot'), ask('password-recovery')],
  },
  {
    id: 'config',
    title: 'Configuration changes',
    about: 'States of the resources that the calls led to, as AWS Config recorded them.',
    questions: [ask('config-history', 5000)],
  },
  {
    id: 'guardduty',
    title: 'GuardDuty findings',
    about: 'What GuardDuty said of these credentials.',
    questions: [ask('guardduty-findings')],
  },
  {
    id: 'network',
    title: 'Network flows',
    about: 'What went over the interfaces that it launched, and what reached the network from its addresses.',
    questions: [ask('launched-enis'), ask('internet-accepted'), ask('egress-talkers'), ask('beacon'), ask('east-west')],
  },
  {
    id: 'evidence',
    title: 'Evidence, and what it lacks',
    about: 'What was read, what was not, and which questions have no answer: what no rows mean depends on it.',
    questions: [ask('flow-coverage-gap')],
  },
];

/** All questions, in the order of the procedure. */
export const fitting: readonly Fitting[] = procedure.flatMap(({ questions }) => questions);
