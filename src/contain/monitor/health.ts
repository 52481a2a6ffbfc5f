import type { AppReading, Hourly } from './apps.js';

/** An hour since the containment, held against the same hour of the seven days before it. */
export interface HourHealth {
  /** Its start. */
  hour: string;
  errors: number;
  /** Twice the p95 of the same hour of the week before. */
  limit: number;
}

export interface AppHealth {
  app: string;
  /** `Errors`, `HTTPCode_Target_5XX_Count` … */
  metric: string;
  /**
   * `worse`: more errors than the limit in some hour. `silent`: it worked in these hours of the week before, and does
   * not now. `unknown`: it has no data at all.
   */
  state: 'ok' | 'worse' | 'silent' | 'unknown';
  /** Hours judged, at most the last 24. */
  hours: number;
  /** Those above their limit. */
  worse: HourHealth[];
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const days = 7;
const maxHours = 24;

const floorHour = (time: number): number => Math.floor(time / hourMs) * hourMs;
const valueAt = (values: Hourly, time: number): number => values.get(new Date(time).toISOString()) ?? 0;

/** From when on metrics are needed to judge what came after a containment. */
export const baselineFrom = (deniedAt: string): Date => new Date(floorHour(Date.parse(deniedAt)) - days * dayMs);

/** By nearest rank. */
function p95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * 0.95) - 1)] ?? 0;
}

/** Starts of the same hour on the last seven days that were over before a time. */
function sameHours(hour: number, before: number): number[] {
  const behind = Math.max(1, Math.ceil((hour + hourMs - before) / dayMs));
  return Array.from({ length: days }, (_, day) => hour - (behind + day) * dayMs);
}

/** Whether an application does worse since the containment than in the week before; pure. */
export function judgeApp({ metric, errors, activity }: AppReading, deniedAt: string, now: Date): AppHealth {
  const denied = floorHour(Date.parse(deniedAt));
  const last = floorHour(now.getTime());
  const first = Math.max(denied, last - (maxHours - 1) * hourMs);
  const hours: number[] = [];
  for (let hour = first; hour <= last; hour += hourMs) hours.push(hour);
  const judged = hours.map((hour) => ({
    hour: new Date(hour).toISOString(),
    errors: valueAt(errors, hour),
    limit: 2 * p95(sameHours(hour, denied).map((same) => valueAt(errors, same))),
    activity: valueAt(activity, hour),
    activityBefore: sameHours(hour, denied).reduce((sum, same) => sum + valueAt(activity, same), 0),
  }));
  const worse = judged
    .filter((hour) => hour.errors > hour.limit)
    .map(({ hour, errors, limit }) => ({ hour, errors, limit }));
  const wasActive = judged.some(({ activityBefore }) => activityBefore > 0);
  const isActive = judged.some((hour) => hour.activity > 0);
  const state =
    worse.length > 0
      ? 'worse'
      : isActive
        ? 'ok'
        : wasActive
          ? 'silent'
          : errors.size + activity.size === 0
            ? 'unknown'
            : 'ok';
  return { app: metric.app, metric: metric.errors.metric, state, hours: hours.length, worse };
}
