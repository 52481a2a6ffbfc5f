import { compareText } from '../model/cell.js';
import type { Scope } from '../model/question.js';
import type { Engine } from '../stores/store.js';
import { questionById } from './load.js';

/** A credential that descends from the one asked about. */
export interface Credential {
  accessKeyId: string;
  /** The key that it was issued to; null for the one asked about. */
  parent: string | null;
  /** 0 for the one asked about. */
  depth: number;
  /** Key ids from the one asked about to this one. */
  path: string[];
  issuedAt: string | null;
  eventName: string | null;
  issuedArn: string | null;
  expiration: string | null;
}

export interface Closure {
  /** By depth, then key id. */
  credentials: Credential[];
  /** True when a bound was reached: there may be more. */
  truncated: boolean;
}

const maxCredentials = 100_000;
const keysPerQuestion = 1000;

/**
 * All credentials issued from a key, at any depth; a chain that runs in a circle is followed once.
 * Credentials are followed wherever they lead: the scope's accounts and Regions don't limit them.
 */
export async function closureOf(engine: Engine, keyId: string, range: Pick<Scope, 'from' | 'to'>): Promise<Closure> {
  const question = questionById('sts-children');
  const found = new Map<string, Credential>([
    [
      keyId,
      {
        accessKeyId: keyId,
        parent: null,
        depth: 0,
        path: [keyId],
        issuedAt: null,
        eventName: null,
        issuedArn: null,
        expiration: null,
      },
    ],
  ]);
  let level = [keyId];
  let truncated = false;
  for (let depth = 1; level.length > 0 && !truncated; depth++) {
    const next: string[] = [];
    for (let start = 0; start < level.length; start += keysPerQuestion) {
      const keyIds = level.slice(start, start + keysPerQuestion);
      const rows = await engine.ask({
        question,
        scope: { ...range, accounts: [], regions: [], keyIds },
        values: { limit: maxCredentials },
      });
      for (const row of rows) {
        const accessKeyId = row.issued_key_id as string;
        const parent = row.parent_key_id as string;
        if (found.has(accessKeyId)) continue;
        if (found.size > maxCredentials) {
          truncated = true;
          break;
        }
        found.set(accessKeyId, {
          accessKeyId,
          parent,
          depth,
          path: [...(found.get(parent)?.path ?? [parent]), accessKeyId],
          issuedAt: row.event_time as string | null,
          eventName: row.event_name as string | null,
          issuedArn: row.issued_arn as string | null,
          expiration: row.expiration as string | null,
        });
        next.push(accessKeyId);
      }
      truncated ||= rows.length >= maxCredentials;
    }
    level = next;
  }
  const credentials = [...found.values()].sort(
    (a, b) => a.depth - b.depth || compareText(a.accessKeyId, b.accessKeyId),
  );
  return { credentials, truncated };
}
