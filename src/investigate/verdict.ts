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

/** From medium on ("Severity levels of GuardDuty findings"), about a key: of others the question in scope tells, too. */
export const isGrave = (finding: Row): boolean => Number(finding.severity) >= 4 && Boolean(finding.access_key_id);

function findingsOf(findings: readonly Row[]): Reason[] {
  const types = [...new Set(findings.filter(isGrave).map((row) => String(row.type)))];
  if (types.length === 0) return [];
  return [{ text: `is named by GuardDuty: ${types.join(', ')}`, question: 'guardduty-findings', actions: [] }];
}

function chainOf({ credentials }: Closure): Reason[] {
  const depth = credentials.at(-1)?.depth ?? 0;
  if (depth < 2) return [];
  return [
    { text: `was passed on through ${depth} steps of issued credentials`, question: 'sts-children', actions: [] },
  ];
}

/** Sentences of the coverage that are about other logs; those can't overturn what calls showed. */
const ofOtherLogs = /\b(?:VPC flow|flow records?|AWS Config|GuardDuty)\b/;

/** Without an answer to these nothing can be said. */
const decisive: ReadonlySet<string> = new Set(['key-owner', 'key-clients', 'actions-used', 'denied-burst']);

/** The signs of abuse in the answers to denied-burst, key-clients, actions-used and guardduty-findings, and in the chain. */
export function reasonsOf(rowsOf: RowsOf, closure: Closure): Reason[] {
  const used = rowsOf('actions-used');
  return [
    ...burstsOf(rowsOf('denied-burst')),
    ...toolsOf(rowsOf('key-clients')),
    ...findingsOf(rowsOf('guardduty-findings')),
    ...signsOfAbuse.flatMap((sign) => actionsOf(sign, used)),
    ...chainOf(closure),
  ];
}

/** Each of them has innocent causes, which the question's page names; the text follows "it". */
const odd: readonly { question: string; text: (rows: number) => string }[] = [
  { question: 'impossible-travel', text: () => 'was used from two countries faster than anybody gets there' },
  { question: 'hosting-asn', text: () => 'was used from networks of hosting or VPN companies' },
  { question: 'concurrent-ips', text: () => 'was used from several addresses within minutes' },
  { question: 'instance-creds-off-host', text: () => 'was used outside of the instance that it belongs to' },
  { question: 'accounts-reached', text: () => 'was used in other accounts than its own' },
  { question: 'enumeration-breadth', text: () => 'asked for many different lists within minutes' },
  { question: 'new-ip', text: (rows) => `came from ${plural(rows, 'address', 'addresses')} not seen before` },
  { question: 'new-user-agent', text: (rows) => `came with ${plural(rows, 'client')} not seen before` },
  { question: 'new-region', text: (rows) => `called ${plural(rows, 'Region')} for the first time` },
  { question: 'new-action', text: (rows) => `called ${plural(rows, 'action')} for the first time` },
  { question: 's3-ransom', text: () => 'encrypted objects, suspended versioning or made objects expire' },
];

const plural = (value: number, noun: string, nouns = `${noun}s`): string =>
  `${numeral(value)} ${value === 1 ? noun : nouns}`;

const odditiesOf = (rowsOf: RowsOf): Reason[] =>
  odd.flatMap(({ question, text }) => {
    const { length } = rowsOf(question);
    return length === 0 ? [] : [{ text: text(length), question, actions: [] }];
  });

const sumOf = (rows: readonly Row[]): number => rows.reduce((sum, row) => sum + Number(row.events), 0);

/**
 * Weighs the answers: what they show, and whether what is missing could overturn it. `unanswered` are the ids of
 * questions that were asked in vain, or not at all.
 */
export function verdictOf(
  answers: readonly AnsweredQuestion[],
  closure: Closure,
  coverage: Coverage,
  unanswered: readonly string[] = [],
): Verdict {
  const rowsOf = rowsIn(answers);
  // Each counts the same calls; where one failed, another tells.
  const calls = Math.max(...['key-owner', 'key-clients', 'actions-used'].map((id) => sumOf(rowsOf(id))));
  if (calls === 0)
    return {
      level: 'unseen',
      summary: 'No call of this key is in the logs read (see evidence): it is unused, or used where none was read.',
      reasons: [],
      oddities: [],
      confidence: 'low',
    };
  const reasons = reasonsOf(rowsOf, closure);
  const oddities = odditiesOf(rowsOf);
  const complete =
    coverage.missing.every((sentence) => ofOtherLogs.test(sentence)) && !unanswered.some((id) => decisive.has(id));
  const issued = closure.credentials.length - 1;
  const subject =
    issued === 0 ? 'The key' : `The key and ${numeral(issued)} credential${issued === 1 ? '' : 's'} issued from it`;
  if (reasons.length === 0)
    return {
      level: 'used',
      summary: `${subject} made ${numeral(calls)} call${calls === 1 ? '' : 's'}; no action typical of abuse among them. That is no all-clear: ask the owner about each client.`,
      reasons,
      oddities,
      confidence: complete ? 'high' : 'low',
    };
  return {
    level: 'abused',
    summary: `${subject} ${issued === 0 ? 'shows' : 'show'} ${reasons.length} sign${reasons.length === 1 ? '' : 's'} of abuse.`,
    reasons,
    oddities,
    // What was seen stays seen; more evidence can only add to it.
    confidence: 'high',
  };
}
