import { isoTime } from '../../model/cell.js';
import type { Row } from '../../model/question.js';
import { numeral, plural, text } from '../findings.js';
import type { Moment } from '../moments.js';
import { html, type Markup, nothing } from './markup.js';
import { timeText } from './words.js';

const hour = 3_600_000;
/** Widths of a bar, in hours: the narrowest that needs no more than `mostBars`. */
const widths = [1, 3, 6, 12, 24, 7 * 24, 28 * 24];
const mostBars = 168;

/** Units of the drawing; it is stretched to the width of the page. */
const drawing = { width: 1000, height: 120, lane: 14 };

interface Bars {
  from: number;
  hours: number;
  bars: { calls: number; failed: number }[];
}

function barsOf(rows: readonly Row[]): Bars | null {
  const calls = rows
    .map((row) => ({ time: Date.parse(text(row, 'event_time')), failed: text(row, 'error_code') !== '' }))
    .filter(({ time }) => !Number.isNaN(time));
  if (calls.length === 0) return null;
  const first = calls.reduce((least, { time }) => Math.min(least, time), Number.POSITIVE_INFINITY);
  const last = calls.reduce((most, { time }) => Math.max(most, time), Number.NEGATIVE_INFINITY);
  const fits = widths.find((hours) => (last - first) / (hours * hour) < mostBars - 1);
  const hours = fits ?? Math.ceil((last - first) / hour / (mostBars - 1));
  const step = hours * hour;
  const from = Math.floor(first / step) * step;
  const bars = Array.from({ length: Math.floor((last - from) / step) + 1 }, () => ({ calls: 0, failed: 0 }));
  for (const { time, failed } of calls) {
    const bar = bars[Math.floor((time - from) / step)]!;
    bar.calls++;
    if (failed) bar.failed++;
  }
  return { from, hours, bars };
}

const unit = (hours: number): string =>
  hours === 1 ? 'hour' : hours === 24 ? 'day' : hours % 24 === 0 ? `${hours / 24} days` : `${hours} hours`;

const rounded = (value: number): string => String(Math.round(value * 100) / 100);

function barMarkup({ bars }: Bars, most: number): Markup[] {
  const width = drawing.width / bars.length;
  const bar = (kind: string, index: number, calls: number, below: number): Markup => {
    if (calls === 0) return nothing;
    // One call among thousands must still be seen.
    const height = Math.max(1.5, (calls / most) * drawing.height);
    const y = drawing.height - (below / most) * drawing.height - height;
    return html`<rect class="${kind}" x="${rounded(index * width)}" y="${rounded(Math.max(0, y))}" width="${rounded(Math.max(0.6, width - Math.min(1.5, width / 4)))}" height="${rounded(height)}"/>`;
  };
  return bars.flatMap(({ calls, failed }, index) => [
    bar('answered', index, calls - failed, failed),
    bar('failed', index, failed, 0),
  ]);
}

/** One mark a moment, in a lane below the bars. */
function marks({ from, hours, bars }: Bars, moments: readonly Moment[]): Markup[] {
  const span = bars.length * hours * hour;
  return moments
    .filter(({ kind }) => kind === 'action' || kind === 'issued' || kind === 'burst')
    .map(({ time, kind }) => ({ at: (Date.parse(time) - from) / span, kind }))
    .filter(({ at }) => at >= 0 && at < 1)
    .map(
      ({ at, kind }) =>
        html`<rect class="mark ${kind}" x="${rounded(at * drawing.width)}" y="${drawing.height + 4}" width="2.5" height="${drawing.lane - 4}"/>`,
    );
}

/**
 * Calls over time as bars, failed calls below in another tone, with the marks of key moments under them.
 * Nothing in the drawing is text, so that it can be stretched; the words around it say what it shows.
 */
export function callChart(rows: readonly Row[], moments: readonly Moment[]): Markup {
  const found = barsOf(rows);
  if (!found) return nothing;
  const { from, hours, bars } = found;
  const most = bars.reduce((highest, { calls }) => Math.max(highest, calls), 0);
  const peak = bars.findIndex(({ calls }) => calls === most);
  const failed = bars.reduce((total, bar) => total + bar.failed, 0);
  const at = (index: number) => timeText(isoTime(from + index * hours * hour)).slice(0, 16);
  const said = `${plural(rows.length, 'call')} from ${at(0)} to ${at(bars.length)}, ${numeral(failed)} of them failed. Most in one ${unit(hours)}: ${numeral(most)}, from ${at(peak)}, ${numeral(bars[peak]!.failed)} of them failed.`;
  // Bars are whole hours, so that quarters of the axis are whole minutes: no two labels are the same.
  const labels = [0, 0.25, 0.5, 0.75, 1].map((part) => at(part * bars.length));
  return html`<figure class="chart">
<p class="scale">${plural(most, 'call')} per ${unit(hours)}</p>
<svg viewBox="0 0 ${drawing.width} ${drawing.height + drawing.lane}" preserveAspectRatio="none" role="img" aria-label="${said}">${barMarkup(found, most)}<rect class="axis" x="0" y="${drawing.height}" width="${drawing.width}" height="1"/>${marks(found, moments)}</svg>
<p class="ticks" aria-hidden="true">${labels.map((label) => html`<span>${label}</span>`)}</p>
<figcaption>${said} <span class="key"><span class="swatch answered"></span> answered <span class="swatch failed"></span> failed; below: <span class="swatch mark burst"></span> burst of refusals or action that the verdict names <span class="swatch mark issued"></span> credential issued</span></figcaption>
</figure>`;
}
