import type { Column, Row } from '../model/question.js';
import type { Figure } from './drawing.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const mostBars = 20;

/** Columns that say when a row's event was; others only bound what it sums up. */
const moments: ReadonlySet<string> = new Set(['event_time', 'hour', 'window_start', 'captured_at', 'updated_at']);
const measures = ['events', 'flows', 'bytes', 'bytes_out', 'packets', 'instances', 'occurrences', 'records', 'failed'];

/** What was counted by the hour has no shorter steps. */
const isByTheHour = (name: string, rows: readonly Row[]): boolean =>
  rows.every((row) => row[name] === null || Date.parse(String(row[name])) % hourMs === 0);

/** How the rows of any question can be drawn; null where their columns or their number don't allow it. */
export function figureFor(columns: readonly Column[], rows: readonly Row[]): Figure | null {
  if (rows.length < 2) return null;
  const y =
    measures.find((name) => columns.some((column) => column.name === name && column.type === 'integer')) ?? null;
  const figure = { y, measure: 'sum', series: null, top: mostBars } as const;
  const times = columns.filter(({ name, type }) => type === 'timestamp' && rows.some((row) => row[name] !== null));
  const moment = times.find(({ name }) => moments.has(name));
  const overTime = ({ name }: Column): Figure => ({
    ...figure,
    draw: 'line',
    x: name,
    stepMs: isByTheHour(name, rows) ? hourMs : minuteMs,
  });
  if (moment) return overTime(moment);
  const category = columns.find(
    ({ name, type }) => type === 'string' && rows.some((row) => row[name] !== rows[0]![name]),
  );
  if (y !== null && category) return { ...figure, draw: 'bar', x: category.name, stepMs: minuteMs };
  return times[0] ? { ...overTime(times[0]), y: null } : null;
}
