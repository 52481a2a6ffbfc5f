import { type ErrorCode, KeytrailError, reasonOf } from '../../errors.js';
import { errorNames, lineOf, unreachable } from '../faults.js';
import type { Location } from './location.js';

const badCredentials: ReadonlySet<string> = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'TokenProviderError',
  'UnrecognizedClientException',
]);
const denied: ReadonlySet<string> = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedException']);
const busy: ReadonlySet<string> = new Set(['ThrottlingException', 'TooManyRequestsException']);
/** The endpoint is no URL, or what it answers no JSON. */
const elsewhere: ReadonlySet<string> = new Set(['ERR_INVALID_URL', 'SyntaxError']);

/** A request that Athena refused or never got, as one line with what to do next. */
export function requestFailure(error: unknown, { uri, workGroup }: Location): KeytrailError {
  const names = errorNames(error);
  const is = (set: ReadonlySet<string>): boolean => names.some((name) => set.has(name));
  const reason = lineOf(reasonOf(error));
  const fault = (code: ErrorCode, message: string, hint: string) =>
    new KeytrailError(code, message, { hint, cause: error });

  if (is(badCredentials))
    return fault(
      'no_credentials',
      `no valid AWS credentials to ask ${uri}: ${reason}`,
      'Sign in or name a profile: --profile NAME.',
    );
  if (is(denied))
    return fault(
      'store_denied',
      `${uri} refuses: ${reason}`,
      'The credentials must allow athena:StartQueryExecution, GetQueryExecution, GetQueryResults and ' +
        'StopQueryExecution, glue:GetDatabase, GetTable and GetPartitions, and S3 for the logs and the results.',
    );
  if (is(unreachable))
    return fault(
      'store_unreachable',
      `can't reach Athena for ${uri}: ${reason}`,
      'Check the network, the Region and --endpoint-url, then run it again.',
    );
  if (is(elsewhere))
    return fault(
      'store_unreachable',
      `no Athena answers at the endpoint for ${uri}`,
      'Check --endpoint-url and AWS_ENDPOINT_URL; without them it is the one of AWS.',
    );
  if (is(busy)) return fault('store_busy', `Athena is throttling ${uri}: ${reason}`, 'Wait a little and run it again.');
  return fault(
    'store_failed',
    `${uri}: ${reason}`,
    `Check that the workgroup ${workGroup} exists in this Region, is enabled, and has a place for results.`,
  );
}

interface Explanation {
  reason: RegExp;
  /** Instead of Athena's own words; `$1` is the first group of `reason`. */
  message?: (found: string, location: Location) => string;
  hint: string;
}

/** What Athena's reasons mean to who asked; the first that fits. */
const explanations: readonly Explanation[] = [
  {
    reason: /Table '(?:[^'.]*\.)*([^'.]+)' does not exist/i,
    message: (table, { database }) => `the database ${database} has no table ${table}`,
    hint:
      'keytrail setup athena creates it. Or create it as the Athena user guide says (Query AWS CloudTrail logs, Query ' +
      'Amazon VPC flow logs), or name the database that has it: athena:WORKGROUP/DATABASE.',
  },
  {
    reason: /Schema '?([^' ]+)'? does not exist|SCHEMA_NOT_FOUND/i,
    message: (_, { database }) => `there is no database ${database}`,
    hint: 'Name the one that has the tables, after the slash: athena:WORKGROUP/DATABASE. Check the Region too.',
  },
  {
    reason: /Column '([^']+)' cannot be resolved/i,
    message: (column, { database }) => `a table in ${database} has no column ${column}`,
    hint: "The columns must have the names of AWS's own tables: ingest/cloudtrail and ingest/vpcflow list them in fields.yaml.",
  },
  {
    reason: /injected/i,
    hint: 'Declare that partition column with projection type enum: questions do not name partitions.',
  },
  {
    reason: /access ?denied|PERMISSION_DENIED|not authorized/i,
    hint: 'Athena reads as the caller: allow s3:GetObject and s3:ListBucket on the logs and, if encrypted, kms:Decrypt.',
  },
  {
    reason: /bytes scanned limit/i,
    hint: "The workgroup's limit ended it: ask of a shorter time with --from and --to, or raise the limit.",
  },
  {
    reason: /exhausted resources|EXCEEDED_|timeout/i,
    hint: 'Ask of a shorter time with --from and --to, or of fewer accounts.',
  },
];

/** A query that Athena took and did not finish. `reason` is its StateChangeReason. */
export function queryFailure(
  state: 'FAILED' | 'CANCELLED',
  reason: string | undefined,
  questionId: string,
  queryId: string,
  location: Location,
): KeytrailError {
  const text = lineOf(reason ?? '') || 'no reason given';
  const known = explanations.find((explanation) => explanation.reason.test(text));
  const found = known?.reason.exec(text)?.[1] ?? '';
  const verb = state === 'FAILED' ? 'could not answer' : 'was told to stop answering';
  return new KeytrailError(
    'store_failed',
    known?.message?.(found, location) ?? `${location.uri} ${verb} ${questionId}: ${text}`,
    { hint: known?.hint ?? `See query ${queryId} in the Athena console, under recent queries.` },
  );
}
