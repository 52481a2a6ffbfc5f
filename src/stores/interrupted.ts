import { KeytrailError } from '../errors.js';

const isLate = ({ reason }: AbortSignal): boolean => reason instanceof Error && reason.name === 'TimeoutError';

const moreTime = 'Ask of less, with --from, --to and --limit, or give more time.';

/** The error for an answer that `signal` broke off: by hand, or because the time was up (a `TimeoutError`). */
export function interruptedAsking(uri: string, signal: AbortSignal, cause?: unknown): KeytrailError {
  if (isLate(signal))
    return new KeytrailError('interrupted', `${uri} gave no answer within --timeout`, {
      hint: moreTime,
      cause,
    });
  return new KeytrailError('interrupted', `interrupted while asking ${uri}`, {
    hint: 'Run the same command again to ask anew.',
    cause,
  });
}

/** The same while a store was waited for that another process has; `busy` says which. */
export function interruptedWaiting(busy: KeytrailError, signal: AbortSignal | undefined): KeytrailError {
  if (signal && isLate(signal))
    return new KeytrailError('interrupted', `${busy.message}: not free within --timeout`, { hint: moreTime });
  return new KeytrailError('interrupted', `${busy.message}: stopped waiting for it`);
}
