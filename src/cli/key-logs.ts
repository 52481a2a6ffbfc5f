import type { CallsSince } from '../contain/monitor/calls-since.js';
import type { ClientHour } from '../contain/monitor/silence.js';
import type { LogFindings } from '../contain/monitor/status.js';
import { iso } from '../investigate/times.js';
import { derivedOf } from '../investigate/trace.js';
import { accessKeyFacts } from '../model/access-key.js';
import { isoTime } from '../model/cell.js';
import { allTime, type LogCoverage, type Row, type Scope } from '../model/question.js';
import { ask } from '../queries/ask.js';
import { closureOf } from '../queries/closure.js';
import { questionById } from '../queries/load.js';
import { bindQuestion } from '../queries/parameters.js';
import type { Engine } from '../stores/store.js';

const limit = 100_000;
const keysPerQuestion = 1000;
const everywhere = { ...allTime, accounts: [], regions: [] };

/**
 * What the store says of a key since its containment. `except` names credentials that were made with the key and are
 * meant to live, such as the one that replaces it; what was issued from them is left out as well.
 */
export async function keyLogs(
  engine: Engine,
  keyId: string,
  deniedAt: string,
  except: readonly string[],
  now: Date,
): Promise<LogFindings> {
  const { credentials, truncated: cut } = await closureOf(engine, keyId);
  const wanted = credentials.filter(({ path }) => !path.some((id) => except.includes(id)));
  const truncated = new Set(cut ? ['sts-children'] : []);
  const asked = async (id: string, keyIds: readonly string[], given: Record<string, string[]> = {}): Promise<Row[]> => {
    const question = questionById(id);
    const rows: Row[] = [];
    for (let first = 0; first < keyIds.length; first += keysPerQuestion) {
      // Ids that a log names are whatever its writer put there: they are bound as they are.
      const { values } = bindQuestion({ ...question, key: 'none' }, { ...given, limit: [String(limit)] }, now);
      const scope = { ...everywhere, keyIds: keyIds.slice(first, first + keysPerQuestion) };
      const found = await ask(engine, { question, scope, values });
      if (found.length === limit) truncated.add(id);
      rows.push(...found);
    }
    return rows;
  };
  const everyKey = wanted.map(({ accessKeyId }) => accessKeyId);
  const calls = await asked('calls-since', everyKey, { t0: [isoTime(deniedAt)] });
  const hours = await asked('client-hours', [keyId]);
  const trail = await trailOf(engine, accessKeyFacts(keyId).account);
  return {
    calls: (calls as unknown as CallsSince[]).sort((a, b) => (a.last_seen < b.last_seen ? 1 : -1)),
    hours: hours as unknown as ClientHour[],
    derived: wanted.filter(({ depth }) => depth > 0).map(derivedOf),
    logsFrom: iso(trail?.firstEvent ?? null),
    logsReachTo: iso(trail?.lastEvent ?? null),
    unreadObjects: (trail?.objects.failed ?? 0) + (trail?.objects.unfinished ?? 0),
    truncated: [...truncated].sort(),
  };
}

/** CloudTrail's coverage of the key's account; of all where the store doesn't know the accounts of its objects. */
async function trailOf(engine: Engine, account: string | null): Promise<LogCoverage | undefined> {
  const scope: Scope = { ...everywhere, keyIds: [] };
  const trail = (logs: LogCoverage[] | null) =>
    logs?.find(({ log, lastEvent }) => log === 'cloudtrail' && lastEvent !== null);
  const own = account === null ? undefined : trail(await engine.coverage({ ...scope, accounts: [account] }));
  return own ?? trail(await engine.coverage(scope));
}

/** When the logs say that a key was last made inactive; null where they hold no such call. */
export async function deactivationOf(engine: Engine, keyId: string, now: Date): Promise<string | null> {
  const question = questionById('key-lifecycle');
  const given = { subject: [keyId], limit: [String(limit)] };
  const rows = await ask(engine, bindQuestion(question, given, now));
  const last = rows.findLast(
    ({ changed_key_id, status, error_code }) =>
      changed_key_id === keyId && String(status).toLowerCase() === 'inactive' && error_code === null,
  );
  return iso((last?.event_time as string | undefined) ?? null);
}
