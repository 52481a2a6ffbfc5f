/** What went wrong, in terms the caller can act on. The code is stable: scripts may match it. */
export type ErrorCode =
  | 'usage' // a flag, argument or parameter is wrong
  | 'unknown_question'
  | 'bad_parameter'
  | 'bad_contract' // a file under ingest/, queries/ or dashboards/ is malformed
  | 'source_not_found' // bucket, prefix or directory
  | 'source_denied'
  | 'no_credentials'
  | 'source_unreachable'
  | 'bad_object' // a log object that can't be read to its end
  | 'store_unreachable'
  | 'store_denied'
  | 'store_foreign' // a file or index that is not keytrail's
  | 'store_version'
  | 'store_mixed' // a sieve's records and all records don't go into one store
  | 'store_busy'
  | 'store_failed'
  | 'scan_limit' // more than may be read for money
  | 'plan_invalid'
  | 'plan_expired'
  | 'state_changed' // the account is not as it was when the plan was made
  | 'guard_refused'
  | 'aws_failed'
  | 'notify_failed'
  | 'interrupted'
  | 'internal';

/** 0 done; 1 failed; 2 wrong use; 3 done in part; of containment: 4 done and not verified, 5 not contained. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5;

const wrongUse: ReadonlySet<ErrorCode> = new Set(['usage', 'unknown_question', 'bad_parameter']);

export interface ErrorDetails {
  /** What to do next, as an imperative sentence. */
  hint?: string;
  cause?: unknown;
}

/** The one error type that reaches a user: one line of what and where, and a hint. */
export class KeytrailError extends Error {
  override readonly name = 'KeytrailError';
  readonly hint: string | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.hint = details.hint;
  }

  get exitCode(): ExitCode {
    return wrongUse.has(this.code) ? 2 : 1;
  }
}

/** The text of anything thrown, without a stack. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error) {
    const nested = error instanceof AggregateError ? error.errors.map(reasonOf).join('; ') : '';
    return error.message || nested || error.name;
  }
  return String(error);
}
