const hourMs = 3_600_000;

/** Nothing, then least to most. */
const bars = { unicode: '·▁▂▃▄▅▆▇█', ascii: '.:-=+*oO#' } as const;

/** Numbers as a line of bars, one column each; whatever is more than nothing is more than `·`. */
export function sparkline(values: readonly number[], unicode: boolean): string {
  const levels = [...(unicode ? bars.unicode : bars.ascii)];
  const most = values.reduce((highest, value) => Math.max(highest, value), 0);
  return values
    .map((value) => (value <= 0 ? levels[0] : levels[Math.max(1, Math.ceil((value / most) * (levels.length - 1)))]))
    .join('');
}

export interface Point {
  /** Milliseconds since 1970. */
  time: number;
  value: number;
}

/** Equal stretches of whole hours, beginning with the hour of `from`. */
export interface Stretches {
  from: number;
  hours: number;
  count: number;
}

/** As few hours to a stretch as make at most `most` stretches of the time from one to the other. */
export function stretchesOf(from: number, to: number, most: number): Stretches {
  const start = Math.floor(from / hourMs);
  const all = Math.floor(to / hourMs) - start + 1;
  const hours = Math.ceil(all / most);
  return { from: start * hourMs, hours, count: Math.ceil(all / hours) };
}

/** The sum of the points in each stretch; those outside count nowhere. */
export function sumsOf(points: readonly Point[], { from, hours, count }: Stretches): number[] {
  const sums = new Array<number>(count).fill(0);
  for (const { time, value } of points) {
    const place = Math.floor((time - from) / (hours * hourMs));
    if (place >= 0 && place < count) sums[place]! += value;
  }
  return sums;
}
