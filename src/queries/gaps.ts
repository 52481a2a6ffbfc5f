import { isoTime } from '../model/cell.js';
import type { LogName } from '../model/event.js';
import { allTime } from '../model/question.js';
import type { Stream, StreamScope } from '../model/stream.js';

/** Hours in a row without a record. Both ends are full hours, `to` is exclusive. */
export interface Gap {
  from: string;
  to: string;
  hours: number;
}

/** A stream with the hours that it lacks. `expected`: hours from its beginning to its end, which are not all of them full. */
export interface Gapped extends Stream {
  expected: number;
  gaps: Gap[];
}

const hourMs = 3_600_000;

/**
 * Logs that are written all the time. An hour without a flow record is a gap: an interface without traffic is logged as
 * NODATA. Of CloudTrail it can be a quiet hour; only the digests tell.
 */
const continuous: ReadonlySet<LogName> = new Set(['cloudtrail', 'vpcflow']);

const floor = (time: string): number => Math.floor(Date.parse(time) / hourMs) * hourMs;

/**
 * The hours that each stream lacks: from the scope's beginning, or the stream's own first record, to the scope's end,
 * or the last record that any stream of its log has, so that one that fell silent is seen to have. `now` ends a scope
 * that reaches into the future.
 */
export function gapsOf(streams: readonly Stream[], scope: Pick<StreamScope, 'from' | 'to'>, now: Date): Gapped[] {
  const newest = new Map<LogName, number>();
  for (const { log, hours } of streams) {
    const last = hours.at(-1);
    if (last) newest.set(log, Math.max(newest.get(log) ?? 0, Date.parse(last.hour)));
  }
  return streams.map((stream): Gapped => {
    const first = stream.hours[0];
    if (!continuous.has(stream.log)) return { ...stream, expected: stream.hours.length, gaps: [] };
    const from = scope.from > allTime.from ? floor(scope.from) : first ? Date.parse(first.hour) : null;
    const last = newest.get(stream.log);
    const asked = Math.min(Date.parse(scope.to), now.getTime());
    const end = scope.to < allTime.to ? Math.ceil(asked / hourMs) * hourMs : last === undefined ? null : last + hourMs;
    if (from === null || end === null || end <= from) return { ...stream, expected: stream.hours.length, gaps: [] };
    return { ...stream, expected: (end - from) / hourMs, gaps: missing(stream, from, end) };
  });
}

function missing({ hours }: Stream, from: number, end: number): Gap[] {
  const gaps: Gap[] = [];
  let next = from;
  const upTo = (time: number): void => {
    if (time > next) gaps.push({ from: isoTime(next), to: isoTime(time), hours: (time - next) / hourMs });
  };
  for (const { hour } of hours) {
    const at = Date.parse(hour);
    upTo(at);
    next = Math.max(next, at + hourMs);
  }
  upTo(end);
  return gaps;
}
