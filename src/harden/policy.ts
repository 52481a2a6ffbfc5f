import { decodedDocument } from '../contain/account/paging.js';
import { KeytrailError } from '../errors.js';

/** A statement of an IAM policy, whatever it holds. */
export interface Statement {
  Effect?: string;
  Principal?: unknown;
  NotPrincipal?: unknown;
  Action?: unknown;
  Resource?: unknown;
  Condition?: Record<string, Record<string, unknown>>;
  [other: string]: unknown;
}

export interface PolicyDocument {
  Version?: string;
  Statement: Statement[];
}

/** One text or several, as policies have them everywhere. */
export const texts = (value: unknown): string[] =>
  [value].flat().filter((member): member is string => typeof member === 'string');

/** A policy as IAM returns it: URL-encoded JSON, plain with some of its stand-ins. `what` names it in errors. */
export function parsePolicy(text: string, what: string): PolicyDocument {
  try {
    const { Version, Statement } = JSON.parse(decodedDocument(text)) as {
      Version?: string;
      Statement?: Statement | Statement[];
    };
    return { ...(Version === undefined ? {} : { Version }), Statement: [Statement ?? []].flat() };
  } catch (error) {
    throw new KeytrailError('aws_failed', `${what} is no policy document`, { cause: error });
  }
}

/** The condition keys of a statement, in lower case, with the texts that each is compared with. */
export function conditionsOf({ Condition }: Statement): Map<string, { operator: string; values: string[] }[]> {
  const keys = new Map<string, { operator: string; values: string[] }[]>();
  for (const [operator, block] of Object.entries(Condition ?? {}))
    for (const [key, value] of Object.entries(block ?? {})) {
      const name = key.toLowerCase();
      keys.set(name, [...(keys.get(name) ?? []), { operator: operator.toLowerCase(), values: texts(value) }]);
    }
  return keys;
}
