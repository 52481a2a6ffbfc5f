import { compareText } from '../model/cell.js';
import { isCreatedKey, issuedFrom } from './credentials.js';
import { clientsOf, count, numeral, plural, rowsOf, signsOf, text } from './findings.js';
import type { Investigation } from './investigation.js';
import type { SignKind } from './signs.js';
import { iso } from './times.js';
import { isGrave } from './verdict.js';

/** A point in the story that a reader should not have to search for. */
export interface Moment {
  time: string;
  kind: 'call' | 'client' | 'burst' | 'issued' | 'action' | 'answer';
  what: string;
  /** Key, address, caller: what the moment is about, as the logs write it. */
  subject: string;
  /** The question whose rows have it. */
  question: string;
  /** What it is in the story, where it is the first of its name: "First abuse", "Evasion". */
  name: string | null;
}

/** The most of one kind; a deployment's daily sessions must not drown the rest. */
const mostOfAKind = 20;

const names: Readonly<Record<SignKind, string>> = {
  persistence: 'Persistence',
  escalation: 'More rights',
  evasion: 'Evasion',
  impact: 'Impact',
  exposure: 'Exposure',
  execution: 'Commands run',
  secrets: 'Secrets read',
};

type Unnamed = Omit<Moment, 'name'> & { names: readonly string[] };

function edges(investigation: Investigation, what: string, column: string, at: 0 | -1): Unnamed[] {
  const times = rowsOf(investigation, 'key-owner')
    .map((row) => text(row, column))
    .filter(Boolean);
  const time = times.sort(compareText).at(at);
  return time === undefined ? [] : [{ time, kind: 'call', what, subject: '', question: 'key-owner', names: [] }];
}

const firstCalls = (investigation: Investigation): Unnamed[] =>
  clientsOf(investigation).map(({ firstSeen, address, calls, failed }) => ({
    time: firstSeen ?? '',
    kind: 'client',
    what: `First call from this address (${plural(calls, 'call')} in all, ${numeral(failed)} failed)`,
    subject: address,
    question: 'key-clients',
    names: [],
  }));

const bursts = (investigation: Investigation): Unnamed[] =>
  rowsOf(investigation, 'denied-burst').map((row) => ({
    time: text(row, 'first_seen'),
    kind: 'burst',
    what: `Burst of ${plural(count(row, 'refused'), 'refused call')}`,
    subject: text(row, 'arn'),
    question: 'denied-burst',
    names: [],
  }));

/** Keys that don't expire come first: a bound must not leave them out. */
const issues = ({ closure }: Investigation): Unnamed[] =>
  issuedFrom(closure)
    .sort((a, b) => Number(isCreatedKey(b)) - Number(isCreatedKey(a)))
    .map((credential) => ({
      time: credential.issuedAt ?? '',
      kind: 'issued',
      what: isCreatedKey(credential)
        ? `CreateAccessKey made ${credential.accessKeyId}, which does not expire`
        : `${credential.eventName ?? 'An unknown action'} issued ${credential.accessKeyId}`,
      subject: credential.issuedArn ?? '',
      question: isCreatedKey(credential) ? 'keys-created' : 'sts-children',
      names: isCreatedKey(credential) ? [names.persistence] : [],
    }));

const actions = (investigation: Investigation): Unnamed[] =>
  signsOf(investigation).map(({ firstSeen, service, action, calls, failed, kind }) => ({
    time: firstSeen ?? '',
    kind: 'action',
    what: `${action}${calls > 1 ? `, first of ${numeral(calls)}` : ''}${failed === calls ? ', refused or failed' : ''}`,
    subject: service,
    question: 'actions-used',
    names: kind === null ? [] : [names[kind]],
  }));

/** What the account, AWS and GuardDuty did about it. */
function responses(investigation: Investigation): Unnamed[] {
  const keyIds = new Set(investigation.closure.credentials.map(({ accessKeyId }) => accessKeyId));
  const changes = rowsOf(investigation, 'key-lifecycle').filter(
    (row) =>
      text(row, 'error_code') === '' &&
      keyIds.has(text(row, 'changed_key_id')) &&
      !/^active$/i.test(text(row, 'status')),
  );
  const quarantined = rowsOf(investigation, 'quarantine').filter(
    (row) => text(row, 'error_code') === '' && text(row, 'event_name').startsWith('Attach'),
  );
  const found = rowsOf(investigation, 'guardduty-findings').filter(isGrave);
  return [
    ...changes.map(
      (row): Unnamed => ({
        time: text(row, 'event_time'),
        kind: 'answer',
        what: text(row, 'event_name').startsWith('Delete') ? 'The key was deleted' : 'The key was deactivated',
        subject: text(row, 'changed_key_id'),
        question: 'key-lifecycle',
        names: ['Deactivation'],
      }),
    ),
    ...quarantined.map(
      (row): Unnamed => ({
        time: text(row, 'event_time'),
        kind: 'answer',
        what: 'AWS put its quarantine policy on the owner: it had found the key in public',
        subject: text(row, 'target'),
        question: 'quarantine',
        names: ['Quarantine'],
      }),
    ),
    ...found.map(
      (row): Unnamed => ({
        time: text(row, 'first_seen') || text(row, 'updated_at'),
        kind: 'answer',
        what: `GuardDuty: ${text(row, 'type')}`,
        subject: text(row, 'access_key_id'),
        question: 'guardduty-findings',
        names: ['Finding'],
      }),
    ),
  ];
}

/**
 * First and last call, first call of each client, bursts of refusals, credentials issued, actions that the verdict
 * names, and what was done about it; in the order of their times. The first of each name bears it.
 */
export function momentsOf(investigation: Investigation): Moment[] {
  const moments = [
    edges(investigation, 'First call in the evidence', 'first_seen', 0),
    firstCalls(investigation),
    bursts(investigation),
    issues(investigation),
    actions(investigation),
    responses(investigation),
    edges(investigation, 'Last call in the evidence', 'last_seen', -1),
  ]
    .flatMap((kind) => kind.slice(0, mostOfAKind))
    .map((moment, index) => ({ moment, index }))
    .sort((a, b) => compareText(a.moment.time, b.moment.time) || a.index - b.index)
    .map(({ moment }) => moment);
  const { firstSign } = investigation;
  const begins = moments.find(
    ({ time, kind }) => kind !== 'call' && kind !== 'client' && firstSign !== null && (iso(time) ?? '') >= firstSign,
  );
  const taken = new Set<string>();
  return moments.map((each) => {
    const { names: given, ...moment } = each;
    const own = [...(each === begins ? ['First abuse'] : []), ...given].filter((name) => !taken.has(name));
    for (const name of own) taken.add(name);
    return { ...moment, name: own.length === 0 ? null : own.join(', ') };
  });
}
