import { answered, numeral, plural, text } from '../findings.js';
import type { AnsweredQuestion, Investigation } from '../investigation.js';
import type { Moment } from '../moments.js';
import { allRows, type Marked } from './answer.js';
import { callChart, namedMoments } from './chart.js';
import { ofRows } from './links.js';
import { html, type Markup, nothing } from './markup.js';
import { frame, maxRows } from './table.js';
import { literal, timeText } from './words.js';

function momentTable(investigation: Investigation, moments: readonly Moment[]): Markup {
  if (moments.length === 0) return nothing;
  const numbers = new Map(namedMoments(moments).map((moment, index) => [moment, index + 1]));
  const row = (moment: Moment) => {
    const { time, kind, what, subject, question, name } = moment;
    const number = numbers.get(moment);
    const bears =
      name === null
        ? nothing
        : html`${number === undefined ? nothing : html`<span class="flag">${number}</span> `}<b>${name}.</b> `;
    return html`<tr class="moment ${kind}"><td class="time">${timeText(time)}</td><td>${bears}${what}</td><td class="text">${subject === '' ? '' : literal(subject)}</td><td>${ofRows(investigation, question, question)}</td></tr>
`;
  };
  return frame(
    'Key moments',
    html`<table><caption>Key moments</caption><thead><tr><th scope="col">Time</th><th scope="col">What</th><th scope="col">Who or where</th><th scope="col">Rows</th></tr></thead><tbody>
${moments.map(row)}</tbody></table>`,
  );
}

/** The drawing by service, and the moments that it numbers. */
export function timeline(investigation: Investigation, moments: readonly Moment[]): Markup {
  const cut = ['key-buckets', 'key-timeline'].find((id) => answered(investigation, id)) ?? '';
  const truncated = answered(investigation, cut)?.answer.truncated === true;
  return html`${callChart(investigation, moments)}${truncated ? html`<p class="gap">The drawing ends with the last of these rows; later calls are not in it.</p>` : nothing}${momentTable(investigation, moments)}`;
}

/** Where the calls don't all fit, they are shown from ten minutes before the first sign of abuse. */
export function everyCall(found: AnsweredQuestion, { firstSign }: Investigation, marked: Marked): Markup {
  const { rows } = found.answer;
  const from = firstSign === null ? Number.NEGATIVE_INFINITY : Date.parse(firstSign) - 600_000;
  const near = rows.length > maxRows ? rows.filter((row) => !(Date.parse(text(row, 'event_time')) < from)) : rows;
  const title =
    near.length === rows.length
      ? `Every call: ${plural(rows.length, 'row')}`
      : `Calls from ten minutes before the first sign of abuse: ${numeral(near.length)} of ${plural(rows.length, 'row')}`;
  return allRows(found, title, near, marked);
}
