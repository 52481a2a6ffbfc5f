import type { Closure, Credential } from '../../src/queries/closure.js';

export type { Closure };

const root = 'AKIAIOSFODNN7EXAMPLE';

/** A closure of the key and these credentials, each issued to the one that it names. */
export function credentialsOf(...issued: (Partial<Credential> & { accessKeyId: string })[]): Closure {
  const common = { parent: null, depth: 0, issuedAt: null, eventName: null, issuedArn: null, expiration: null };
  return {
    truncated: false,
    credentials: [{ accessKeyId: root }, ...issued].map((each) => ({ ...common, path: [root], ...each })),
  };
}
