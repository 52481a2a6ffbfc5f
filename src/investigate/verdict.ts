import type { Coverage, Row } from '../model/question.js';
import type { Closure } from '../queries/closure.js';
import type { AnsweredQuestion, Reason, Verdict } from './investigation.js';
import { attackToolOf, type SignOfAbuse, signsOfAbuse } from './signs.js';

/** The rows of a question, over the key and all that was issued from it; none where it was not asked. */
export type RowsOf = (id: string) => readonly Row[];

const rowsIn =
  (answers: readonly AnsweredQuestion[]): RowsOf =>
  (id) =>
    answers.find(({ question }) => question.id === id)?.answer.rows ?? [];

const numeral = (value: number): string => value.toLocaleString('en-US');

function burstsOf(rows: readonly Row[]): Reason[] {
  if (rows.length === 0) return [];
  const refused = rows.reduce((sum, row) => sum + Number(row.refused), 0);
  return [
    {
      text: `was refused ${numeral(refused)} times in ${rows.length === 1 ? 'a burst' : `${rows.length} bursts`}, first at ${rows[0]?.first_seen}`,
      question: 'denied-burst',
      actions: [],
    },
  ];
}

/** What was only tried must not read as done: the damage is another. */
function actionsOf({ did, tried, actions }: SignOfAbuse, used: readonly Row[]): Reason[] {
  const rows = used.filter((row) => actions.test(String(row.event_name)));
  if (rows.length === 0) return [];
  const allFailed = (row: Row) => Number(row.failed) >= Number(row.events);
  const outcome = ({ events }: Row) => (events === 1 ? ' (failed)' : ` (all ${numeral(Number(events))} failed)`);
  const names = rows.map((row) => `${row.event_name}${allFailed(row) ? outcome(row) : ''}`);
  return [
    {
      text: `${rows.every(allFailed) ? tried : did}: ${names.join(', ')}`,
      question: 'actions-used',
      actions: rows.map((row) => String(row.event_name)),
    },
  ];
}

function toolsOf(clients: readonly Row[]): Reason[] {
  const tools = new Set(clients.flatMap((row) => attackToolOf(String(row.user_agent ?? '')) ?? []));
  if (tools.size === 0) return [];
  return [
    {
      text: `came with software for attacks, by its own account: ${[...tools].join(', ')}`,
      question: 'key-clients',
      actions: [],
    },
  ];
}

function chainOf({ credentials }: Closure): Reason[] {
  const depth = credentials.at(-1)?.depth ?? 0;
  if (depth < 2) return [];
  return [
    { text: `was passed on through ${depth} steps of issued credentials`, question: 'sts-children', actions: [] },
  ];
}

/** Sentences of the coverage that are about flows alone; flows can't overturn what calls showed. */
const ofFlows = /\b(?:VPC flow|flow records?)\b/;

/** The signs of abuse in the answers to denied-burst, key-clients and actions-used, and in what was issued. */
export function reasonsOf(rowsOf: RowsOf, closure: Closure): Reason[] {
  const used = rowsOf('actions-used');
  return [
    ...burstsOf(rowsOf('denied-burst')),
    ...toolsOf(rowsOf('key-clients')),
    ...signsOfAbuse.flatMap((sign) => actionsOf(sign, used)),
    ...chainOf(closure),
  ];
}

/** Weighs the answers: what they show, and whether what is missing could overturn it. */
export function verdictOf(answers: readonly AnsweredQuestion[], closure: Closure, coverage: Coverage): Verdict {
  const rowsOf = rowsIn(answers);
  const calls = rowsOf('key-owner').reduce((sum, row) => sum + Number(row.events), 0);
  if (calls === 0)
    return {
      level: 'unseen',
      summary: 'No call of this key is in the logs read (see evidence): it is unused, or used where none was read.',
      reasons: [],
      confidence: 'low',
    };
  const reasons = reasonsOf(rowsOf, closure);
  const issued = closure.credentials.length - 1;
  const subject =
    issued === 0 ? 'The key' : `The key and ${numeral(issued)} credential${issued === 1 ? '' : 's'} issued from it`;
  if (reasons.length === 0)
    return {
      level: 'used',
      summary: `${subject} made ${numeral(calls)} call${calls === 1 ? '' : 's'}; no action typical of abuse among them. That is no all-clear: ask the owner about each client.`,
      reasons,
      confidence: coverage.missing.every((sentence) => ofFlows.test(sentence)) ? 'high' : 'low',
    };
  return {
    level: 'abused',
    summary: `${subject} ${issued === 0 ? 'shows' : 'show'} ${reasons.length} sign${reasons.length === 1 ? '' : 's'} of abuse.`,
    reasons,
    // What was seen stays seen; more evidence can only add to it.
    confidence: 'high',
  };
}
