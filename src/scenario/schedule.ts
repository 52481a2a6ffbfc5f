import type { Random } from './random.js';

/** Divides `total` among weights; the parts add up to it exactly. */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  let passed = 0;
  let given = 0;
  return weights.map((weight) => {
    passed += weight;
    const due = Math.round((total * passed) / sum);
    const part = due - given;
    given = due;
    return part;
  });
}

/** A stretch of time, in seconds since 1970; `to` is exclusive. */
export interface Slot {
  from: number;
  to: number;
  /** How busy it is: about 1 on average. */
  weight: number;
}

const slotSeconds = 300;
const daySeconds = 86_400;

/** Busiest at 14:00 UTC, quietest at 02:00; half of it at weekends. */
function busyness(time: number): number {
  const hour = (time % daySeconds) / 3600;
  const day = new Date(time * 1000).getUTCDay();
  return (1 + 0.55 * Math.cos(((hour - 14) / 12) * Math.PI)) * (day === 0 || day === 6 ? 0.5 : 1);
}

/** Five minutes each. `from` and `to` are full hours. */
export function slotsOf(from: number, to: number): Slot[] {
  const slots: Slot[] = [];
  for (let start = from; start < to; start += slotSeconds)
    slots.push({ from: start, to: start + slotSeconds, weight: busyness(start) });
  return slots;
}

/** As many times as wanted within a slot, in order. */
export function timesIn(slot: Slot, count: number, random: Random): number[] {
  return Array.from({ length: count }, () => random.between(slot.from, slot.to - 1)).sort((a, b) => a - b);
}

export interface Timed {
  time: number;
}

/** Both lists are in order of time; so is what comes out: a planned thing, or the time of something else. */
export function* merge<T extends Timed>(times: readonly number[], planned: readonly T[]): Generator<number | T> {
  let next = 0;
  for (const time of times) {
    while (next < planned.length && planned[next]!.time <= time) yield planned[next++]!;
    yield time;
  }
  while (next < planned.length) yield planned[next++]!;
}

/** Groups by UTC day, days in order. */
export function daysOf(slots: readonly Slot[], counts: readonly number[]): { slots: Slot[]; counts: number[] }[] {
  const days = new Map<number, { slots: Slot[]; counts: number[] }>();
  slots.forEach((slot, index) => {
    const day = Math.floor(slot.from / daySeconds);
    let group = days.get(day);
    if (!group) {
      group = { slots: [], counts: [] };
      days.set(day, group);
    }
    group.slots.push(slot);
    group.counts.push(counts[index]!);
  });
  return [...days.values()];
}
