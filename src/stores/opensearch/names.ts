import type { Contract } from '../../model/contract.js';

/** Version of the templates below; raised when a mapping changes. */
export const schemaVersion = 3;

/** What marks a template or an index as keytrail's. */
export const meta = { keytrail: { schema: schemaVersion } };

/** Version of the documents that events become; raised when the same event becomes another one. */
export const documentVersion = 2;

/** The field of a document that has its version: only those of one version can be compared. */
export const documentSchema = 'keytrail.schema';

export const prefixed = (prefix: string, name: string): string => (prefix === '' ? name : `${prefix}-${name}`);

export const ledgerIndex = (prefix = ''): string => prefixed(prefix, 'keytrail-ledger');
export const deadLetterIndex = (prefix = ''): string => prefixed(prefix, 'keytrail-dead-letters');

/** Also the name of the log's index template, and the alias by which people search all its months. */
export const indexBase = (contract: Contract, prefix = ''): string => prefixed(prefix, contract.index);

/** All monthly indices of a log. */
export const indexPattern = (contract: Contract, prefix = ''): string => `${indexBase(contract, prefix)}-*`;

/** The monthly index of an event time `YYYY-MM-DDTHH:mm:ssZ`. */
export const monthlyIndex = (base: string, time: string): string => `${base}-${time.slice(0, 4)}.${time.slice(5, 7)}`;

/** The id of a question's stored search template, or of a step of it. */
export const storedSearch = (question: string, step: string | null, prefix = ''): string =>
  prefixed(prefix, step === null ? `keytrail-${question}` : `keytrail-${question}-${step}`);
