import type { KeytrailError } from '../../errors.js';
import type { Column } from '../../model/question.js';
import { address, type Query } from '../address.js';
import type { Given } from '../answers.js';
import { type Drawing, drawingOf, type Figure, figureOf } from '../drawing.js';
import { drawingMarkup, measureText } from '../figure.js';
import { html, type Markup, nothing } from '../html.js';
import { type Frame, layout, numeral, plural } from '../layout.js';
import { drillLeads } from '../links.js';
import { type Asked, drillsOf, panelAddress, questionAddress } from '../panel.js';
import { dataTable, emptyColumns } from '../table.js';
import { total } from '../tally.js';
import { spanOf, withoutTime, zoomLinks } from '../zoom.js';

/** Rows of a table on a dashboard; its question has them all. */
const tableRows = 10;

/** What became of a panel. */
export type State =
  | { is: 'waiting' }
  /** Asking costs: somebody has to want it. */
  | { is: 'unasked' }
  | { is: 'lacking'; names: readonly string[] }
  | { is: 'failed'; error: KeytrailError }
  | { is: 'answered'; given: Given };

function gapsMarkup(given: Given, open: boolean): Markup {
  const { missing } = given.answer.coverage;
  if (missing.length === 0) return nothing;
  return html`<details class="lacks"${open ? html` open=""` : nothing}><summary>${plural(missing.length, 'gap')} in the evidence</summary><ul class="gaps">${missing.map((sentence) => html`<li>${sentence}</li>`)}</ul></details>`;
}

function table(asked: Asked, { answer }: Given, about: Query): Markup {
  const { panel, question } = asked;
  const columns = panel.columns.map((name) => question.columns.find((column) => column.name === name) as Column);
  return dataTable(columns, answer.rows.slice(0, tableRows), emptyColumns(columns, answer.rows), {
    caption: panel.title,
    about,
    leads: drillLeads(drillsOf(asked), about),
  });
}

/** The links to other times, under a drawing over time. */
function zoom({ dashboard, panel, query }: Asked, drawing: Drawing, about: Query): Markup {
  if (drawing.kind !== 'line' || !dashboard.filters.includes('time')) return nothing;
  const span = spanOf(drawing, query.from?.[0], query.to?.[0]);
  return zoomLinks(span, panel.title, (range) =>
    address(['dashboard', dashboard.id], { ...about, ...withoutTime, ...(range ?? {}) }),
  );
}

/** One number; of rows that may be more, at least that. */
function amount(asked: Asked, { answer }: Given): Markup {
  const { panel } = asked;
  const text = `${answer.truncated ? 'at least ' : ''}${numeral(total(panel, answer.rows).value)}`;
  const hint = `${measureText(panel)}, of ${plural(answer.rows.length, 'row')}`;
  return html`<p class="amount"><a href="${questionAddress(asked)}" title="${hint}">${text}</a></p>`;
}

function drawn(asked: Asked, draw: Figure['draw'], { answer }: Given, about: Query): Markup {
  const { dashboard, panel } = asked;
  const leads = drillLeads(drillsOf(asked), about);
  const figure = figureOf({ ...panel, draw });
  const drawing = drawingOf(figure, answer.rows, (column, value) => leads(column, value)?.to ?? null);
  const range = drawing.kind === 'line' && dashboard.filters.includes('time');
  const zoomed = range ? { zoom: address(['dashboard', dashboard.id], { ...about, ...withoutTime }) } : {};
  return drawingMarkup(figure, drawing, { title: panel.title, tools: zoom(asked, drawing, about), ...zoomed });
}

function body(asked: Asked, given: Given, about: Query): Markup {
  const { draw } = asked.panel;
  if (draw === 'number') return amount(asked, given);
  if (given.answer.rows.length === 0) return html`<p class="empty">No rows.</p>`;
  return draw === 'table' ? table(asked, given, about) : drawn(asked, draw, given, about);
}

function answered(asked: Asked, given: Given, frame: Frame): Markup {
  const { dashboard, panel, question } = asked;
  const { rows, truncated } = given.answer;
  const { draw } = panel;
  const cut = truncated
    ? html`<p class="gap">Of the first ${plural(rows.length, 'row')} alone: narrow the time for all of them.</p>`
    : nothing;
  const broad =
    dashboard.filters.includes('key') && question.key === 'none' && (frame.about.key ?? []).length > 0
      ? html`<p class="aside">Of all keys: the question has no key to narrow.</p>`
      : nothing;
  const count = plural(rows.length, 'row');
  const first = draw === 'table' && rows.length > tableRows ? `, the first ${tableRows} shown` : '';
  return html`${body(asked, given, frame.about)}${cut}${broad}<footer><a href="${questionAddress(asked)}" aria-label="${panel.title}: ask ${question.title}, ${count}">${question.title}</a><span>${count}${first}</span>${gapsMarkup(given, rows.length === 0 && draw !== 'number')}</footer>`;
}

function lacking(asked: Asked, names: readonly string[], about: Query): Markup {
  const key = names.includes('key');
  const other = names.filter((name) => name !== 'key');
  const overview = address(['dashboard', 'credential-overview'], { ...about, key: undefined });
  const choose = key
    ? html`<p class="empty">Choose a key: under Filters, or <a href="${overview}">from those in use</a>.</p>`
    : nothing;
  return html`${choose}${other.length > 0 ? html`<p class="empty">Its question needs ${other.join(' and ')}: narrow the time.</p>` : nothing}<footer><a href="${questionAddress(asked)}" aria-label="${asked.panel.title}: ${asked.question.title}">${asked.question.title}</a></footer>`;
}

const again = (asked: Asked, about: Query, text: string): Markup =>
  html`<a class="button load" href="${panelAddress(asked, { ...about, fresh: '1' })}" aria-label="${text}: ${asked.panel.title}">${text}</a>`;

function bodyOf(asked: Asked, state: State, frame: Frame): Markup {
  const { about } = frame;
  switch (state.is) {
    case 'waiting':
      return html`<p class="empty"><a class="load" href="${panelAddress(asked, about)}" aria-label="Show: ${asked.panel.title}">Show</a></p>`;
    case 'unasked':
      return html`<p class="empty">Not asked yet. ${asked.question.question}</p><p>${again(asked, about, 'Ask')}</p>`;
    case 'lacking':
      return lacking(asked, state.names, about);
    case 'failed':
      return html`<div class="trouble" role="alert"><p>${state.error.message}</p>${state.error.hint === undefined ? nothing : html`<p>${state.error.hint}</p>`}</div><p>${again(asked, about, 'Try again')}</p>`;
    case 'answered':
      return answered(asked, state.given, frame);
  }
}

/** A panel as far as it is known. A waiting one is what a script replaces, by what the page of the panel has. */
export function panelMarkup(asked: Asked, state: State, frame: Frame): Markup {
  const { panel } = asked;
  const wait = state.is === 'waiting' ? html` data-wait="" aria-busy="true"` : nothing;
  return html`<article class="panel ${panel.width} drawn-${panel.draw}" id="panel-${panel.id}" aria-labelledby="title-${panel.id}" data-question="${panel.question}"${wait}>
<h2 id="title-${panel.id}">${panel.title}</h2>
${bodyOf(asked, state, frame)}</article>`;
}

/** A panel by itself. */
export function panelPage(asked: Asked, state: State, frame: Frame): Markup {
  const { dashboard, panel } = asked;
  const back = address(['dashboard', dashboard.id], frame.about);
  const main = html`<p class="kicker"><a href="${back}">${dashboard.title}</a></p><h1>${panel.title}</h1>
<p class="asked">${asked.question.question}</p>
<div class="panels alone">${panelMarkup(asked, state, frame)}</div>`;
  return layout(`${panel.title}, ${dashboard.title}`, main, frame, { scripts: ['chart.js'], wide: true });
}
