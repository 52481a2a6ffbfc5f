import type { Row } from '../../model/question.js';
import { numeral, plural } from '../findings.js';
import type { AnsweredQuestion, Investigation } from '../investigation.js';
import { html, type Markup, nothing } from './markup.js';
import { dataTable, leftOut } from './table.js';
import { literal } from './words.js';

/** Addresses of the clients that the verdict is about. */
export type Marked = ReadonlySet<string>;

/** Tables up to this long are shown at once; of longer ones the most telling rows, the rest on demand. */
const short = 10;
const preview = 6;
const maxListed = 20;

export function allRows({ question }: AnsweredQuestion, title: string, shown: readonly Row[], marked: Marked): Markup {
  return html`<details><summary>${title}</summary>${dataTable(question.title, question.columns, shown, marked)}${leftOut(shown.length)}</details>`;
}

/** The rows, in their own order; where there are many, first those that `telling` puts first. */
export function listing(answered: AnsweredQuestion, marked: Marked, telling?: (a: Row, b: Row) => number): Markup {
  const { question, answer } = answered;
  const { rows } = answer;
  if (rows.length <= short) return dataTable(question.title, question.columns, rows, marked);
  const first = (telling ? [...rows].sort(telling) : rows).slice(0, preview);
  return html`${dataTable(`${question.title}: ${telling ? 'the most telling' : 'the first'} ${preview} of ${numeral(rows.length)} rows`, question.columns, first, marked)}${allRows(answered, `All ${numeral(rows.length)} rows`, rows, marked)}`;
}

/** What belongs to the incident; what is of others only as a count, and on demand. */
export function ofIncident(
  answered: AnsweredQuestion,
  { own, others }: { own: readonly Row[]; others: string },
  what: string,
  marked: Marked,
): Markup {
  const { question, answer } = answered;
  if (answer.rows.length === 0) return nothing;
  const shown = own.length > short ? `the first ${short} of ${numeral(own.length)} rows` : 'of this incident';
  return html`<p><b>${own.length === 0 ? 'None' : numeral(own.length)} of this incident</b>: ${what}.${others === '' ? '' : ` ${others}.`}</p>${dataTable(`${question.title}: ${shown}`, question.columns, own.slice(0, short), marked)}${allRows(answered, `Everybody's: ${plural(answer.rows.length, 'row')}`, answer.rows, marked)}`;
}

function parameterText(value: unknown): string {
  if (!Array.isArray(value)) return String(value) || 'any';
  if (value.length === 0) return 'any';
  const more = value.length - maxListed;
  return `${value.slice(0, maxListed).join(', ')}${more > 0 ? ` and ${numeral(more)} more` : ''}`;
}

/** Question and parameters, so that anybody can ask the same. */
function asked({ question, answer, overClosure }: AnsweredQuestion, { closure }: Investigation): Markup {
  const { version, techniques } = question.attack;
  const issued = closure.credentials.length - 1;
  const pairs = [
    ['question', question.id],
    ...(overClosure ? [['asked of', 'the key and every credential issued from it']] : []),
    ...Object.entries(answer.params).map(([name, value]) => [
      name,
      // The chain lists them; sixty times they would be most of the page.
      name === 'key' && issued > 2
        ? `${parameterText((value as string[]).slice(0, 1))} and the ${numeral(issued)} credentials issued from it`
        : parameterText(value),
    ]),
    ['severity', question.severity],
    ['ATT&CK', `${techniques.join(', ')} (v${version})`],
  ];
  return html`<details><summary>How this was asked</summary><dl>${pairs.map(([name = '', value = '']) => html`<dt>${name}</dt><dd>${literal(value)}</dd>`)}</dl></details>`;
}

const gaps = (answered: AnsweredQuestion): Markup =>
  answered.gaps.length === 0
    ? nothing
    : html`<ul class="gaps">${answered.gaps.map((sentence) => html`<li>${sentence}</li>`)}</ul>`;

/** A question with its rows, what they mean, and how it was asked. */
export function answerBlock(answered: AnsweredQuestion, investigation: Investigation, body: Markup): Markup {
  const { question, answer } = answered;
  const { rows, truncated } = answer;
  const size = truncated
    ? html`<b class="gap">${plural(rows.length, 'row')}, the limit: there may be more</b>`
    : html`${plural(rows.length, 'row')}`;
  return html`<section class="question" id="q-${question.id}" aria-labelledby="h-${question.id}">
<h3 id="h-${question.id}">${question.title}</h3>
<p class="kicker">${literal(question.id)} · ${size}</p>
<p class="asked">${question.question}</p>
${body}${gaps(answered)}
<div class="reading"><p><b>${rows.length > 0 ? 'Next' : 'No rows'}</b> ${rows.length > 0 ? question.next.rows : question.next.none}</p>
${question.falsePositives.map((sentence) => html`<p><b>Looks alike</b> ${sentence}</p>`)}</div>
${asked(answered, investigation)}
</section>
`;
}

/** Questions without rows: what that is worth, each in a line. */
export function emptyBlock(empty: readonly AnsweredQuestion[], investigation: Investigation): Markup {
  if (empty.length === 0) return nothing;
  return html`<ul class="empty">${empty.map(
    (answered) =>
      html`<li id="q-${answered.question.id}"><b>${answered.question.title}: none found.</b> ${answered.question.question} ${answered.question.next.none}${gaps(answered)}${asked(answered, investigation)}</li>
`,
  )}</ul>`;
}
