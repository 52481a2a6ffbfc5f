import type { LogName } from '../model/event.js';
import { printable } from '../model/printable.js';
import type { LogCoverage, Row } from '../model/question.js';
import { acceptedFlows, type Parted, signIns } from './bystanders.js';
import { type Branch, createdKeys, isCreatedKey, issuedFrom, treesOf } from './credentials.js';
import {
  allCalls,
  type Client,
  clientsOf,
  count,
  isMarked,
  marksOf,
  numeral,
  ownCalls,
  ownerOf,
  plural,
  rowsOf,
  signsOf,
  text,
  wasRead,
} from './findings.js';
import type { Investigation, Issuer } from './investigation.js';

/** A line in pieces, so that it is cut by its text and coloured after. */
export interface Line {
  text: string;
  /** The piece at the start of `text` that is emphasised. */
  emphasis?: { length: number; style: 'bold' | 'red' };
  /** A command, which is not cut to the width: it is there to be copied. */
  whole?: boolean;
}

const most = {
  keys: 4,
  issuers: 3,
  clients: 4,
  credentials: 5,
  actions: 3,
  resources: 3,
  logins: 2,
  network: 2,
  places: 2,
  missing: 4,
};
/** Nearest the root; of these the first few are shown. */
const maxInTree = 200;

export const plain = (content: string): Line => ({ text: content });
const minutes = (time: string | null): string => (time ?? '-').replace('T', ' ').replace(/:\d{2}Z$/, '');

/** What no rows of a question say: something only where the log was read, and the question asked. */
function none(investigation: Investigation, log: LogName, question: string, sentence: string): Line[] {
  const reason = investigation.unasked.find(({ id }) => id === question)?.reason;
  if (reason !== undefined) return [plain(`not known: ${reason}`)];
  return [plain(wasRead(investigation, log) ? sentence : `not known: no ${log} log is on record as read`)];
}

/** The first of many, and how many are left. */
function bounded<T>(
  items: readonly T[],
  limit: number,
  lineOf: (item: T) => Line,
  noun: string,
  nouns?: string,
): Line[] {
  const more = items.length - limit;
  return [
    ...items.slice(0, limit).map(lineOf),
    ...(more > 0
      ? [plain(`and ${plural(more, `more ${noun}`, nouns === undefined ? undefined : `more ${nouns}`)}`)]
      : []),
  ];
}

export function newKeyLines({ closure }: Investigation): Line[] {
  const lineOf = ({ accessKeyId, issuedArn, issuedAt }: Branch['credential']): Line => {
    const made = `${accessKeyId} for ${issuedArn ?? 'an unknown user'} does not expire; made ${minutes(issuedAt)}`;
    return { text: made, emphasis: { length: made.length, style: 'red' } };
  };
  return bounded(createdKeys(closure), most.keys, lineOf, 'access key');
}

export function ownerLines(investigation: Investigation): Line[] {
  const owner = ownerOf(investigation);
  if (!owner) return [plain('not in the evidence: the key made no recorded call')];
  const { row, firstSeen, lastSeen } = owner;
  return [
    plain(
      `${text(row, 'arn') || text(row, 'principal_id') || 'not recorded'} (${text(row, 'principal_type') || 'kind not recorded'})`,
    ),
    plain(`${ownCalls(owner, investigation)}, ${minutes(firstSeen)} to ${minutes(lastSeen)}`),
  ];
}

export function clientLines(investigation: Investigation, isBounded: boolean): Line[] {
  const clients = clientsOf(investigation);
  const cut = (content: string, length: number) => (isBounded ? printable(content, length) : printable(content));
  const linesOf = (client: Client): Line[] => {
    const { address, agents, calls, failed } = client;
    const shown = cut(address, 40);
    const more = agents.length > 1 ? ` and ${agents.length - 1} more` : '';
    const line = `${shown}  ${plural(calls, 'call')}, ${numeral(failed)} failed; ${cut(agents[0] ?? 'no user agent', 60)}${more}`;
    if (!isMarked(client)) return [plain(line)];
    const marks = `  ${marksOf(client)}`;
    return [
      { text: line, emphasis: { length: shown.length, style: 'red' } },
      { text: marks, emphasis: { length: marks.length, style: 'red' } },
    ];
  };
  if (clients.length === 0) return [plain('no client is in the evidence')];
  const calls = allCalls(investigation);
  const more = clients.length - most.clients;
  return [
    ...(calls === null ? [] : [plain(calls)]),
    ...clients.slice(0, most.clients).flatMap(linesOf),
    ...(more > 0 ? [plain(`and ${plural(more, 'more address', 'more addresses')}`)] : []),
  ];
}

export function issuerLines({ issuers, key }: Investigation): Line[] {
  if (issuers.length === 0)
    return key.kind === 'temporary' ? [plain('not in the evidence: no record of its issue')] : [];
  const lineOf = ({ accessKeyId, eventName, eventTime, sourceIp }: Issuer, index: number) =>
    plain(
      `${index === 0 ? '' : '  which was issued by '}${accessKeyId ?? 'no recorded key'} with ${eventName} at ${minutes(eventTime)}${sourceIp === null ? '' : ` from ${sourceIp}`}`,
    );
  const more = issuers.length - most.issuers;
  return [
    ...issuers.slice(0, most.issuers).map(lineOf),
    ...(more > 0 ? [plain(`and ${plural(more, 'more step')} up`)] : []),
  ];
}

/** A tree's lines from top to bottom, each with the strokes that tie it to its siblings. */
function treeLines(branches: readonly Branch[], indent = ''): Line[] {
  return branches.flatMap(({ credential, below }, index) => {
    const { accessKeyId, eventName, issuedArn, issuedAt } = credential;
    const last = index === branches.length - 1;
    const how = isCreatedKey(credential)
      ? `access key made for ${issuedArn ?? 'an unknown user'}: it does not expire`
      : `${eventName ?? ''} ${issuedArn ?? ''}`.trimEnd();
    return [
      plain(`${indent}${last ? '└' : '├'} ${accessKeyId}  ${minutes(issuedAt)}  ${how}`),
      ...treeLines(below, `${indent}${last ? ' ' : '│'} `),
    ];
  });
}

export function credentialLines(investigation: Investigation): Line[] {
  const { closure } = investigation;
  const issued = issuedFrom(closure).length;
  if (issued === 0) return none(investigation, 'cloudtrail', 'sts-children', 'no credential was issued from it');
  // The key asked about is in the heading; what is shown is what came from it.
  const branches = treesOf(closure, maxInTree).flatMap((tree) => (tree.credential.depth === 0 ? tree.below : [tree]));
  const lines = treeLines(branches).slice(0, most.credentials);
  const more = issued - lines.length;
  return [
    ...lines,
    ...(more > 0 ? [plain(`and ${plural(more, 'more credential')}`)] : []),
    ...(closure.truncated ? [plain('a bound was reached: there may be more')] : []),
  ];
}

const reached = (row: Row): number => Number(count(row, 'failed') < count(row, 'events'));

export function actionLines(investigation: Investigation): Line[] {
  const named = new Set(signsOf(investigation).map(({ action }) => action));
  const rows = [...rowsOf(investigation, 'actions-used')].sort(
    (a, b) =>
      Number(named.has(text(b, 'event_name'))) - Number(named.has(text(a, 'event_name'))) ||
      reached(b) - reached(a) ||
      count(b, 'events') - count(a, 'events'),
  );
  if (rows.length === 0) return none(investigation, 'cloudtrail', 'actions-used', 'no call in scope');
  return bounded(
    rows,
    most.actions,
    (row) =>
      plain(
        `${text(row, 'event_source').replace(/\.amazonaws\.com$/, '')}:${text(row, 'event_name')}  ${plural(count(row, 'events'), 'call')}, ${numeral(count(row, 'failed'))} failed`,
      ),
    'action',
  );
}

export function resourceLines(investigation: Investigation): Line[] {
  const named = new Set(signsOf(investigation).map(({ action }) => action));
  const rows = [...rowsOf(investigation, 'resources-touched')].sort(
    (a, b) =>
      Number(named.has(text(b, 'event_name'))) - Number(named.has(text(a, 'event_name'))) ||
      reached(b) - reached(a) ||
      count(b, 'events') - count(a, 'events'),
  );
  if (rows.length === 0) return none(investigation, 'cloudtrail', 'resources-touched', 'no call names one');
  return bounded(
    rows,
    most.resources,
    (row) => plain(`${text(row, 'arn')}  ${text(row, 'event_name')}${reached(row) ? '' : ' (failed)'}`),
    'resource and action',
    'resources and actions',
  );
}

/** What belongs to the incident, and of others how many. */
function partedLines({ own, others }: Parted, question: string, limit: number, lineOf: (row: Row) => string): Line[] {
  const more = own.length - limit;
  return [
    plain(
      `${own.length === 0 ? 'none' : numeral(own.length)} of this incident${others === '' ? '' : `; ${others} (${question})`}`,
    ),
    ...own.slice(0, limit).map((row) => plain(lineOf(row))),
    ...(more > 0 ? [plain(`and ${numeral(more)} more of this incident`)] : []),
  ];
}

export function loginLines(investigation: Investigation): Line[] {
  if (rowsOf(investigation, 'console-logins').length === 0)
    return none(investigation, 'cloudtrail', 'console-logins', 'nobody signed in to the console in scope');
  return partedLines(
    signIns(investigation),
    'console-logins',
    most.logins,
    (row) =>
      `${minutes(text(row, 'event_time'))} ${text(row, 'user_name') || text(row, 'arn')} ${text(row, 'result')} from ${text(row, 'source_ip')}, MFA ${text(row, 'mfa_used') || 'not said'}`,
  );
}

export function networkLines(investigation: Investigation): Line[] {
  if (rowsOf(investigation, 'internet-accepted').length === 0)
    return none(investigation, 'vpcflow', 'internet-accepted', 'nothing accepted from the internet on sensitive ports');
  return partedLines(
    acceptedFlows(investigation),
    'internet-accepted',
    most.network,
    (row) =>
      `${text(row, 'srcaddr')} to ${text(row, 'dstaddr')} port ${text(row, 'dstport')}: ${numeral(count(row, 'bytes'))} bytes in ${plural(count(row, 'flows'), 'flow record')}`,
  );
}

const places = (names: readonly string[], noun: string): string =>
  names.length > most.places
    ? `; ${plural(names.length, `${noun}s`, `${noun}s`)}`
    : names.length === 0
      ? ''
      : `; ${noun}${names.length === 1 ? '' : 's'} ${names.join(', ')}`;

/** What was read of one log: what no rows mean depends on it. */
const readLine = ({ log, objects, records, firstEvent, lastEvent, accounts, regions }: LogCoverage): Line =>
  plain(
    `${log}: ${plural(objects.done, 'object')}, ${plural(records.read, 'record')}, ${firstEvent === null ? 'no event in scope' : `${minutes(firstEvent)} to ${minutes(lastEvent)}`}${places(accounts, 'account')}${places(regions, 'Region')}`,
  );

export const evidenceLines = ({ coverage }: Investigation): Line[] =>
  coverage.logs.length === 0 ? [plain('no log is on record as read')] : coverage.logs.map(readLine);

export const lackingLines = ({ coverage }: Investigation): Line[] =>
  bounded(coverage.missing, most.missing, plain, 'gap');
