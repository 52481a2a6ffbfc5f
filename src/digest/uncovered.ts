import type { ObjectOrigin } from '../model/object.js';
import { hoursOf, type LoadedDigest } from './load.js';
import { deliveryTime } from './name.js';
import type { Place } from './place.js';
import { type FindingKind, type NoteKind, type Remark, remark } from './report.js';

/** Which log files are asked about; times in milliseconds since 1970. */
export interface LogScope {
  from: number | null;
  to: number | null;
  includes(account: string, region: string): boolean;
}

const minute = 60_000;
/** A log file may be delivered some minutes after the time in its name, and its digest some time after its hour. */
const before = 15 * minute;
const after = 120 * minute;

/** Files named one by one, an account and Region; beyond that they are counted. */
const mostNamed = 100;

interface Group {
  account: string;
  region: string;
  /** Named, at most `mostNamed`. */
  keys: { key: string; time: number | null }[];
  uncovered: number;
  pending: number;
}

/** Log files that no digest names, by account and Region. */
export class Uncovered {
  private readonly groups = new Map<string, Group>();
  private readonly lastEnd = new Map<string, number>();

  constructor(
    digests: readonly LoadedDigest[],
    private readonly scope: LogScope,
  ) {
    for (const digest of digests) {
      const { account, region, backfill } = digest.name;
      if (backfill) continue;
      const id = `${account} ${region}`;
      this.lastEnd.set(id, Math.max(this.lastEnd.get(id) ?? 0, hoursOf(digest).end));
    }
  }

  add(key: string, { account, region, day }: ObjectOrigin): void {
    if (account === null || region === null || !this.scope.includes(account, region)) return;
    const time = deliveryTime(key) ?? (day === null ? null : Date.parse(`${day}T00:00:00Z`));
    const { from, to } = this.scope;
    if (time !== null && ((from !== null && time < from) || (to !== null && time >= to))) return;
    const id = `${account} ${region}`;
    const group = this.groups.get(id) ?? { account, region, keys: [], uncovered: 0, pending: 0 };
    this.groups.set(id, group);
    const last = this.lastEnd.get(id);
    if (last !== undefined && time !== null && time > last - before && time < last + after) {
      group.pending += 1;
      return;
    }
    group.uncovered += 1;
    if (group.keys.length < mostNamed) group.keys.push({ key, time });
  }

  get uncovered(): number {
    return [...this.groups.values()].reduce((sum, group) => sum + group.uncovered, 0);
  }

  get pending(): number {
    return [...this.groups.values()].reduce((sum, group) => sum + group.pending, 0);
  }

  findings(place: Place): Remark<FindingKind>[] {
    return [...this.groups].flatMap(([id, group]): Remark<FindingKind>[] => {
      if (group.uncovered === 0) return [];
      if (!this.lastEnd.has(id)) {
        const detail = `there is no digest: ${group.uncovered} log files can't be checked`;
        return [remark('no-digest', group, detail, { from: this.scope.from, to: this.scope.to })];
      }
      const named: Remark<FindingKind>[] = group.keys.map(({ key, time }) =>
        remark('log-uncovered', group, 'not covered by a digest', { object: place.show(key), from: time }),
      );
      const more = group.uncovered - named.length;
      return more === 0
        ? named
        : [...named, remark('log-uncovered', group, `${more} more log files are not covered by a digest`)];
    });
  }

  notes(): Remark<NoteKind>[] {
    return [...this.groups.values()]
      .filter(({ pending }) => pending > 0)
      .map((group) =>
        remark(
          'log-pending',
          group,
          `${group.pending} log files are too new: the digest that will name them is not there`,
        ),
      );
  }
}
