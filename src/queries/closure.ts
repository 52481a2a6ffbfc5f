import { accessKeyFacts } from '../model/access-key.js';
import { compareText } from '../model/cell.js';
import { allTime, type CellValue, type ParameterValue, type Row, type Scope } from '../model/question.js';
import type { Engine } from '../stores/store.js';
import { questionById } from './load.js';

/**
 * A credential that descends from the one asked about: a session of STS, an access key made with one of them, or a key
 * of the console after a session was turned into a sign-in.
 */
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

const unissued = {
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
  const found = new Map<string, Credential>([[keyId, { ...unissued, accessKeyId: keyId, path: [keyId] }]]);
  let level = [keyId];
  let truncated = false;
  for (let depth = 1; level.length > 0 && !truncated && depth <= maxDepth; depth++) {
    const next: string[] = [];
    const parents = level.map((accessKeyId) => found.get(accessKeyId)!);
    for (const row of await issuedBy(engine, parents, scope)) {
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

/** What was issued to credentials: rows of the questions, in the order in which ways of the same length count. */
async function issuedBy(engine: Engine, parents: readonly Credential[], scope: Omit<Scope, 'keyIds'>): Promise<Row[]> {
  const rows: Row[] = [];
  for (const some of chunks(parents)) {
    const keyIds = some.map(({ accessKeyId }) => accessKeyId);
    const found = await Promise.all([
      asked(engine, 'sts-children', { ...scope, keyIds }),
      consoleKeys(engine, some, scope),
      asked(engine, 'keys-created', { ...scope, keyIds }),
    ]);
    for (const part of found) rows.push(...part);
  }
  return rows;
}

const asked = (engine: Engine, id: string, scope: Scope, values: Record<string, ParameterValue> = {}): Promise<Row[]> =>
  // One more than are kept: then what is left out is noticed.
  engine.ask({ question: questionById(id), scope, values: { ...values, limit: maxCredentials + 1 } });

/** A session by its name, from when on it was there. */
interface Session {
  accessKeyId: string;
  arn: string;
  since: string;
  path: string;
}

/**
 * The keys with which the console acted under the names of sessions, once these were there. No record ties the two but
 * the name: of several sessions that bear it, the one with the smallest path counts.
 */
async function consoleKeys(
  engine: Engine,
  parents: readonly Credential[],
  scope: Omit<Scope, 'keyIds'>,
): Promise<Row[]> {
  const sessions = (await Promise.all(parents.map((parent) => sessionsOf(engine, parent, scope)))).flat();
  if (sessions.length === 0) return [];
  sessions.sort((a, b) => compareText(a.path, b.path));
  const arns = [...new Set(sessions.map(({ arn }) => arn))];
  const first = new Map<string, Row>();
  for (const row of await asked(engine, 'console-sessions', { ...scope, keyIds: [] }, { arns })) {
    const place = `${row.access_key_id} ${row.arn}`;
    // In the order of the first call, whichever account recorded it.
    if (!first.has(place)) first.set(place, row);
  }
  return [...first.values()].flatMap((row) => {
    const session = sessions.find(
      ({ accessKeyId, arn, since }) =>
        arn === row.arn && since <= String(row.first_seen) && accessKeyId !== row.access_key_id,
    );
    if (!session) return [];
    return [
      {
        issued_key_id: row.access_key_id!,
        parent_key_id: session.accessKeyId,
        event_time: row.first_seen!,
        event_name: 'ConsoleSession',
        issued_arn: row.arn!,
        expiration: null,
      },
    ];
  });
}

/** Under which names a credential is a session; of the one asked about, its own calls tell. */
async function sessionsOf(engine: Engine, credential: Credential, scope: Omit<Scope, 'keyIds'>): Promise<Session[]> {
  const { accessKeyId, issuedArn, issuedAt, depth, path: steps } = credential;
  const path = steps.join(' > ');
  if (issuedArn?.startsWith('arn:') && issuedAt !== null)
    return [{ accessKeyId, arn: issuedArn, since: issuedAt, path }];
  // A long-term key is a user's own.
  if (depth > 0 || accessKeyFacts(accessKeyId).kind === 'long-term') return [];
  const owners = await asked(engine, 'key-owner', { ...scope, keyIds: [accessKeyId] });
  return owners
    .filter(
      ({ principal_type, arn }) => ['AssumedRole', 'FederatedUser'].includes(String(principal_type)) && arn !== null,
    )
    .map(({ arn, first_seen }) => ({ accessKeyId, arn: String(arn), since: String(first_seen), path }));
}

const chunks = (credentials: readonly Credential[]): Credential[][] =>
  Array.from({ length: Math.ceil(credentials.length / keysPerQuestion) }, (_, place) =>
    credentials.slice(place * keysPerQuestion, (place + 1) * keysPerQuestion),
  );
