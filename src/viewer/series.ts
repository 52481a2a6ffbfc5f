import { isoTime } from '../model/cell.js';
import { printable } from '../model/printable.js';
import type { Column, Row } from '../model/question.js';

/** What a chart draws: values over time, or the highest by category. */
export interface Series {
  kind: 'line' | 'bar';
  /** A sentence of what is drawn. */
  title: string;
  /** Starts of spans of time, or categories, as safe text. */
  labels: string[];
  values: number[];
}

const hourMs = 3_600_000;
const minuteMs = 60_000;
const widths = [1 / 60, 1 / 12, 1 / 4, 1, 3, 6, 12, 24, 7 * 24, 28 * 24].map((hours) => hours * hourMs);
const mostSpans = 200;
const mostCategories = 20;
const longestLabel = 60;

/** Columns that say when a row's event was; others only bound what it sums up. */
const moments: ReadonlySet<string> = new Set(['event_time', 'hour', 'window_start', 'captured_at', 'updated_at']);
const measures = ['events', 'flows', 'bytes', 'bytes_out', 'packets', 'instances', 'occurrences', 'records', 'failed'];

const measureOf = (columns: readonly Column[]): string | null =>
  measures.find((name) => columns.some((column) => column.name === name && column.type === 'integer')) ?? null;

const amount = (row: Row, measure: string | null): number => (measure === null ? 1 : Number(row[measure] ?? 0));

const span = (ms: number): string =>
  ms < hourMs
    ? `${ms / minuteMs} min`
    : ms < 24 * hourMs
      ? `${ms / hourMs} h`
      : `${Math.round((ms / hourMs / 24) * 10) / 10} d`;

function overTime(column: Column, measure: string | null, rows: readonly Row[]): Series | null {
  const points = rows
    .map((row) => ({ time: Date.parse(String(row[column.name])), value: amount(row, measure) }))
    .filter(({ time }) => !Number.isNaN(time));
  if (points.length < 2) return null;
  const first = points.reduce((least, { time }) => Math.min(least, time), Number.POSITIVE_INFINITY);
  const last = points.reduce((most, { time }) => Math.max(most, time), Number.NEGATIVE_INFINITY);
  const least = column.name === 'hour' ? hourMs : minuteMs;
  const fits = widths.find((width) => width >= least && (last - first) / width < mostSpans - 1);
  const width = fits ?? Math.ceil((last - first) / (mostSpans - 1));
  const from = Math.floor(first / width) * width;
  const values = new Array<number>(Math.floor((last - from) / width) + 1).fill(0);
  for (const { time, value } of points) values[Math.floor((time - from) / width)]! += value;
  return {
    kind: 'line',
    title: `${measure ?? 'rows'} per ${span(width)}, by ${column.name}`,
    labels: values.map((_, place) => isoTime(from + place * width)),
    values,
  };
}

function byCategory(columns: readonly Column[], measure: string, rows: readonly Row[]): Series | null {
  const category = columns.find(
    ({ name, type }) => type === 'string' && rows.some((row) => row[name] !== rows[0]![name]),
  );
  if (!category) return null;
  const sums = new Map<string, number>();
  for (const row of rows) {
    const label = printable(String(row[category.name] ?? '–'), longestLabel);
    sums.set(label, (sums.get(label) ?? 0) + amount(row, measure));
  }
  const sorted = [...sums].sort((a, b) => b[1] - a[1]).slice(0, mostCategories);
  const most = sums.size > mostCategories ? `the ${mostCategories} highest of ${sums.size}` : 'all';
  return {
    kind: 'bar',
    title: `${measure} by ${category.name}, ${most}`,
    labels: sorted.map(([label]) => label),
    values: sorted.map(([, value]) => value),
  };
}

/** How rows can be drawn; null where their columns or their number don't allow it. */
export function seriesOf(columns: readonly Column[], rows: readonly Row[]): Series | null {
  if (rows.length < 2) return null;
  const measure = measureOf(columns);
  const moment = columns.find(({ name, type }) => type === 'timestamp' && moments.has(name));
  if (moment) return overTime(moment, measure, rows);
  const drawn = measure === null ? null : byCategory(columns, measure, rows);
  if (drawn) return drawn;
  const time = columns.find(({ type }) => type === 'timestamp');
  return time ? overTime(time, null, rows) : null;
}
