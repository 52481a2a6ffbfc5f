import type { BoundQuestion, Question, Row } from '../../model/question.js';
import { shellWord } from '../../model/shell.js';
import { procedureSteps } from '../../queries/steps.js';
import { tacticsOf } from '../../queries/tactics.js';
import { address, type Query } from '../address.js';
import { type Given, pageOf } from '../answers.js';
import { pageNames } from '../bind.js';
import { drawingOf } from '../drawing.js';
import { drawingMarkup } from '../figure.js';
import { questionForm } from '../form.js';
import { html, type Markup, nothing } from '../html.js';
import { commandMarkup, type Frame, layout, numeral, plural } from '../layout.js';
import { pivotLeads } from '../links.js';
import { figureFor } from '../series.js';
import { dataTable, emptyColumns } from '../table.js';
import { spanOf, withoutTime, zoomLinks } from '../zoom.js';

/** Rows on a page; no page has more. */
const pageSize = 50;

const plainQuery = (query: URLSearchParams, without: readonly string[]): Record<string, string[]> => {
  const names = [...new Set(query.keys())].filter((name) => !without.includes(name));
  return Object.fromEntries(names.map((name) => [name, query.getAll(name)]));
};

/** `-name` or `name` of a column of the question, else null. */
function sortOf(question: Question, query: URLSearchParams): string | null {
  const sort = query.get('sort') ?? '';
  return question.columns.some(({ name }) => name === sort.replace(/^-/, '')) ? sort : null;
}

function pager(question: Question, query: URLSearchParams, page: number, rows: number): Markup {
  const pages = Math.max(1, Math.ceil(rows / pageSize));
  if (pages === 1) return nothing;
  const to = (place: number, text: string, rel: string): Markup =>
    place < 1 || place > pages
      ? html`<span class="off">${text}</span>`
      : html`<a href="${address(['question', question.id], { ...plainQuery(query, ['page', 'fresh']), page: place })}" rel="${rel}">${text}</a>`;
  return html`<nav class="pager" aria-label="Pages of rows">${to(page - 1, 'Previous', 'prev')} <span>page ${numeral(page)} of ${numeral(pages)}</span> ${to(page + 1, 'Next', 'next')}</nav>`;
}

function commandOf(bound: BoundQuestion, query: URLSearchParams, frame: Frame): string {
  const flags = Object.entries(plainQuery(query, [...pageNames])).flatMap(([name, values]) =>
    values
      .filter((value) => value !== '')
      .flatMap((value) =>
        ['key', 'from', 'to', 'accounts', 'regions', 'limit'].includes(name)
          ? [`--${name}`, shellWord(value)]
          : ['--param', shellWord(`${name}=${value}`)],
      ),
  );
  const closure = query.has('closure') && bound.question.key !== 'none' ? ['--closure'] : [];
  return ['keytrail query run', bound.question.id, ...flags, ...closure, '--store', shellWord(frame.store)].join(' ');
}

/** Rows as a chart, where their columns allow one; over time, with links to other times. */
function chartMarkup(question: Question, rows: readonly Row[], query: Record<string, string[]>, frame: Frame): Markup {
  const figure = figureFor(question.columns, rows);
  if (!figure) return nothing;
  const leads = pivotLeads(frame.about);
  const drawing = drawingOf(figure, rows, (column, value) => leads(column, value)?.to ?? null);
  const within = (range: Query): string => address(['question', question.id], { ...query, ...withoutTime, ...range });
  if (drawing.kind !== 'line') return drawingMarkup(figure, drawing, { title: question.title });
  const span = spanOf(drawing, query.from?.[0], query.to?.[0]);
  const tools = zoomLinks(span, question.title, (range) => within(range ?? {}));
  return drawingMarkup(figure, drawing, { title: question.title, tools, zoom: within({}) });
}

function answerMarkup(bound: BoundQuestion, { answer, at }: Given, query: URLSearchParams, frame: Frame): Markup {
  const { question } = bound;
  const { rows, truncated, coverage } = answer;
  const pages = Math.max(1, Math.ceil(rows.length / pageSize));
  const wanted = Number(query.get('page') ?? 1);
  const page = Number.isInteger(wanted) ? Math.min(Math.max(1, wanted), pages) : 1;
  const sort = sortOf(question, query);
  const offset = (page - 1) * pageSize;
  const shown = pageOf(rows, sort, offset, pageSize);
  const again = plainQuery(query, ['page', 'fresh']);
  const rest = plainQuery(query, ['page', 'fresh', 'sort']);
  const exports = ['csv', 'json', 'ndjson'].map(
    (format) =>
      html`<li><a href="${address(['export', `${question.id}.${format}`], rest)}" download="">${format.toUpperCase()}</a></li>`,
  );
  const range =
    rows.length === 0
      ? 'no rows'
      : `rows ${numeral(offset + 1)} to ${numeral(offset + shown.length)} of ${numeral(rows.length)}`;
  const cut = truncated
    ? html`<p class="gap">The limit of ${plural(rows.length, 'row')} was reached: there may be more. Order and chart are of these rows. Raise limit for more.</p>`
    : nothing;
  const table =
    rows.length === 0
      ? nothing
      : dataTable(question.columns, shown, emptyColumns(question.columns, rows), {
          caption: `${question.title}: ${range}`,
          about: frame.about,
          leads: pivotLeads(frame.about),
          order: { sort, sorted: (to) => address(['question', question.id], { ...rest, sort: to }) },
        });
  const chart = chartMarkup(question, rows, rest, frame);
  const missing =
    coverage.missing.length === 0
      ? html`<p>Nothing is known to be missing.</p>`
      : html`<ul class="gaps">${coverage.missing.map((sentence) => html`<li>${sentence}</li>`)}</ul>`;
  return html`<section aria-labelledby="answer"><h2 id="answer">Answer</h2>
<p class="aside">${range}; asked ${at.toISOString().slice(0, 19)}Z. <a href="${address(['question', question.id], { ...again, fresh: '1' })}" data-busy="Asking again …">Ask again</a></p>
${cut}${rows.length === 0 ? html`<p class="empty">No rows. ${question.next.none}</p>` : nothing}
${chart}${table}${pager(question, query, page, rows.length)}
<nav class="exports" aria-label="Whole answer as a file"><p>Export</p><ul>${exports}</ul></nav></section>
<section aria-labelledby="missing"><h2 id="missing">What the evidence lacks</h2>${missing}</section>
<section aria-labelledby="next"><h2 id="next">Next</h2><p>${rows.length === 0 ? question.next.none : question.next.rows}</p>
<p class="aside">The same in a terminal:</p>${commandMarkup(commandOf(bound, query, frame))}</section>`;
}

function facts(question: Question): Markup {
  const { step, severity, logs, attack, falsePositives, references, columns } = question;
  const tactics = tacticsOf(question).join(', ');
  return html`<details class="about"><summary>About this question</summary><dl>
<dt>Step</dt><dd>${procedureSteps[step] ?? step}</dd><dt>Severity</dt><dd>${severity}</dd><dt>Logs</dt><dd>${logs.join(', ')}</dd>
<dt>ATT&amp;CK ${attack.version}</dt><dd>${attack.techniques.join(', ') || 'none'}${tactics === '' ? '' : ` (${tactics})`}</dd>
<dt>False positives</dt><dd><ul>${falsePositives.map((one) => html`<li>${one}</li>`)}</ul></dd>
<dt>References</dt><dd><ul>${references.map((one) => html`<li>${one}</li>`)}</ul></dd>
<dt>Columns</dt><dd><ul>${columns.map(({ name, description }) => html`<li><code>${name}</code> ${description}</li>`)}</ul></dd></dl></details>`;
}

/** A question: its form, and its answer once it was asked. `trouble`: why it could not be. */
export function questionPage(
  question: Question,
  asked: { bound: BoundQuestion; given: Given } | null,
  trouble: { message: string; hint: string | undefined } | null,
  query: URLSearchParams,
  frame: Frame,
): Markup {
  const alert = trouble
    ? html`<div class="trouble" role="alert"><p>${trouble.message}</p>${trouble.hint === undefined ? nothing : html`<p>${trouble.hint}</p>`}</div>`
    : nothing;
  const main = html`<p class="kicker">${procedureSteps[question.step] ?? question.step}</p>
<h1>${question.title} <span class="severity ${question.severity}">${question.severity}</span></h1>
<p class="asked">${question.question}</p>
${facts(question)}
${alert}
${
  asked
    ? html`<details class="parameters"><summary>Parameters</summary>${questionForm(question, query)}</details>${answerMarkup(asked.bound, asked.given, query, frame)}`
    : questionForm(question, query)
}`;
  return layout(question.title, main, frame, { scripts: asked ? ['chart.js'] : [], wide: asked !== null });
}
