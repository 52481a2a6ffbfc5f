import { accessKeyFacts } from '../model/access-key.js';
import { logNames } from '../model/event.js';
import type { Scope } from '../model/question.js';
import { closureOf } from '../queries/closure.js';
import { coverageOf } from '../queries/coverage.js';
import { questionById } from '../queries/load.js';
import { bindQuestion } from '../queries/parameters.js';
import type { Engine } from '../stores/store.js';
import type { AnsweredQuestion, Investigation, NextStep, VerdictLevel } from './investigation.js';
import { verdictOf } from './verdict.js';

/** What is asked, in the order of the procedure, and whether of the key alone or of all that came from it. */
const asked: readonly { id: string; overClosure: boolean; limit: number }[] = [
  { id: 'key-owner', overClosure: true, limit: 1000 },
  { id: 'key-clients', overClosure: true, limit: 1000 },
  { id: 'actions-used', overClosure: true, limit: 10_000 },
  { id: 'sts-children', overClosure: true, limit: 1000 },
  { id: 'denied-burst', overClosure: true, limit: 1000 },
  { id: 'resources-touched', overClosure: true, limit: 5000 },
  { id: 'key-timeline', overClosure: true, limit: 5000 },
  { id: 'console-logins', overClosure: false, limit: 1000 },
  { id: 'internet-accepted', overClosure: false, limit: 1000 },
];

export interface InvestigateOptions {
  engine: Engine;
  keyId: string;
  scope: Omit<Scope, 'keyIds'>;
  now: Date;
  version: string;
  /** Called before each question with its id. */
  onProgress?: (question: string) => void;
}

function nextSteps(level: VerdictLevel, keyId: string, store: string): NextStep[] {
  const clients: NextStep = {
    text: 'Match each client with an application; what nobody owns is the intruder.',
    command: `keytrail query run key-clients --key ${keyId} --store ${store}`,
  };
  const plan: NextStep = {
    text: 'Plan the containment: nothing changes before you apply the plan.',
    command: `keytrail contain plan ${keyId} --store ${store} --out plan.json`,
  };
  const apply: NextStep = {
    text: 'Apply it when you have read it. It can be undone.',
    command: 'keytrail contain apply --plan plan.json',
  };
  if (level === 'abused') return [plan, apply, clients];
  if (level === 'used') return [clients, plan];
  return [
    { text: 'Ingest the logs of the account and the days in question, then investigate again.', command: null },
    clients,
  ];
}

/** Follows the key to all that was issued from it, asks the pack, and weighs the answers. */
export async function investigate(options: InvestigateOptions): Promise<Investigation> {
  const { engine, keyId, scope, now, version, onProgress = () => undefined } = options;
  onProgress('closure');
  const closure = await closureOf(engine, keyId, scope);
  const everyKey = closure.credentials.map(({ accessKeyId }) => accessKeyId);
  const answers: AnsweredQuestion[] = [];
  for (const { id, overClosure, limit } of asked) {
    onProgress(id);
    const question = questionById(id);
    const keyIds = question.key === 'none' ? [] : overClosure ? everyKey : [keyId];
    const bound = bindQuestion(
      question,
      { limit: [String(limit)], ...(question.key === 'none' ? {} : { key: keyIds }) },
      now,
    );
    bound.scope = { ...scope, keyIds };
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
  const coverage = await coverageOf(engine, { ...scope, keyIds: [] }, logNames);
  const verdict = verdictOf(answers, closure, coverage);
  return {
    keytrail: version,
    keyId,
    key: accessKeyFacts(keyId),
    generatedAt: now.toISOString(),
    store: engine.uri,
    scope,
    verdict,
    closure,
    answers,
    coverage,
    nextSteps: nextSteps(verdict.level, keyId, engine.uri),
  };
}
