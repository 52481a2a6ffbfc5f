import { KeytrailError } from '../../errors.js';
import type { AwsService } from './aws.js';
import { roleId, roleNames, rolesThatMay } from './roles.js';

// biome-ignore lint/suspicious/noExplicitAny: an answer of whatever shape
type Json = any;

/** One line of at most 500 characters: such a reason may repeat text from a log. */
export function reasonIn(error: Json): string {
  const text = [error?.type, error?.reason, error?.caused_by?.reason, error?.message, error?.Message]
    .filter((part) => typeof part === 'string' && part !== '')
    .join(': ');
  const line = (text || (typeof error === 'string' && error) || 'no reason given').replace(/\s+/g, ' ').trim();
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}

/** Overloaded, starting, or without its leader: worth another try. */
export const isBusy = (status: number): boolean => [429, 502, 503, 504].includes(status);

/**
 * How collections of OpenSearch Serverless other than those of type SEARCH refuse a document that comes with an id.
 * Source: "Amazon OpenSearch Service: What is Amazon OpenSearch Serverless?", Choosing a collection type.
 */
const refusesIds = /Document ID is not supported/i;

export const isIdRefusal = (error: Json): boolean => refusesIds.test(reasonIn(error));

const mayHints = {
  none: 'Give the user a role that may do this on the keytrail-* indices and index templates.',
  es:
    "The domain's access policy must allow es:ESHttp* to these credentials; with fine-grained access control their " +
    'IAM role must also be mapped to a role that may do this on keytrail-*.',
  aoss:
    "These credentials need aoss:APIAccessAll, and the collection's data access policy must let them create, " +
    'describe, update, read and write its items and the indices keytrail-*.',
};

/** The Security plugin names the actions that are missing. */
function roleHint(missing: readonly string[]): string {
  const roles = roleNames.filter((role) => missing.every((action) => rolesThatMay(action).includes(role)));
  if (roles.length === 0) return mayHints.none;
  const names = roles.map((role) => roleId(role)).join(' or ');
  const grant = `--grant-user ${roles.length === 1 ? roles[0] : 'ROLE'}=USER`;
  return `The role ${names} has it: keytrail setup opensearch --roles makes it, with ${grant} gives it.`;
}

/** What a script of a question threw: the root cause says no more than `runtime error`. */
function scriptFault(error: Json): Json {
  const outer = error?.caused_by;
  return outer?.type === 'script_exception' ? outer.caused_by : undefined;
}

/** The error that a bad answer (400 and above) stands for. */
export function answerFailure(url: string, status: number, body: Json, service: AwsService | null): KeytrailError {
  const what = `OpenSearch at ${url}`;
  const reason = reasonIn(scriptFault(body?.error) ?? body?.error?.root_cause?.[0] ?? body?.error ?? body);
  if (service && [400, 401, 403].includes(status) && /security token|signature|credential/i.test(reason))
    return new KeytrailError('no_credentials', `${what} does not take these AWS credentials: ${reason}`, {
      hint: 'Sign in again or name another --profile; check the Region, the host name and the clock.',
    });
  if (status === 401 && !service)
    return new KeytrailError('store_denied', `${what} does not know the user, or the password is wrong`, {
      hint: 'Set KEYTRAIL_OPENSEARCH_USERNAME and KEYTRAIL_OPENSEARCH_PASSWORD (or …_PASSWORD_FILE, …_SECRET).',
    });
  if (status === 401 || status === 403) {
    const missing = /no permissions for \[([\w:/*,\s[\]]+?)\](?= and|$)/.exec(reason)?.[1]?.split(/,\s*/) ?? [];
    if (missing.length > 0)
      return new KeytrailError('store_denied', `${what} does not let this user do ${missing.join(', ')}`, {
        hint: roleHint(missing),
      });
    return new KeytrailError('store_denied', `${what} refuses: ${reason}`, { hint: mayHints[service ?? 'none'] });
  }
  if (isBusy(status))
    return new KeytrailError('store_busy', `${what} is overloaded or starting: ${reason}`, {
      hint: service === 'aoss' ? 'Try again later.' : 'Try again later; see _cluster/health.',
    });
  if (refusesIds.test(reason))
    return new KeytrailError(
      'store_failed',
      `${what} takes no document ids, so it is a time series or vector search collection; keytrail needs ids of its own, or every retry and replay would store an event twice`,
      { hint: 'Create a collection of type SEARCH and give its endpoint: a collection keeps its type for good.' },
    );
  return new KeytrailError('store_failed', `${what} answered ${status}: ${reason}`);
}
