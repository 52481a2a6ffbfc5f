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
