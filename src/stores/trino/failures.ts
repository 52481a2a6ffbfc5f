import { type ErrorCode, KeytrailError, reasonOf } from '../../errors.js';
import { errorNames, lineOf, unreachable } from '../faults.js';
import type { Location } from './location.js';

/** An answer that is not Trino's 200. */
export function answerFailure({ uri, origin }: Location, status: number, text: string): KeytrailError {
  const reason = text.trimStart().startsWith('<') ? '' : lineOf(text);
  const because = reason === '' ? '' : `: ${reason}`;
  if (status === 401)
    return new KeytrailError('store_denied', `${uri} does not know the user, or the password is wrong${because}`, {
      hint: 'Set KEYTRAIL_TRINO_USER and KEYTRAIL_TRINO_PASSWORD, and give an https address.',
    });
  if (status === 403)
    return new KeytrailError('store_denied', `${uri} refuses${because}`, {
      hint: 'Ask with a user that may run queries there: KEYTRAIL_TRINO_USER.',
    });
  if (status === 429 || status >= 500)
    return new KeytrailError('store_busy', `${uri} is overloaded or starting (${status})${because}`, {
      hint: 'Wait a little and run it again.',
    });
  return new KeytrailError('store_unreachable', `${origin} answers, but not as Trino does (${status})`, {
    hint: 'Check the address: it is the one of the coordinator, usually port 8080 or 8443.',
  });
}

/** A request that got no answer. */
export function connectionFailure({ uri }: Location, error: unknown): KeytrailError {
  const reason = lineOf(reasonOf(error));
  if (/certificate|self.signed|issuer|altname/i.test(reason))
    return new KeytrailError('store_unreachable', `can't trust ${uri}: ${reason}`, {
      hint: 'Give the certificate of its authority: --ca FILE.',
      cause: error,
    });
  const known = errorNames(error).some((name) => unreachable.has(name));
  return new KeytrailError('store_unreachable', `can't reach ${uri}: ${reason}`, {
    hint: known ? 'Check that it runs, its address, and the network.' : 'Check the address, and http or https.',
    cause: error,
  });
}

interface Explanation {
  /** Of Trino's error names. */
  name: RegExp;
  code?: ErrorCode;
  /** Instead of Trino's own words. */
  message?: (text: string, location: Location) => string;
  hint: string;
}

/** What stands between quotes in one of Trino's messages; a table comes with its catalog and schema. */
const named = (text: string): string => /'(?:[^'.]*\.)*([^'.]*)'/.exec(text)?.[1] ?? '';

/** What the names of Trino's errors mean to who asked; the first that fits. */
const explanations: readonly Explanation[] = [
  {
    name: /^TABLE_NOT_FOUND$/,
    message: (text, { catalog, schema }) => `${catalog}.${schema} has no table or view ${named(text)}`,
    hint: 'Have it made: keytrail setup trino. Or name the schema that has it: trino:http://HOST:PORT/CATALOG/SCHEMA.',
  },
  {
    name: /^(SCHEMA|CATALOG)_NOT_FOUND$/,
    message: (_, { catalog, schema, origin }) => `${origin} has no schema ${catalog}.${schema}`,
    hint: 'Name the one that has the tables: trino:http://HOST:PORT/CATALOG/SCHEMA.',
  },
  {
    name: /^COLUMN_NOT_FOUND$/,
    message: (text, { catalog, schema }) => `a table in ${catalog}.${schema} has no column ${named(text)}`,
    hint: 'The columns must have the names that fields.yaml under ingest/ lists.',
  },
  {
    name: /^PERMISSION_DENIED$/,
    code: 'store_denied',
    hint: 'Let the user select from the tables, or ask with another: KEYTRAIL_TRINO_USER.',
  },
  {
    name: /^(QUERY_QUEUE_FULL|SERVER_STARTING_UP|NO_NODES_AVAILABLE|SERVER_SHUTTING_DOWN|CLUSTER_OUT_OF_MEMORY)$/,
    code: 'store_busy',
    hint: 'Wait a little and run it again.',
  },
  { name: /^QUERY_TEXT_TOO_LARGE$/, code: 'bad_parameter', hint: 'Ask of fewer keys, accounts or values at once.' },
  {
    name: /^EXCEEDED_|^ABANDONED_QUERY$/,
    hint: 'Ask of a shorter time with --from and --to, or of fewer accounts.',
  },
  {
    name: /^HIVE_/,
    hint: 'Check the table in the catalog: its format, its location, and that each file is what the table says.',
  },
  {
    name: /^(SYNTAX_ERROR|NOT_SUPPORTED|FUNCTION_NOT_FOUND)$/,
    hint: 'Trino must be 418 or newer; a question of your own must be written in its dialect.',
  },
];

/** What an answer says of why a query failed; of a file that can't be read only the cause says what is wrong with it. */
export interface TrinoError {
  errorName?: string;
  message?: string;
  failureInfo?: { cause?: { message?: string } };
}

/** A query that Trino took and did not finish. */
export function queryFailure(
  { errorName = '', message = '', failureInfo }: TrinoError,
  questionId: string,
  queryId: string,
  location: Location,
): KeytrailError {
  const cause = failureInfo?.cause?.message ?? '';
  const whole = cause === '' || message.includes(cause) ? message : `${message}: ${cause}`;
  const text = lineOf(whole) || errorName || 'no reason given';
  const known = explanations.find(({ name }) => name.test(errorName));
  return new KeytrailError(
    known?.code ?? 'store_failed',
    known?.message?.(text, location) ?? `${location.uri} could not answer ${questionId}: ${text}`,
    { hint: known?.hint ?? `See query ${queryId} in Trino's web interface.` },
  );
}
