import { compareText } from '../model/cell.js';
import type { LogName } from '../model/event.js';
import type { Row } from '../model/question.js';
import { createdKeys } from './credentials.js';
import { groupBy } from './group-by.js';
import type { AnsweredQuestion, Investigation } from './investigation.js';
import { attackToolOf, type SignKind, signKindOf } from './signs.js';

/** One address that used the credentials, whichever of them and with whatever software. */
export interface Client {
  address: string;
  /** Most calls first. */
  agents: string[];
  vpcEndpoints: string[];
  /** How many of the credentials it used. */
  credentials: number;
  calls: number;
  failed: number;
  firstSeen: string | null;
  lastSeen: string | null;
  /** Actions named by the verdict that it called. */
  signs: string[];
  /** Its refused calls within bursts of refusals, as far as the timeline reaches. */
  refused: number;
  /** Access keys that it used and that were made with the key or what was issued from it. */
  madeKeys: string[];
  /** Software for attacks that its user agents name. */
  tools: string[];
}

/** An action that the verdict names. */
export interface Sign {
  service: string;
  action: string;
  calls: number;
  failed: number;
  firstSeen: string | null;
  kind: SignKind | null;
}

/** The answer to a question, where the investigation asked it. */
export function answered(investigation: Investigation, id: string): AnsweredQuestion | undefined {
  return investigation.answers.find(({ question }) => question.id === id);
}

export function rowsOf(investigation: Investigation, id: string): Row[] {
  return answered(investigation, id)?.answer.rows ?? [];
}

/** Whether any event of a log was read: if not, no rows means nothing. */
export const wasRead = ({ coverage }: Investigation, log: LogName): boolean =>
  coverage.logs.some((found) => found.log === log && found.firstEvent !== null);

/** A cell as text; empty where there is none. */
export const text = (row: Row, column: string): string => {
  const value = row[column];
  return value === null || value === undefined ? '' : String(value);
};

/** A cell as a number; 0 where it is none. */
export const count = (row: Row, column: string): number => {
  const value = Number(row[column] ?? 0);
  return Number.isFinite(value) ? value : 0;
};

export const sum = (rows: readonly Row[], column: string): number =>
  rows.reduce((total, row) => total + count(row, column), 0);

const orNull = (value: string): string | null => (value === '' ? null : value);
const earliest = (texts: readonly string[]): string | null =>
  orNull([...texts].filter(Boolean).sort(compareText)[0] ?? '');
const latest = (texts: readonly string[]): string | null => orNull([...texts].sort(compareText).at(-1) ?? '');

/** Values of a column, most calls first, without the empty one. */
function byCalls(rows: readonly Row[], column: string): string[] {
  return [...groupBy(rows, (row) => text(row, column))]
    .filter(([value]) => value !== '')
    .map(([value, group]) => ({ value, calls: sum(group, 'events') }))
    .sort((a, b) => b.calls - a.calls || compareText(a.value, b.value))
    .map(({ value }) => value);
}

/** The actions used that the verdict's reasons name, in the order in which they came first. */
export function signsOf(investigation: Investigation): Sign[] {
  const named = new Set(investigation.verdict.reasons.flatMap(({ actions }) => actions));
  return rowsOf(investigation, 'actions-used')
    .filter((row) => named.has(text(row, 'event_name')))
    .map((row) => ({
      service: text(row, 'event_source').replace(/\.amazonaws\.com$/, ''),
      action: text(row, 'event_name'),
      calls: count(row, 'events'),
      failed: count(row, 'failed'),
      firstSeen: orNull(text(row, 'first_seen')),
      kind: signKindOf(text(row, 'event_name')),
    }))
    .sort((a, b) => compareText(a.firstSeen ?? '', b.firstSeen ?? '') || compareText(a.action, b.action));
}

/** Whether the verdict is about this client. */
export const isMarked = ({ signs, tools, refused, madeKeys }: Client): boolean =>
  signs.length > 0 || tools.length > 0 || refused > 0 || madeKeys.length > 0;

/** What marks a client, in words; empty where nothing does. */
export const marksOf = ({ signs, tools, refused, madeKeys }: Client): string =>
  [
    ...(signs.length > 0 ? [`called ${signs.join(', ')}`] : []),
    ...(tools.length > 0 ? [`with ${tools.join(', ')}, by its own account`] : []),
    ...(refused > 0 ? [`was refused ${plural(refused, 'time')} in bursts`] : []),
    ...(madeKeys.length > 0 ? [`used ${madeKeys.join(', ')}, made with the key`] : []),
  ].join('; ');

/** Refused calls by address, within the bursts of refusals of a key: those of one address are at least `fewest`. */
function refusalsOf(investigation: Investigation): Map<string, number> {
  const bursts = groupBy(rowsOf(investigation, 'denied-burst'), (row) => text(row, 'access_key_id'));
  const refused = rowsOf(investigation, 'key-timeline').filter(
    (row) =>
      refusal.test(text(row, 'error_code')) &&
      bursts
        .get(text(row, 'access_key_id'))
        ?.some(
          (burst) =>
            text(row, 'event_time') >= text(burst, 'first_seen') && text(row, 'event_time') <= text(burst, 'last_seen'),
        ),
  );
  const byAddress = [...groupBy(refused, (row) => text(row, 'source_ip'))].map(([address, rows]): [string, number] => [
    address,
    rows.length,
  ]);
  return new Map(byAddress.filter(([, calls]) => calls >= fewest));
}

/** The errors that denied-burst counts. */
const refusal = /^(?:AccessDenied(?:Exception)?|(?:Client\.)?UnauthorizedOperation|VpceAccessDenied)$/;
/** An application that is refused once beside the intruder is none. */
const fewest = 5;

/** Calls of the actions that the verdict names; where each client's actions are not known, those of the timeline. */
function signRows(investigation: Investigation): Row[] {
  const named = new Set(signsOf(investigation).map(({ action }) => action));
  const known = answered(investigation, 'client-actions') ?? answered(investigation, 'key-timeline');
  return (known?.answer.rows ?? []).filter((row) => named.has(text(row, 'event_name')));
}

/** Who used the credentials: first those that the verdict is about, then those who failed most. */
export function clientsOf(investigation: Investigation): Client[] {
  const taken = groupBy(signRows(investigation), (row) => text(row, 'source_ip'));
  const order = new Map(signsOf(investigation).map(({ action }, place) => [action, place]));
  const refusals = refusalsOf(investigation);
  const made = new Set(createdKeys(investigation.closure).map(({ accessKeyId }) => accessKeyId));
  const marks = (client: Client): number => client.signs.length + client.madeKeys.length + client.tools.length;
  return [...groupBy(rowsOf(investigation, 'key-clients'), (row) => text(row, 'source_ip'))]
    .map(
      ([address, rows]): Client => ({
        address: address === '' ? 'no address' : address,
        agents: byCalls(rows, 'user_agent'),
        vpcEndpoints: byCalls(rows, 'vpc_endpoint_id'),
        credentials: new Set(rows.map((row) => text(row, 'access_key_id'))).size,
        calls: sum(rows, 'events'),
        failed: sum(rows, 'failed'),
        firstSeen: earliest(rows.map((row) => text(row, 'first_seen'))),
        lastSeen: latest(rows.map((row) => text(row, 'last_seen'))),
        signs: [...new Set((taken.get(address) ?? []).map((row) => text(row, 'event_name')))].sort(
          (a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0),
        ),
        refused: refusals.get(address) ?? 0,
        madeKeys: [...new Set(rows.map((row) => text(row, 'access_key_id')).filter((id) => made.has(id)))],
        tools: [...new Set(rows.flatMap((row) => attackToolOf(text(row, 'user_agent')) ?? []))],
      }),
    )
    .sort(
      (a, b) =>
        marks(b) - marks(a) ||
        b.refused - a.refused ||
        b.failed - a.failed ||
        b.calls - a.calls ||
        compareText(a.address, b.address),
    );
}

/** Addresses of the clients that the verdict is about. */
export function markedAddresses(investigation: Investigation): Set<string> {
  return new Set(
    clientsOf(investigation)
      .filter(isMarked)
      .map(({ address }) => address),
  );
}

/** The owner, and the calls signed with this key alone: what was issued from it has made others. */
export interface Owner {
  row: Row;
  calls: number;
  firstSeen: string | null;
  lastSeen: string | null;
  /** The key that signed them: the one asked about where it made calls, else one issued from it. */
  accessKeyId: string;
}

export function ownerOf(investigation: Investigation): Owner | undefined {
  const rows = rowsOf(investigation, 'key-owner');
  const row = rows.find((each) => each.access_key_id === investigation.keyId) ?? rows[0];
  if (!row) return undefined;
  const own = rows.filter((each) => each.access_key_id === row.access_key_id);
  return {
    row,
    calls: sum(own, 'events'),
    firstSeen: earliest(own.map((each) => text(each, 'first_seen'))),
    lastSeen: latest(own.map((each) => text(each, 'last_seen'))),
    accessKeyId: text(row, 'access_key_id'),
  };
}

/** Whose calls the owner's are: of the key asked about, or, where it made none, of one issued from it. */
export const ownCalls = ({ calls, accessKeyId }: Owner, { keyId }: Investigation): string =>
  `${plural(calls, 'call')} with ${accessKeyId === keyId ? 'the key itself' : `${accessKeyId}, issued from it`}`;

/** What the calls of the clients add up to; null where the key has issued nothing, and they are its own. */
export function allCalls(investigation: Investigation): string | null {
  const issued = investigation.closure.credentials.length - 1;
  const calls = sum(rowsOf(investigation, 'key-clients'), 'events');
  if (issued < 1 || calls === 0) return null;
  return `${plural(calls, 'call')} with the key and the ${issued === 1 ? 'credential' : `${numeral(issued)} credentials`} issued from it`;
}

/** The time range asked about, in words. */
export function scopeText({ from, to, accounts, regions }: Investigation['scope']): string {
  const open = { from: from < '0001-01-02', to: to >= '9999' };
  const range =
    open.from && open.to ? 'all times' : `${open.from ? 'the beginning' : from} to ${open.to ? 'the end' : to}`;
  return [
    range,
    accounts.length === 0 ? 'all accounts' : `account ${accounts.join(', ')}`,
    regions.length === 0 ? 'all Regions' : `Region ${regions.join(', ')}`,
  ].join('; ');
}

export const numeral = (value: number): string => value.toLocaleString('en-US');

export const plural = (value: number, noun: string, nouns = `${noun}s`): string =>
  `${numeral(value)} ${value === 1 ? noun : nouns}`;
