import { printable } from '../model/printable.js';

/** Names and codes of the errors of a connection that was not had, or broke. */
export const unreachable: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'TimeoutError',
]);

/** Names and codes of an error, of what it wraps and of what it gathers. */
export function errorNames(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 4) return [];
  const { name, code } = error as NodeJS.ErrnoException;
  const inner = error instanceof AggregateError ? error.errors : [];
  return [name, code ?? '', ...[...inner, error.cause].flatMap((wrapped) => errorNames(wrapped, depth + 1))];
}

/** One line of at most 500 characters, without a full stop: an engine's reason may repeat text from a log. */
export const lineOf = (text: string): string => printable(text.replace(/\s+/g, ' ').trim().replace(/\.$/, ''), 500);
