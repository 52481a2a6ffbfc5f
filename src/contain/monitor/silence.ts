/** A row of the question `client-hours`: an hour in which a client used the key. */
export interface ClientHour {
  source_ip: string | null;
  user_agent: string | null;
  /** Its start. */
  hour: string;
  events: number;
  last_seen: string;
}

/** A client that used the key before it was contained. */
export interface ClientSilence {
  sourceIp: string | null;
  userAgent: string | null;
  /** Calls before the containment. */
  events: number;
  lastSeen: string;
  /** Median hours from one active hour to the next; null for a client of a single hour. */
  cadenceHours: number | null;
  /** The longest of these pauses. */
  longestPauseHours: number | null;
  /** Hours from its last call to the end of the logs; null where that is not known. */
  silentHours: number | null;
  /**
   * `calling`: it called since. `gone`: silent for longer than ever before, so that it has moved or has no work.
   * `pausing`: its usual pause may not be over. `unknown`: too little is known of it.
   */
  state: 'calling' | 'gone' | 'pausing' | 'unknown';
}

const hourMs = 3_600_000;
const hoursBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / hourMs;
const rounded = (hours: number): number => Math.round(hours * 10) / 10;

const clientOf = ({ source_ip, user_agent }: Pick<ClientHour, 'source_ip' | 'user_agent'>): string =>
  JSON.stringify([source_ip, user_agent]);

function byClient(rows: readonly ClientHour[]): Map<string, ClientHour[]> {
  const clients = new Map<string, ClientHour[]>();
  for (const row of rows) {
    const known = clients.get(clientOf(row));
    if (known) known.push(row);
    else clients.set(clientOf(row), [row]);
  }
  return clients;
}

/** Hours from each active hour to the next, the shortest first. */
function pausesOf(rows: readonly ClientHour[]): number[] {
  const hours = [...new Set(rows.map(({ hour }) => Date.parse(hour)))].sort((a, b) => a - b);
  return hours
    .slice(1)
    .map((hour, index) => (hour - hours[index]!) / hourMs)
    .sort((a, b) => a - b);
}

function median(sorted: readonly number[]): number | null {
  if (sorted.length === 0) return null;
  const upper = sorted[sorted.length >> 1]!;
  return sorted.length % 2 === 1 ? upper : (upper + sorted[(sorted.length >> 1) - 1]!) / 2;
}

/** Of each client that was seen before the containment whether it is silent, busiest first; pure. */
export function silenceOf(rows: readonly ClientHour[], deniedAt: string, logsReachTo: string | null): ClientSilence[] {
  const silences: ClientSilence[] = [];
  for (const own of byClient(rows).values()) {
    const before = own.filter(({ last_seen }) => Date.parse(last_seen) < Date.parse(deniedAt));
    const events = before.reduce((sum, row) => sum + row.events, 0);
    if (events === 0) continue;
    const pauses = pausesOf(before);
    const longest = pauses.at(-1) ?? null;
    const lastSeen = own
      .map(({ last_seen }) => last_seen)
      .sort()
      .at(-1)!;
    const silent = logsReachTo === null ? null : Math.max(0, hoursBetween(lastSeen, logsReachTo));
    silences.push({
      sourceIp: own[0]!.source_ip,
      userAgent: own[0]!.user_agent,
      events,
      lastSeen,
      cadenceHours: median(pauses),
      longestPauseHours: longest,
      silentHours: silent === null ? null : rounded(silent),
      state: stateOf(before.length < own.length, silent, longest),
    });
  }
  return silences.sort((a, b) => b.events - a.events || (a.lastSeen < b.lastSeen ? 1 : -1));
}

function stateOf(calledSince: boolean, silent: number | null, longest: number | null): ClientSilence['state'] {
  if (calledSince) return 'calling';
  if (silent === null || longest === null) return 'unknown';
  return silent > longest ? 'gone' : 'pausing';
}

/**
 * The longest cadence of a client before the containment, or of all of them together where each was there but once,
 * in hours; null where the key was used in a single hour, or never.
 */
export function longestCadence(rows: readonly ClientHour[], deniedAt: string): number | null {
  const before = rows.filter(({ last_seen }) => Date.parse(last_seen) < Date.parse(deniedAt));
  const cadences = [...byClient(before).values(), before].flatMap((own) => median(pausesOf(own)) ?? []);
  return cadences.length === 0 ? null : Math.max(...cadences);
}
