import { isoTime } from '../model/cell.js';
import type { Query } from './address.js';
import type { Course } from './drawing.js';
import { html, type Markup } from './html.js';

/** Of a time axis, in ms. */
export interface Span {
  from: number;
  to: number;
}

const leastMs = 60_000;
/** What an address takes. */
const earliest = Date.parse('1970-01-01T00:00:00Z');
const latest = Date.parse('9999-12-31T00:00:00Z');

/** What lifts the range of an address. */
export const withoutTime: Query = { from: undefined, to: undefined };

/** What a page is about: the range that its address has, else that of what is drawn. */
export function spanOf(
  { from, step, layers }: Course,
  givenFrom: string | undefined,
  givenTo: string | undefined,
): Span {
  const given = (text: string | undefined, otherwise: number): number => {
    const time = Date.parse(text ?? '');
    return Number.isNaN(time) ? otherwise : time;
  };
  return { from: given(givenFrom, from), to: given(givenTo, from + step * (layers[0]?.values.length ?? 0)) };
}

const whole = (ms: number): number => Math.round(ms / 1000) * 1000;

/**
 * Links that narrow, widen and move the range of time that a page is about: what a drag over a chart does, for a
 * keyboard, and without a script. `to` is the address of the page with another range; null: all times.
 */
export function zoomLinks(
  { from, to }: Span,
  title: string,
  link: (span: { from: string; to: string } | null) => string,
): Markup {
  const width = Math.max(to - from, leastMs);
  const moved = (start: number, end: number, text: string): Markup => {
    const span = { from: whole(Math.max(start, earliest)), to: whole(Math.min(end, latest)) };
    if (span.to - span.from < leastMs) return html`<li><span class="off">${text}</span></li>`;
    return html`<li><a href="${link({ from: isoTime(span.from), to: isoTime(span.to) })}">${text}</a></li>`;
  };
  return html`<nav class="zoom" aria-label="Time range of ${title}"><ul>
${moved(from - width / 2, to - width / 2, 'Earlier')}
${moved(from + width / 4, to - width / 4, 'Zoom in')}
${moved(from - width / 2, to + width / 2, 'Zoom out')}
${moved(from + width / 2, to + width / 2, 'Later')}
<li><a href="${link(null)}">All times</a></li>
</ul></nav>`;
}
