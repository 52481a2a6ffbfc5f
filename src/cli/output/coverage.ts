import type { ValidationReport } from '../../digest/report.js';
import { printable } from '../../model/printable.js';
import type { Row } from '../../model/question.js';
import { sparkline, stretchesOf, sumsOf } from '../../model/sparkline.js';
import type { Stream } from '../../model/stream.js';
import type { Comparison } from '../../pipeline/compare.js';
import type { Gapped } from '../../queries/gaps.js';
import { fittingColumns, type TableStyle } from './table.js';

/** What `keytrail coverage` found; its JSON. */
export interface CoverageReport {
  store: string;
  from: string;
  to: string;
  /** Seconds after which a delivery counts as late. */
  lateAfter: number;
  streams: Gapped[];
  /** The first objects that could not be read to their end. */
  failed: { object: string; reason: string }[];
  /** What the evidence lacks, each a sentence. */
  missing: string[];
  /** What a source has that the store lacks; absent where none was named. */
  source?: Comparison & { location: string };
  /** The digests' word on the source's log files, or why they could not be asked. */
  digests?: ValidationReport | { error: string };
}

const maxLines = 20;
const count = (value: number) => value.toLocaleString('en-US');
const label = (text: string) => text.padEnd(10);

/** `45s`, `12m`, `3h`, `2d`: the largest unit of which there are two or more. */
function duration(seconds: number): string {
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)}h` : `${Math.round(seconds / 86_400)}d`;
}

const place = ({ log, account, region, flowLog }: Stream): Row => ({ log, account, region, flow_log: flowLog });

/** A row a stream, for programs. */
export const streamRows = (streams: readonly Gapped[]): Row[] =>
  streams.map((stream) => ({
    ...place(stream),
    first_event: stream.firstEvent,
    last_event: stream.lastEvent,
    last_delivered: stream.lastDelivered,
    objects: stream.objects.done,
    failed: stream.objects.failed,
    unfinished: stream.objects.unfinished,
    records: stream.records.read,
    dead_letters: stream.records.deadLettered,
    hours: stream.hours.length,
    hours_expected: stream.expected,
    gaps: stream.gaps.length,
    lag_mean: stream.lag.mean,
    lag_max: stream.lag.max,
    late: stream.late,
    skipdata: stream.skipData,
    data_events: stream.dataEvents,
  }));

/** A row for each hour of each stream; the hours of a gap have none of either. */
export const hourRows = (streams: readonly Gapped[]): Row[] =>
  streams.flatMap((stream) => {
    const rows = stream.hours.map(({ hour, objects, records }) => ({ ...place(stream), hour, objects, records }));
    const empty = stream.gaps.flatMap(({ from, hours }) =>
      // A stray record of another decade makes a gap that nobody wants to read hour by hour.
      Array.from({ length: Math.min(hours, maxGapHours) }, (_, at) => ({
        ...place(stream),
        hour: new Date(Date.parse(from) + at * 3_600_000).toISOString().replace('.000', ''),
        objects: 0,
        records: 0,
      })),
    );
    return [...rows, ...empty].sort((a, b) => (a.hour < b.hour ? -1 : 1));
  });

const maxGapHours = 24 * 31;

/** What a narrow terminal goes without, first first; what tells of something missing is not among it. */
const leastTelling = ['data_events', 'skipdata', 'late', 'lag_max', 'objects', 'last', 'first', 'activity'];
const mostBars = 24;

/** The hours of all streams on one scale, so that what is missing in one stands below what another has. */
function barsOf(streams: readonly Gapped[], { width, unicode = false }: TableStyle) {
  const hours = streams.flatMap((stream) => stream.hours.map(({ hour }) => Date.parse(hour)));
  if (hours.length === 0 || !Number.isFinite(width)) return null;
  const first = hours.reduce((a, b) => Math.min(a, b));
  const last = hours.reduce((a, b) => Math.max(a, b));
  const stretches = stretchesOf(first, last, mostBars);
  if (stretches.count < 2) return null;
  const bars = (stream: Gapped): string =>
    sparkline(
      sumsOf(
        stream.hours.map(({ hour, records }) => ({ time: Date.parse(hour), value: records })),
        stretches,
      ),
      unicode,
    );
  const each = stretches.hours === 1 ? 'an hour' : `${count(stretches.hours)} hours`;
  const from = new Date(stretches.from).toISOString().replace(':00.000', '');
  return { bars, legend: `${label('activity')}records, ${each} a bar, from ${from}` };
}

/** The same for people: times short, what doesn't vary left out, and on a terminal the hours as bars. */
export function streamTable(
  streams: readonly Gapped[],
  style: TableStyle,
): { columns: string[]; rows: Row[]; legend: string[] } {
  const drawn = barsOf(streams, style);
  const short = (time: string | null) => (time === null ? null : time.replace(/:\d\dZ$/, 'Z'));
  const rows = streams.map((stream): Row => {
    const { objects, records, hours, expected, gaps, lag, late, skipData, dataEvents } = stream;
    return {
      ...place(stream),
      first: short(stream.firstEvent),
      last: short(stream.lastEvent),
      objects: objects.done,
      failed: objects.failed + objects.unfinished,
      records: records.read,
      dead: records.deadLettered,
      hours: `${count(hours.length)}/${count(expected)}`,
      gaps: gaps.length,
      lag_max: lag.max === null ? null : duration(lag.max),
      late,
      skipdata: skipData,
      data_events: dataEvents,
      ...(drawn ? { activity: drawn.bars(stream) } : {}),
    };
  });
  const quiet = (name: string): boolean => rows.every((row) => row[name] === null || row[name] === 0);
  const optional = new Set(['flow_log', 'failed', 'dead', 'gaps', 'lag_max', 'late', 'skipdata', 'data_events']);
  const columns = Object.keys(rows[0] ?? {}).filter((name) => !optional.has(name) || !quiet(name));
  const fitting = fittingColumns(columns, rows, leastTelling, style.width);
  const leftOut = columns.filter((name) => !fitting.includes(name));
  const legend = drawn && fitting.includes('activity') ? [drawn.legend] : [];
  if (leftOut.length > 0)
    legend.push(`${label('left out')}${leftOut.join(', ')}: a wider terminal or --format csv has them`);
  return { columns: fitting, rows, legend };
}

function gapLines(streams: readonly Gapped[]): string[] {
  const all = streams.flatMap((stream) => stream.gaps.map((gap) => ({ stream, gap })));
  const lines = all.slice(0, maxLines).map(({ stream, gap: { from, to, hours } }) => {
    const { log, account, region, flowLog } = stream;
    const why =
      log === 'vpcflow' ? 'not even NODATA was logged, or it was not ingested' : 'quiet, not delivered or not ingested';
    const where = [log, account, region, flowLog].filter((part) => part !== null).join(' ');
    return `${label('gap')}${printable(where, 200)}: ${from} to ${to} (${count(hours)} h): ${why}`;
  });
  if (all.length > maxLines) lines.push(`${label('gap')}and ${count(all.length - maxLines)} more: --format json`);
  return lines;
}

function exampleLines(name: string, keys: readonly string[], all: number): string[] {
  const lines = keys.slice(0, maxLines).map((key) => `${label(name)}${printable(key, 1200)}`);
  if (all > lines.length)
    lines.push(`${label(name)}and ${count(all - lines.length)} more: --format json has up to 100`);
  return lines;
}

/** What is to be said below the table. */
export function coverageLines(report: CoverageReport, digestLines: (found: ValidationReport) => string[]): string[] {
  const { streams, failed, missing, source, digests } = report;
  const lines = gapLines(streams);
  for (const { object, reason } of failed)
    lines.push(`${label('failed')}${printable(object, 1200)}: ${printable(reason, 300)}`);
  if (source) {
    const { location, objects, examples } = source;
    const { ingested, ...others } = objects;
    const total = Object.values(objects).reduce((sum, number) => sum + number, 0);
    const words = Object.entries(others)
      .filter(([, number]) => number > 0)
      .map(([name, number]) => `, ${count(number)} ${name === 'absent' ? 'not ingested' : name}`);
    lines.push(
      `${label('source')}${printable(location, 1200)}: ${count(total)} log objects, ${count(ingested)} ingested${words.join('')}`,
    );
    for (const [name, keys] of Object.entries(examples))
      lines.push(
        ...exampleLines(name === 'absent' ? 'not read' : name, keys, objects[name as keyof Comparison['examples']]),
      );
  }
  if (digests) {
    if ('error' in digests) lines.push(`${label('digests')}not checked: ${printable(digests.error, 500)}`);
    else lines.push('', ...digestLines(digests));
  }
  lines.push(...missing.map((sentence) => `${label('note')}${printable(sentence)}`));
  return lines;
}
