import { accessKeyFacts } from '../model/access-key.js';
import type { LogName } from '../model/event.js';
import type { BoundQuestion, Coverage, Question, Row, Scope } from '../model/question.js';
import { type Closure, closureOf } from '../queries/closure.js';
import { coverageOf } from '../queries/coverage.js';
import { focused } from '../queries/focused.js';
import { issuersOf } from '../queries/issuers.js';
import { questionById } from '../queries/load.js';
import type { Engine } from '../stores/store.js';
import { Asker, type Read } from './asker.js';
import { createdKeys } from './credentials.js';
import { firstSignOf } from './first-sign.js';
import type { AnsweredQuestion, Investigation, Issuer } from './investigation.js';
import { deactivationOf } from './lifecycle.js';
import { nextSteps } from './next-steps.js';
import { type Fitting, fitting, type Known } from './procedure.js';
import { verdictOf } from './verdict.js';

/** The questions that an investigation may ask. */
export const askedQuestions = (): Question[] => fitting.map(({ id }) => questionById(id));

/** Those without which it is none: what is asked where all of them would cost too much. */
export const decisiveQuestions = (): Question[] =>
  ['key-owner', 'key-clients', 'actions-used', 'sts-children', 'keys-created', 'denied-burst', 'key-timeline'].map(
    questionById,
  );

/** Questions as `openForAsking` weighs them: with a scope, and without values. */
export const inScope = (questions: readonly Question[], scope: Scope): BoundQuestion[] =>
  questions.map((question) => ({ question, scope, values: {} }));

export interface InvestigateOptions {
  engine: Engine;
  keyId: string;
  scope: Omit<Scope, 'keyIds'>;
  now: Date;
  version: string;
  /** Where not all may be asked: those that may, and why not the others. */
  only?: { ids: ReadonlySet<string>; reason: string };
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

async function readOf(engine: Engine, scope: Scope): Promise<Read> {
  const found = await engine.coverage(scope);
  if (found === null) return { logs: null, sieved: false };
  const logs = new Set(found.filter(({ firstEvent }) => firstEvent !== null).map(({ log }) => log));
  return { logs, sieved: found.some(({ sieve }) => (sieve ?? []).length > 0) };
}

/**
 * Follows the key to all that was issued from it, asks the questions that fit, several at once, and weighs the answers.
 * A question that can't be asked, or fails, is named and stops nothing; throws where all of the decisive ones fail.
 */
export async function investigate(options: InvestigateOptions): Promise<Investigation> {
  const { engine, keyId, scope, onProgress = () => undefined } = options;
  onProgress('closure');
  const [closure, issuers, read] = await Promise.all([
    closureOf(engine, keyId),
    issuersOf(engine, keyId).then((rows) => rows.map(issuerOf)),
    readOf(engine, { ...scope, keyIds: [] }),
  ]);
  const keyIds = closure.credentials.map(({ accessKeyId }) => accessKeyId);
  return focused(engine, { ...scope, keyIds }, (ready) =>
    askedOf({ ...options, engine: ready }, { closure, keyIds, issuers, read }),
  );
}

/** What is known of a key before the first question. */
interface Followed {
  closure: Closure;
  /** Of the closure. */
  keyIds: string[];
  issuers: Issuer[];
  read: Read;
}

/** Asks the questions that fit, and weighs the answers. */
async function askedOf(
  options: InvestigateOptions,
  { closure, keyIds, issuers, read }: Followed,
): Promise<Investigation> {
  const { engine, keyId, scope, now, version, only, onProgress = () => undefined } = options;
  const whole = { ...scope, keyIds: [] };
  const asker = new Asker({ engine, keyIds, scope, now, read, onProgress, ...(only ? { only } : {}) });
  const ofRound = (round: number) => fitting.filter(({ when }) => (when?.round ?? 0) === round);
  const coverage: Promise<Coverage> = coverageOf(engine, whole, logsOf(fitting));
  const asked = asker.ask(ofRound(0), null);
  // Both to their end: where one fails, the other must not go on in a store that is given back.
  await Promise.allSettled([asked, coverage]);
  await asked;
  const found = await coverage;
  asker.throwIfAllFailed(['key-owner', 'key-clients', 'actions-used']);
  const rowsOf = (id: string): readonly Row[] => asker.answers.get(id)?.answer.rows ?? [];
  const owners = rowsOf('key-owner');
  const known: Known = {
    keyId,
    owner: owners.find((row) => row.access_key_id === keyId) ?? owners[0] ?? null,
    createdKeys: createdKeys(closure).map(({ accessKeyId }) => accessKeyId),
    firstSign: firstSignOf(rowsOf, closure),
    deactivatedAt: null,
    firstEvent: found.logs.find(({ log }) => log === 'cloudtrail')?.firstEvent ?? null,
  };
  await asker.ask(ofRound(1), known);
  const deactivatedAt = deactivationOf(rowsOf('key-lifecycle'), keyId)?.time ?? null;
  await asker.ask(ofRound(2), { ...known, deactivatedAt });
  const { unasked } = asker;
  const answers: AnsweredQuestion[] = fitting.flatMap(({ id }) => asker.answers.get(id) ?? []);
  const verdict = verdictOf(
    answers,
    closure,
    found,
    unasked.map(({ id }) => id),
  );
  const investigation: Investigation = {
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
    unasked,
    firstSign: known.firstSign,
    granted: null,
    coverage: found,
    nextSteps: [],
  };
  return { ...investigation, nextSteps: nextSteps(investigation) };
}

const logsOf = (questions: readonly Fitting[]): LogName[] => [
  ...new Set(questions.flatMap(({ id }) => questionById(id).logs)),
];
