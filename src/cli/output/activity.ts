import type { Answer, Question } from '../../model/question.js';
import { type Point, sparkline, stretchesOf, sumsOf } from '../../model/sparkline.js';
import type { TableStyle } from './table.js';

/** Columns by which rows are ordered in time: one event a row, or the count of an hour. */
const timed = new Set(['event_time', 'window_start', 'hour']);
const fewest = 3;
const widest = 72;

function pointsOf({ columns, rows }: Answer, order: readonly string[]): Point[] {
  const [name = ''] = order;
  if (!timed.has(name) || !columns.some((column) => column.name === name && column.type === 'timestamp')) return [];
  return rows
    .map((row) => ({ time: Date.parse(String(row[name])), value: Number(row.events ?? 1) }))
    .filter(({ time, value }) => Number.isFinite(time) && Number.isFinite(value));
}

const short = (time: number): string => new Date(time).toISOString().replace(/:\d\d\.\d{3}Z$/, 'Z');

/** How the rows of an answer lie in time, for a terminal; null where that says nothing. */
export function activityLine(
  answer: Answer,
  { order }: Pick<Question, 'order'>,
  { width, unicode = false }: TableStyle,
): string | null {
  if (!Number.isFinite(width)) return null;
  const points = pointsOf(answer, order);
  const times = points.map(({ time }) => time);
  if (new Set(times).size < fewest) return null;
  const first = times.reduce((a, b) => Math.min(a, b));
  const last = times.reduce((a, b) => Math.max(a, b));
  const room = Math.min(widest, width - 2 * (short(first).length + 1));
  const stretches = stretchesOf(first, last, room);
  if (room < fewest || stretches.count < fewest) return null;
  return `${short(first)} ${sparkline(sumsOf(points, stretches), unicode)} ${short(last)}`;
}
