import { accessKeyFacts } from '../model/access-key.js';
import type { BoundQuestion, Question, Row, Scope } from '../model/question.js';
import { closureOf } from '../queries/closure.js';
import { coverageOf } from '../queries/coverage.js';
import { issuersOf } from '../queries/issuers.js';
import { questionById } from '../queries/load.js';
import { bindQuestion } from '../queries/parameters.js';
import type { Engine } from '../stores/store.js';
import type { AnsweredQuestion, Investigation, Issuer, NextStep, VerdictLevel } from './investigation.js';
import { verdictOf } from './verdict.js';

/** What is asked, in the order of the procedure, and whether of the key alone or of all that came from it. */
const asked: readonly { id: string; overClosure: boolean; limit: number }[] = [
  { id: 'key-owner', overClosure: true, limit: 1000 },
  { id: 'key-clients', overClosure: true, limit: 1000 },
  { id: 'actions-used', overClosure: true, limit: 10_000 },
  { id: 'sts-children', overClosure: true, limit: 1000 },
  { id: 'keys-created', overClosure: true, limit: 1000 },
  { id: 'denied-burst', overClosure: true, limit: 1000 },
  { id: 'resources-touched', overClosure: true, limit: 5000 },
  { id: 'key-timeline', overClosure: true, limit: 5000 },
  { id: 'console-logins', overClosure: false, limit: 1000 },
  { id: 'internet-accepted', overClosure: false, limit: 1000 },
];

/** The questions that an investigation asks. */
export const askedQuestions = (): Question[] => asked.map(({ id }) => questionById(id));

export interface InvestigateOptions {
  engine: Engine;
  keyId: string;
  scope: Omit<Scope, 'keyIds'>;
  now: Date;
  version: string;
  /** Called before each question with its id. */
  onProgress?: (question: string) => void;
}

const issuerOf = (row: Row): Issuer => ({
  accessKeyId: row.parent_key_id as string | null,
  issued: row.issued_key_id as string,
  eventName: row.event_name as string,
  eventTime: row.event_time as string,
  accountId: row.account_id as string | null,
  sourceIp: row.source_ip as string | null,
});

/** Containment acts on long-term keys: of a session, on the key at the top of the chain that issued it. */
function planSteps(keyId: string, issuers: readonly Issuer[], store: string): NextStep[] {
  const top = [keyId, ...issuers.map(({ accessKeyId }) => accessKeyId)].findLast((id) => id?.startsWith('AKIA'));
  if (!top)
    return [
      {
        text: 'A temporary key ends with its role or user: revoke the sessions of the role that it belongs to.',
        command: null,
      },
    ];
  const ofTop = top === keyId ? '' : ` of ${top}, from which this session came`;
  return [
    {
      text: `Plan the containment${ofTop}: nothing changes before you apply the plan.`,
      command: `keytrail contain plan ${top} --store ${store} --out plan-${top}.json`,
    },
    {
      text: 'Apply it when you have read it. It can be undone.',
      command: `keytrail contain apply --plan plan-${top}.json`,
    },
  ];
}

function nextSteps(level: VerdictLevel, keyId: string, issuers: readonly Issuer[], store: string): NextStep[] {
  const clients: NextStep = {
    text: 'Match each client with an application; what nobody owns is the intruder.',
    command: `keytrail query run key-clients --key ${keyId} --closure --store ${store}`,
  };
  if (level === 'abused') return [...planSteps(keyId, issuers, store), clients];
  if (level === 'used') return [clients, ...planSteps(keyId, issuers, store)];
  return [
    {
      text: 'Ingest the logs of the account and the days in question, then investigate again.',
      command: `keytrail ingest s3://BUCKET/PREFIX --store ${store}`,
    },
  ];
}

/** Follows the key to all that was issued from it, asks the pack, and weighs the answers. */
export async function investigate(options: InvestigateOptions): Promise<Investigation> {
  const { engine, keyId, scope, now, version, onProgress = () => undefined } = options;
  onProgress('closure');
  const closure = await closureOf(engine, keyId);
  const issuers = (await issuersOf(engine, keyId)).map(issuerOf);
  const everyKey = closure.credentials.map(({ accessKeyId }) => accessKeyId);
  const answers: AnsweredQuestion[] = [];
  for (const { id, overClosure, limit } of asked) {
    onProgress(id);
    const question = questionById(id);
    const keyIds = question.key === 'none' ? [] : overClosure ? everyKey : [keyId];
    // Ids that a log names are whatever its writer put there: they are bound as they are, not checked as a user's.
    const { values } = bindQuestion({ ...question, key: 'none' }, { limit: [String(limit)] }, now);
    const bound: BoundQuestion = { question, scope: { ...scope, keyIds }, values };
    const rows = await engine.ask(bound);
    const { title, question: text, step, severity, attack, falsePositives, next, columns } = question;
    answers.push({
      question: { id, title, question: text, step, severity, attack, falsePositives, next, columns },
      overClosure,
      answer: {
        query: id,
        params: { ...(question.key === 'none' ? {} : { key: keyIds }), ...scope, ...bound.values },
        columns: columns.map(({ name, type }) => ({ name, type })),
        rows,
        truncated: rows.length === limit,
      },
    });
  }
  // What no question read is no gap of the answers.
  const logs = [...new Set(asked.flatMap(({ id }) => questionById(id).logs))];
  const coverage = await coverageOf(engine, { ...scope, keyIds: [] }, logs);
  const verdict = verdictOf(answers, closure, coverage);
  return {
    keytrail: version,
    keyId,
    key: accessKeyFacts(keyId),
    generatedAt: now.toISOString(),
    store: engine.uri,
    scope,
    verdict,
    issuers,
    closure,
    answers,
    coverage,
    nextSteps: nextSteps(verdict.level, keyId, issuers, engine.uri),
  };
}
