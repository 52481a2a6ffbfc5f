import { contractOf } from '../../model/contract.js';
import type { LogName } from '../../model/event.js';
import type { Book } from '../../model/question.js';
import type { Json } from './client.js';
import { overlaps } from './coverage.js';
import { deadLetterIndex, indexPattern, ledgerIndex } from './names.js';

/** Where a search reads, and what the fields are called by which it is limited to a scope. */
export interface Place {
  /** Index or index pattern of a store with this prefix. */
  index: (prefix?: string) => string;
  account: string;
  region: string;
  /** Of the access key; null where records name none. */
  key: string | null;
  /** Fields given in seconds. */
  epochs: ReadonlySet<string>;
  /** The filter that a range of time makes; its ends as a range query takes them, in the field's own format or this. */
  within: (from: unknown, to: unknown, format?: string) => Json;
}

const keyFields: Readonly<Partial<Record<LogName, string>>> = {
  cloudtrail: 'aws.cloudtrail.user_identity.access_key_id',
  guardduty: 'aws.guardduty.access_key_id',
};

const ownFields = { account: 'account', region: 'region', key: null, epochs: new Set<string>() } as const;

const books: Readonly<Record<Book, Place>> = {
  objects: { ...ownFields, index: ledgerIndex, within: overlaps },
  // When the event of a dead letter was, nobody knows.
  letters: { ...ownFields, index: deadLetterIndex, within: () => ({ match_all: {} }) },
};

export const isBook = (log: LogName | Book): log is Book => Object.hasOwn(books, log);

export function placeOf(log: LogName | Book): Place {
  if (isBook(log)) return books[log];
  const contract = contractOf(log);
  const fields = contract.fields.flatMap(({ ecs }) => ecs);
  return {
    index: (prefix) => indexPattern(contract, prefix),
    account: 'cloud.account.id',
    region: 'cloud.region',
    key: keyFields[log] ?? null,
    epochs: new Set(fields.filter(({ type }) => type === 'epoch').map(({ field }) => field)),
    within: (gte, lt, format) => ({ range: { '@timestamp': { gte, lt, ...(format ? { format } : {}) } } }),
  };
}
