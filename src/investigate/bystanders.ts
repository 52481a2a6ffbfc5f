import type { Row } from '../model/question.js';
import { isCreatedKey } from './credentials.js';
import { answered, markedAddresses, numeral, rowsOf, text } from './findings.js';
import type { Investigation } from './investigation.js';

/** Rows of a question that is asked of everybody, parted by whether they belong to this incident. */
export interface Parted {
  own: Row[];
  /** "12 sign-ins of others in scope"; empty where there are none. */
  others: string;
}

function parted(
  investigation: Investigation,
  id: string,
  nouns: [string, string],
  isOwn: (row: Row) => boolean,
): Parted {
  const rows = rowsOf(investigation, id);
  const own = rows.filter(isOwn);
  const others = rows.length - own.length;
  const more = answered(investigation, id)?.answer.truncated ? ' or more' : '';
  return {
    own,
    others:
      others === 0
        ? ''
        : `${numeral(others)}${more} ${others === 1 && more === '' ? nouns[0] : nouns[1]} of others in scope`,
  };
}

/** Names of IAM users that the incident is about, as ACCOUNT/NAME: the owner's, and those that were given access keys. */
function userNames(investigation: Investigation): Set<string> {
  const principals = rowsOf(investigation, 'key-owner');
  const owners = principals
    .filter((row) => row.access_key_id === investigation.keyId)
    .map((row) => text(row, 'user_name'));
  const given = investigation.closure.credentials
    .filter(isCreatedKey)
    .map(({ issuedArn }) => (issuedArn ?? '').replace(/^user\//, ''));
  const accounts = principals.map((row) => text(row, 'account_id'));
  const names = [...owners, ...given].filter((name) => name !== '' && name !== '?');
  return new Set(names.flatMap((name) => accounts.map((account) => `${account}/${name}`)));
}

/** Sign-ins from marked addresses, and by the owner, users who were given keys, and sessions issued from the key. */
export function signIns(investigation: Investigation): Parted {
  const marked = markedAddresses(investigation);
  const names = userNames(investigation);
  const arns = new Set(rowsOf(investigation, 'key-owner').map((row) => text(row, 'arn')));
  arns.delete('');
  return parted(
    investigation,
    'console-logins',
    ['sign-in', 'sign-ins'],
    (row) =>
      marked.has(text(row, 'source_ip')) ||
      arns.has(text(row, 'arn')) ||
      names.has(`${text(row, 'account_id')}/${text(row, 'user_name')}`),
  );
}

/** Accepted flows from marked addresses. */
export function acceptedFlows(investigation: Investigation): Parted {
  const marked = markedAddresses(investigation);
  return parted(investigation, 'internet-accepted', ['address pair', 'address pairs'], (row) =>
    marked.has(text(row, 'srcaddr')),
  );
}

/** Ids of the calls that the key and what was issued from it made, as far as the answers have them. */
function eventIds(investigation: Investigation): Set<string> {
  const calls = ['key-timeline', 'lasting-changes'].flatMap((id) => rowsOf(investigation, id));
  return new Set(calls.map((row) => text(row, 'event_id')).filter(Boolean));
}

/** States of resources that one of the calls led to, or whose ARN one of them names. */
export function configChanges(investigation: Investigation): Parted {
  const calls = eventIds(investigation);
  const touched = new Set(rowsOf(investigation, 'resources-touched').map((row) => text(row, 'arn')));
  return parted(
    investigation,
    'config-history',
    ['state', 'states'],
    (row) => calls.has(text(row, 'event_id')) || touched.has(text(row, 'arn')),
  );
}

/** Interfaces that were launched, and the addresses that flows give them. */
function launched(investigation: Investigation): { interfaces: Set<string>; addresses: Set<string> } {
  const interfaces = new Set(rowsOf(investigation, 'launched-enis').map((row) => text(row, 'interface_id')));
  interfaces.delete('');
  const flows = ['egress-talkers', 'east-west'].flatMap((id) => rowsOf(investigation, id));
  const own = flows.filter((row) => interfaces.has(text(row, 'interface_id')));
  return { interfaces, addresses: new Set(own.map((row) => text(row, 'srcaddr'))) };
}

/** Flows of what was launched, and flows from and to marked addresses. */
export function ownFlows(investigation: Investigation, id: string, nouns: [string, string]): Parted {
  const { interfaces, addresses } = launched(investigation);
  const marked = markedAddresses(investigation);
  const isOwn = (address: string) => addresses.has(address) || marked.has(address);
  return parted(
    investigation,
    id,
    nouns,
    (row) => interfaces.has(text(row, 'interface_id')) || isOwn(text(row, 'srcaddr')) || isOwn(text(row, 'dstaddr')),
  );
}
