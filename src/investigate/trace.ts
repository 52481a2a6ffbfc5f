import { compareText } from '../model/cell.js';
import { allTime, type EngineKind, type Row } from '../model/question.js';
import type {
  AssumedRole,
  CreatedThing,
  DerivedCredential,
  KeyClient,
  Trace,
  TracedIdentity,
  TracedIssuer,
  UsedAction,
} from '../model/trace.js';
import { ask } from '../queries/ask.js';
import { type Closure, closureOf } from '../queries/closure.js';
import { issuersOf } from '../queries/issuers.js';
import { questionById } from '../queries/load.js';
import { bindQuestion } from '../queries/parameters.js';
import type { Engine } from '../stores/store.js';
import { createdThings } from './created-things.js';
import { issuedFrom } from './credentials.js';
import { count, sum, text } from './findings.js';
import { firstSignOf } from './first-sign.js';
import { groupBy } from './group-by.js';
import { earliest, iso, latest } from './times.js';

export interface TraceOptions {
  engine: Engine;
  keyId: string;
  now: Date;
  /** Called before each question with its id. */
  onProgress?: (question: string) => void;
}

/** Entries of a list of a trace, at the most. */
export const maxTraced = 10_000;
/** Rows of an answer, at the most: several may make one entry. */
const maxRows = 100_000;
const keysPerQuestion = 1000;

const orNull = (row: Row, column: string): string | null => text(row, column) || null;
const timeOf = (row: Row, column: string): string | null => iso(orNull(row, column));

/** Asks one engine, and keeps what it could not answer and what was cut. */
class Tracer {
  readonly unanswered: string[] = [];
  readonly truncated = new Set<string>();

  constructor(private readonly options: TraceOptions) {}

  /** The rows of a question about keys, however many: `list` is what it fills. */
  async rows(id: string, keyIds: readonly string[], list: keyof Trace): Promise<Row[]> {
    const { engine, now, onProgress = () => undefined } = this.options;
    onProgress(id);
    const question = questionById(id);
    const kind = engine.uri.slice(0, engine.uri.indexOf(':')) as EngineKind;
    if (question.engines?.includes(kind) === false) {
      this.unanswered.push(id);
      return [];
    }
    const { values } = bindQuestion({ ...question, key: 'none' }, { limit: [String(maxRows)] }, now);
    const rows: Row[] = [];
    for (let first = 0; first < keyIds.length; first += keysPerQuestion) {
      const some = keyIds.slice(first, first + keysPerQuestion);
      const found = await ask(engine, { question, scope: { ...everywhere, keyIds: some }, values });
      if (found.length === maxRows) this.truncated.add(list);
      for (const row of found) rows.push(row);
    }
    return rows;
  }

  /** As many entries as a list may have. */
  bounded<T>(list: keyof Trace, entries: T[]): T[] {
    if (entries.length > maxTraced) this.truncated.add(list);
    return entries.slice(0, maxTraced);
  }
}

const everywhere = { ...allTime, accounts: [], regions: [], keyIds: [] };

/**
 * What the store knows about a credential, whenever and wherever it was used. What the engine can't answer is left
 * empty and named in `unanswered`. Throws what the engine throws.
 */
export async function traceOf(options: TraceOptions): Promise<Trace> {
  const { engine, keyId, onProgress = () => undefined } = options;
  const tracer = new Tracer(options);
  onProgress('closure');
  const closure = await closureOf(engine, keyId);
  if (closure.truncated) tracer.truncated.add('derived');
  const credentials = issuedFrom(closure);
  const everyKey = closure.credentials.map(({ accessKeyId }) => accessKeyId);
  onProgress('key-issuer');
  const issuers = (await issuersOf(engine, keyId)).map(issuerOf);
  const owners = await tracer.rows('key-owner', [keyId], 'owner');
  const clients = await tracer.rows('key-clients', everyKey, 'clients');
  const actions = await tracer.rows('actions-used', everyKey, 'actions');
  const bursts = await tracer.rows('denied-burst', everyKey, 'firstAbuse');
  const changes = await tracer.rows('lasting-changes', everyKey, 'created');
  const resources = await tracer.rows('resources-touched', everyKey, 'roles');
  const answers: Readonly<Record<string, Row[]>> = {
    'key-clients': clients,
    'actions-used': actions,
    'denied-burst': bursts,
  };
  const firstAbuse = firstSignOf((id) => answers[id] ?? [], closure);
  return {
    keyId,
    owner: ownerOf(owners),
    issuers: tracer.bounded('issuers', issuers),
    clients: tracer.bounded('clients', clientsOf(clients.filter((row) => row.access_key_id === keyId))),
    derived: tracer.bounded('derived', credentials.map(derivedOf)),
    roles: tracer.bounded('roles', rolesOf(credentials.map(derivedOf), resources)),
    created: tracer.bounded('created', changes.flatMap(createdThings).sort(byTime)),
    actions: tracer.bounded('actions', actionsOf(actions)),
    firstAbuse,
    logsReachTo: await lastEvent(engine, tracer),
    unanswered: tracer.unanswered,
    truncated: [...tracer.truncated].sort(compareText),
  };
}

const issuerOf = (row: Row): TracedIssuer => ({
  accessKeyId: orNull(row, 'parent_key_id'),
  eventName: text(row, 'event_name'),
  // Without an ARN, a service asked, and its name stands where the address of others does.
  by: text(row, 'parent_arn') || text(row, 'source_ip'),
  time: timeOf(row, 'event_time'),
});

/** Who made most of the calls. What another account recorded of them says less of the caller. */
function ownerOf(rows: readonly Row[]): TracedIdentity | null {
  const row = rows.find((each) => orNull(each, 'arn') !== null) ?? rows[0];
  if (!row) return null;
  const type = text(row, 'principal_type');
  const arn = text(row, 'arn');
  const session = type === 'AssumedRole' ? /^arn:[^:]*:sts::[^:]*:assumed-role\/[^/]+\/(.+)$/.exec(arn) : null;
  return {
    type,
    arn,
    accountId: text(row, 'account_id') || (arn.split(':')[4] ?? ''),
    userName: type === 'IAMUser' ? orNull(row, 'user_name') : null,
    roleArn: type === 'AssumedRole' ? orNull(row, 'issuer_arn') : null,
    sessionName: session?.[1] ?? null,
  };
}

/** Rows differ by the VPC endpoint, too, which is no other client. */
const clientsOf = (rows: readonly Row[]): KeyClient[] =>
  [...groupBy(rows, (row) => JSON.stringify([row.source_ip, row.user_agent])).values()]
    .map((group) => ({
      source_ip: orNull(group[0]!, 'source_ip'),
      user_agent: orNull(group[0]!, 'user_agent'),
      events: sum(group, 'events'),
      first_seen: earliest(group.map((row) => timeOf(row, 'first_seen'))),
      last_seen: latest(group.map((row) => timeOf(row, 'last_seen'))),
    }))
    .sort(
      (a, b) =>
        b.events - a.events ||
        compareText(a.source_ip ?? '', b.source_ip ?? '') ||
        compareText(a.user_agent ?? '', b.user_agent ?? ''),
    );

/** A credential of a closure, with its times in the form of a trace. */
export const derivedOf = ({
  accessKeyId,
  parent,
  depth,
  eventName,
  issuedArn,
  issuedAt,
  expiration,
}: Closure['credentials'][number]): DerivedCredential => ({
  accessKeyId,
  parent,
  depth,
  eventName,
  issuedArn,
  issuedAt: iso(issuedAt),
  expiration: iso(expiration),
});

/** The ARN of a session names the role without its path; calls that assumed it named the whole ARN. */
function rolesOf(derived: readonly DerivedCredential[], resources: readonly Row[]): AssumedRole[] {
  const whole = new Map<string, string>();
  for (const row of resources) {
    const [, partition, account, name] = /^arn:([^:]*):iam::(\d+):role\/(?:.*\/)?([^/]+)$/.exec(text(row, 'arn')) ?? [];
    if (text(row, 'event_source') === 'sts.amazonaws.com' && count(row, 'events') > count(row, 'failed'))
      whole.set(`arn:${partition}:iam::${account}:role/${name}`, text(row, 'arn'));
  }
  const sessions = derived.flatMap((credential) => {
    // A console session bears the name of one that was assumed before.
    if (!credential.eventName?.startsWith('AssumeRole')) return [];
    const [, partition, account, role, name] =
      /^arn:([^:]*):sts::(\d+):assumed-role\/([^/]+)\/(.+)$/.exec(credential.issuedArn ?? '') ?? [];
    if (role === undefined) return [];
    const arn = `arn:${partition}:iam::${account}:role/${role}`;
    return [{ arn: whole.get(arn) ?? arn, name: name!, issuedAt: credential.issuedAt }];
  });
  return [...groupBy(sessions, ({ arn }) => arn)]
    .map(([arn, group]) => ({
      arn,
      sessions: group.length,
      sessionNames: [...new Set(group.map(({ name }) => name))].sort(compareText).slice(0, maxTraced),
      lastAssumed: latest(group.map(({ issuedAt }) => issuedAt)),
    }))
    .sort((a, b) => compareText(a.arn, b.arn));
}

const actionsOf = (rows: readonly Row[]): UsedAction[] =>
  [...groupBy(rows, (row) => JSON.stringify([row.event_source, row.event_name])).values()]
    .map((group) => ({
      event_source: text(group[0]!, 'event_source'),
      event_name: text(group[0]!, 'event_name'),
      events: sum(group, 'events'),
      failed: sum(group, 'failed'),
      last_seen: latest(group.map((row) => timeOf(row, 'last_seen'))),
    }))
    .sort((a, b) => compareText(a.event_source, b.event_source) || compareText(a.event_name, b.event_name));

const byTime = (a: CreatedThing, b: CreatedThing): number =>
  compareText(a.time, b.time) || compareText(a.eventId, b.eventId) || compareText(a.name, b.name);

async function lastEvent(engine: Engine, tracer: Tracer): Promise<string | null> {
  const coverage = await engine.coverage(everywhere);
  if (coverage === null) tracer.unanswered.push('coverage');
  return iso(coverage?.find(({ log }) => log === 'cloudtrail')?.lastEvent ?? null);
}
