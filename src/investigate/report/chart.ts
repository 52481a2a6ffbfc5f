import { compareText, isoTime } from '../../model/cell.js';
import { count, numeral, plural, rowsOf, text } from '../findings.js';
import { groupBy } from '../group-by.js';
import type { Investigation } from '../investigation.js';
import type { Moment } from '../moments.js';
import { html, type Markup, nothing } from './markup.js';
import { cutText, serviceOf, timeText } from './words.js';

const hour = 3_600_000;
/** Widths of a bar, in hours: the narrowest that needs no more than `mostBars`. */
const widths = [1, 3, 6, 12, 24, 7 * 24, 28 * 24];
const mostBars = 168;
const mostServices = 14;

/** Units of the drawing are pixels of a page of full width. */
const drawing = { width: 1190, label: 172, flags: 40, bars: 84, lane: 17, axis: 22 };
const plot = drawing.width - drawing.label;

/** Calls of a service in an hour, or a single call. */
interface Calls {
  time: number;
  service: string;
  calls: number;
  failed: number;
}

/** Of the whole closure by hour and service; where that was not answered, call by call as far as the list goes. */
function callsOf(investigation: Investigation): Calls[] {
  const hours = rowsOf(investigation, 'key-buckets');
  const found =
    hours.length > 0
      ? hours.map((row) => ({
          time: Date.parse(text(row, 'window_start')),
          service: serviceOf(text(row, 'event_source')),
          calls: count(row, 'events'),
          failed: count(row, 'failed'),
        }))
      : rowsOf(investigation, 'key-timeline').map((row) => ({
          time: Date.parse(text(row, 'event_time')),
          service: serviceOf(text(row, 'event_source')),
          calls: 1,
          failed: text(row, 'error_code') === '' ? 0 : 1,
        }));
  return found.filter(({ time }) => !Number.isNaN(time));
}

interface Bar {
  calls: number;
  failed: number;
}

interface Axis {
  from: number;
  hours: number;
  bars: number;
}

function axisOf(calls: readonly Calls[]): Axis {
  const first = calls.reduce((least, { time }) => Math.min(least, time), Number.POSITIVE_INFINITY);
  const last = calls.reduce((most, { time }) => Math.max(most, time), Number.NEGATIVE_INFINITY);
  const fits = widths.find((hours) => (last - first) / (hours * hour) < mostBars - 1);
  const hours = fits ?? Math.ceil((last - first) / hour / (mostBars - 1));
  const step = hours * hour;
  const from = Math.floor(first / step) * step;
  return { from, hours, bars: Math.floor((last - from) / step) + 1 };
}

function barsOf(calls: readonly Calls[], { from, hours, bars }: Axis): Bar[] {
  const filled = Array.from({ length: bars }, () => ({ calls: 0, failed: 0 }));
  for (const each of calls) {
    const bar = filled[Math.floor((each.time - from) / (hours * hour))]!;
    bar.calls += each.calls;
    bar.failed += each.failed;
  }
  return filled;
}

/** Busiest first; the rest together. */
function lanesOf(calls: readonly Calls[]): [string, Calls[]][] {
  const total = (group: readonly Calls[]) => group.reduce((sum, each) => sum + each.calls, 0);
  const lanes = [...groupBy(calls, ({ service }) => service)].sort(
    (a, b) => total(b[1]) - total(a[1]) || compareText(a[0], b[0]),
  );
  if (lanes.length <= mostServices) return lanes;
  const rest = lanes.slice(mostServices - 1);
  return [...lanes.slice(0, mostServices - 1), [`${rest.length} other services`, rest.flatMap(([, group]) => group)]];
}

const unit = (hours: number): string =>
  hours === 1 ? 'hour' : hours === 24 ? 'day' : hours % 24 === 0 ? `${hours / 24} days` : `${hours} hours`;

const rounded = (value: number): string => String(Math.round(value * 10) / 10);

const at = ({ from, hours }: Axis, bars: number): string => timeText(isoTime(from + bars * hours * hour)).slice(0, 16);

/** Stacked bars over the whole width: what failed at the bottom. */
function totals(bars: readonly Bar[], highest: number): Markup[] {
  const width = plot / bars.length;
  const bottom = drawing.flags + drawing.bars;
  const bar = (kind: string, index: number, calls: number, below: number): Markup => {
    if (calls === 0) return nothing;
    // One call among thousands must still be seen.
    const height = Math.max(1.5, (calls / highest) * (drawing.bars - 6));
    const top = Math.max(drawing.flags, bottom - (below / highest) * (drawing.bars - 6) - height);
    return html`<rect class="${kind}" x="${rounded(drawing.label + index * width)}" y="${rounded(top)}" width="${rounded(Math.max(0.6, width - Math.min(1.5, width / 4)))}" height="${rounded(height)}"/>`;
  };
  return bars.flatMap(({ calls, failed }, index) => [
    bar('answered', index, calls - failed, failed),
    bar('failed', index, failed, 0),
  ]);
}

/** A cell a bar: darker with more calls, red below as far as they failed. */
function lane(name: string, bars: readonly Bar[], place: number): Markup {
  const top = drawing.flags + drawing.bars + 4 + place * drawing.lane;
  const highest = bars.reduce((most, { calls }) => Math.max(most, calls), 1);
  const width = plot / bars.length;
  const height = drawing.lane - 3;
  const cells = bars.map(({ calls, failed }, index) => {
    if (calls === 0) return nothing;
    const left = rounded(drawing.label + index * width);
    const wide = rounded(Math.max(0.8, width - Math.min(1, width / 4)));
    const shade = Math.max(1, Math.ceil((4 * Math.log1p(calls)) / Math.log1p(highest)));
    const red = failed === 0 ? 0 : Math.max(3, (failed / calls) * height);
    return html`<rect class="cell c${shade}" x="${left}" y="${top}" width="${wide}" height="${height}"/>${
      red === 0
        ? nothing
        : html`<rect class="failed" x="${left}" y="${rounded(top + height - red)}" width="${wide}" height="${rounded(red)}"/>`
    }`;
  });
  return html`<text class="lane" x="${drawing.label - 8}" y="${top + height - 3}">${cutText(name, 24)}</text>${cells}`;
}

/** The moments that bear a name, each a numbered flag above and a line through the lanes. */
function flags(moments: readonly Moment[], axis: Axis, bottom: number): Markup[] {
  const span = axis.bars * axis.hours * hour;
  /** Where the last flag of each row ends. */
  const rows = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return moments.map(({ time }, index) => {
    const part = (Date.parse(time) - axis.from) / span;
    if (!(part >= 0 && part < 1)) return nothing;
    const line = drawing.label + part * plot;
    const free = rows.findIndex((end) => line - 9 > end);
    const row = free === -1 ? (rows[0]! <= rows[1]! ? 0 : 1) : free;
    const left = Math.min(drawing.width - 9, Math.max(line, rows[row]! + 10));
    rows[row] = left + 9;
    const top = 2 + row * 19;
    return html`<path class="flag" d="M${rounded(line)} ${drawing.flags - 2}V${bottom}"/><rect class="flag" x="${rounded(left - 9)}" y="${top}" width="18" height="17" rx="3"/><text class="flag" x="${rounded(left)}" y="${top + 13}">${index + 1}</text>`;
  });
}

/** Whole hours, so that no two labels are the same; fewer bars than labels have fewer. */
function ticks(axis: Axis, bottom: number): Markup[] {
  const parts =
    axis.bars * axis.hours < 2 ? [0, 1] : axis.bars * axis.hours < 4 ? [0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1];
  return parts.map((part) => {
    const anchor = part === 0 ? 'start' : part === 1 ? 'end' : 'middle';
    return html`<text class="tick ${anchor}" x="${rounded(drawing.label + part * plot)}" y="${bottom + 15}">${at(axis, part * axis.bars)}</text>`;
  });
}

/** The moments that bear a name, at most one digit pair of them: flags have no room for more. */
export const namedMoments = (moments: readonly Moment[]): Moment[] =>
  moments.filter(({ name }) => name !== null).slice(0, 20);

/**
 * Calls over time: all of them as bars, each service as a lane, what failed in red, and a flag where a moment has a
 * name. The words below it, and the tables, say what it shows.
 */
export function callChart(investigation: Investigation, moments: readonly Moment[]): Markup {
  const calls = callsOf(investigation);
  if (calls.length === 0) return nothing;
  const axis = axisOf(calls);
  const bars = barsOf(calls, axis);
  const lanes = lanesOf(calls);
  const highest = bars.reduce((most, bar) => Math.max(most, bar.calls), 0);
  const peak = bars.findIndex((bar) => bar.calls === highest);
  const total = bars.reduce((sum, bar) => sum + bar.calls, 0);
  const failed = bars.reduce((sum, bar) => sum + bar.failed, 0);
  const bottom = drawing.flags + drawing.bars + 4 + lanes.length * drawing.lane;
  const said = `${plural(total, 'call')} from ${at(axis, 0)} to ${at(axis, axis.bars)}, ${numeral(failed)} of them failed. Most in one ${unit(axis.hours)}: ${numeral(highest)}, from ${at(axis, peak)}, ${numeral(bars[peak]!.failed)} of them failed.`;
  return html`<figure class="chart"><svg viewBox="0 0 ${drawing.width} ${bottom + drawing.axis}" role="img" aria-label="${said}"><text class="lane" x="${drawing.label - 8}" y="${drawing.flags + 12}">${plural(highest, 'call')} per ${unit(axis.hours)}</text><rect class="axis" x="${drawing.label}" y="${drawing.flags + drawing.bars}" width="${plot}" height="1"/>${totals(bars, highest)}${lanes.map(([name, group], place) => lane(name, barsOf(group, axis), place))}${flags(namedMoments(moments), axis, bottom)}${ticks(axis, bottom)}</svg>
<figcaption>${said} <span class="key"><span class="swatch answered"></span> answered <span class="swatch failed"></span> failed <span class="swatch flag"></span> key moment, numbered as below</span></figcaption>
</figure>`;
}
