import { compareText } from '../model/cell.js';
import { allTime, type CellValue, type Row, type Scope } from '../model/question.js';
import type { Engine } from '../stores/store.js';
import { questionById } from './load.js';

/** A credential that descends from the one asked about: a session of STS, or an access key made with one of them. */
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
  /** Session ARN, or `user/NAME` for an access key. */
  issuedArn: string | null;
  expiration: string | null;
}

export interface Closure {
  /** By depth, then key id. */
  credentials: Credential[];
  /** True when a bound was reached: there may be more. */
  truncated: boolean;
}

export interface Bounds {
  /** Where and when they must have been issued. */
  scope?: Omit<Scope, 'keyIds'>;
  maxDepth?: number;
}

const maxCredentials = 100_000;
const keysPerQuestion = 1000;

/** The questions whose rows are credentials issued to a key. */
const issuing = ['sts-children', 'keys-created'] as const;

const asked = {
  parent: null,
  depth: 0,
  issuedAt: null,
  eventName: null,
  issuedArn: null,
  expiration: null,
};

const issuedTo = (row: Row): CellValue =>
  row.event_name === 'CreateAccessKey' ? `user/${row.user_name ?? '?'}` : (row.issued_arn ?? null);

/**
 * All credentials issued from a key, at any depth; a chain that runs in a circle is followed once.
 * Without bounds they are followed wherever and whenever they lead: a session that was issued before the time in
 * question is used in it all the same.
 */
export async function closureOf(engine: Engine, keyId: string, bounds: Bounds = {}): Promise<Closure> {
  const { scope = { ...allTime, accounts: [], regions: [] }, maxDepth = Number.POSITIVE_INFINITY } = bounds;
  const found = new Map<string, Credential>([[keyId, { ...asked, accessKeyId: keyId, path: [keyId] }]]);
  let level = [keyId];
  let truncated = false;
  for (let depth = 1; level.length > 0 && !truncated && depth <= maxDepth; depth++) {
    const next: string[] = [];
    for (const row of await issuedBy(engine, level, scope)) {
      const accessKeyId = row.issued_key_id as string;
      const parent = row.parent_key_id as string;
      if (found.has(accessKeyId)) continue;
      truncated ||= found.size > maxCredentials;
      if (truncated) break;
      found.set(accessKeyId, {
        accessKeyId,
        parent,
        depth,
        path: [...(found.get(parent)?.path ?? [parent]), accessKeyId],
        issuedAt: row.event_time as string | null,
        eventName: row.event_name as string | null,
        issuedArn: issuedTo(row) as string | null,
        expiration: (row.expiration as string | undefined) ?? null,
      });
      next.push(accessKeyId);
    }
    level = next;
  }
  const credentials = [...found.values()].sort(
    (a, b) => a.depth - b.depth || compareText(a.accessKeyId, b.accessKeyId),
  );
  return { credentials, truncated };
}

/** A scope with every credential that was issued from its keys. */
export async function withClosure(engine: Engine, scope: Scope): Promise<Scope> {
  const keyIds = new Set<string>();
  for (const keyId of scope.keyIds)
    for (const { accessKeyId } of (await closureOf(engine, keyId)).credentials) keyIds.add(accessKeyId);
  return { ...scope, keyIds: [...keyIds] };
}

async function issuedBy(engine: Engine, keys: readonly string[], scope: Omit<Scope, 'keyIds'>): Promise<Row[]> {
  const rows: Row[] = [];
  for (let start = 0; start < keys.length; start += keysPerQuestion)
    for (const id of issuing)
      rows.push(
        ...(await engine.ask({
          question: questionById(id),
          scope: { ...scope, keyIds: keys.slice(start, start + keysPerQuestion) },
          // One more than are kept: then what is left out is noticed.
          values: { limit: maxCredentials + 1 },
        })),
      );
  return rows;
}
