import { mostAtOnce } from '../cli/commands/ingest.js';
import { defaults } from '../cli/settings.js';
import { mostDigestBytes } from '../digest/load.js';
import { maxRecordDepth } from '../logs/json-object.js';
import { maxLineBytes } from '../logs/lines.js';
import * as parquet from '../logs/parquet-limits.js';
import { maxRecordBytes } from '../logs/span.js';
import { maxDeadLetterBytes } from '../model/event.js';
import { mostFileBytes } from '../model/read-file.js';
import { maxKeyIds } from '../pipeline/sieve.js';
import { commonParameters } from '../queries/parameters.js';
import { maxNamedObjects } from '../s3/notifications.js';
import { mostAnswerBytes } from '../stores/answer-size.js';
import { maxTerms } from '../stores/opensearch/chain-parts.js';
import { mostRows } from '../viewer/bind.js';
import { wrongTokens } from '../viewer/guard.js';
import { maxNoticeBytes } from '../watch/notice.js';

interface Limit {
  what: string;
  value: string;
  /** What happens beyond it. */
  beyond: string;
  setting?: string;
}

const count = (value: number): string => value.toLocaleString('en-US');

function size(bytes: number): string {
  if (bytes >= 1024 * 1024) return `${bytes / 1024 / 1024} MB`;
  return bytes >= 1024 && bytes % 1024 === 0 ? `${bytes / 1024} KB` : `${count(bytes)} bytes`;
}

const rows = commonParameters.find(({ name }) => name === 'limit')!;

/** What is bounded, each with the number that the code itself goes by. */
export const limits: readonly Limit[] = [
  {
    what: 'a log object of JSON or text',
    value: 'none: it is read as a stream, in bounded memory',
    beyond: '',
    setting: '`ingest --concurrency`',
  },
  { what: 'a Parquet object', value: size(parquet.maxFileBytes), beyond: 'the object fails in the ledger' },
  {
    what: 'the pages of a Parquet object, inflated',
    value: size(parquet.maxInflatedBytes),
    beyond: 'the object fails in the ledger',
  },
  {
    what: 'memory and time of the process that reads Parquet',
    value: `${parquet.maxHeapMb} MB, ${parquet.maxSecondsPerReply} s for each 1,000 rows`,
    beyond: 'the object fails in the ledger',
  },
  { what: 'a JSON record', value: size(maxRecordBytes), beyond: 'a dead letter' },
  { what: 'a line of a flow log', value: size(maxLineBytes), beyond: 'a dead letter' },
  { what: 'the nesting of a record', value: `${maxRecordDepth} levels`, beyond: 'a dead letter' },
  {
    what: 'bytes that a dead letter keeps',
    value: size(maxDeadLetterBytes),
    beyond: 'the rest is cut off, and it says so',
  },
  { what: 'a digest file', value: size(mostDigestBytes), beyond: 'it counts as unverified' },
  {
    what: 'objects read at once',
    value: `16 of a bucket, 4 of a directory; ${mostAtOnce} at the most`,
    beyond: 'refused',
    setting: '`ingest --concurrency`',
  },
  {
    what: 'objects that one message of a queue names',
    value: count(maxNamedObjects),
    beyond: 'the message is left, and named',
  },
  { what: 'keys of a sieve', value: count(maxKeyIds), beyond: 'refused' },
  {
    what: 'rows of an answer',
    value: `${count(Number(rows.default))}, ${count(rows.max!)} at the most`,
    beyond: 'cut, and the answer says so',
    setting: '`--limit`',
  },
  {
    what: 'rows of an answer in the viewer',
    value: count(mostRows),
    beyond: 'refused',
    setting: '`limit` in its form',
  },
  { what: 'values that a step of a chain finds on OpenSearch', value: count(maxTerms), beyond: 'the question fails' },
  {
    what: 'one HTTP answer of OpenSearch or Trino',
    value: size(mostAnswerBytes),
    beyond: 'the question fails',
    setting: '`--limit`, `--from`, `--to`',
  },
  {
    what: 'what Athena reads',
    value: defaults.maxScan,
    beyond: 'refused before it is paid for',
    setting: '`--max-scan`',
  },
  { what: 'how long asking may take', value: 'as long as it takes', beyond: 'broken off', setting: '`--timeout`' },
  {
    what: 'a file that a flag or a variable names: plan, journal, parameters, job, keys, certificates, secret',
    value: size(mostFileBytes),
    beyond: 'refused',
  },
  { what: 'a notice of `watch`', value: count(maxNoticeBytes) + ' bytes', beyond: 'rows are left out, and it says so' },
  {
    what: 'wrong tokens of an address to the viewer',
    value: `${wrongTokens} a minute`,
    beyond: 'no token is heard for a minute',
  },
];
