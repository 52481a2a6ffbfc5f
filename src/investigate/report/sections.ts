import type { Row } from '../../model/question.js';
import { acceptedFlows, type Parted, signIns } from '../bystanders.js';
import {
  type Client,
  clientsOf,
  count,
  isMarked,
  markedAddresses,
  marksOf,
  numeral,
  plural,
  signsOf,
  text,
} from '../findings.js';
import type { AnsweredQuestion, Investigation } from '../investigation.js';
import { type Moment, momentsOf } from '../moments.js';
import { chain } from './chain.js';
import { callChart } from './chart.js';
import { html, type Markup, nothing } from './markup.js';
import { dataTable, frame, leftOut, maxRows } from './table.js';
import { literal, timeText } from './words.js';

/** The order of the procedure. Questions that are not here come after them, in the order in which they were asked. */
const order = [
  'key-owner',
  'key-clients',
  'sts-children',
  'keys-created',
  'key-timeline',
  'actions-used',
  'denied-burst',
  'resources-touched',
  'console-logins',
  'internet-accepted',
];

const steps: Readonly<Record<string, string>> = {
  'identify-owner': 'Identify the owner',
  'assess-use': 'Assess privileges and use',
  'assess-exposure': 'Assess the exposure',
  'review-logins': 'Review sign-ins',
};

/** Tables up to this long are shown at once; of longer ones the most telling rows, the rest on demand. */
const short = 15;
const preview = 10;
const maxListed = 20;

/** Addresses of the clients that the verdict is about. */
type Marked = ReadonlySet<string>;

function allRows({ question }: AnsweredQuestion, title: string, shown: readonly Row[], marked: Marked): Markup {
  return html`<details><summary>${title}</summary>${dataTable(question.title, question.columns, shown, marked)}${leftOut(shown.length)}</details>`;
}

/** The rows, in their own order; where there are many, first those that `telling` puts first. */
function listing(answered: AnsweredQuestion, marked: Marked, telling?: (a: Row, b: Row) => number): Markup {
  const { question, answer } = answered;
  const { rows } = answer;
  if (rows.length <= short) return dataTable(question.title, question.columns, rows, marked);
  const first = (telling ? [...rows].sort(telling) : rows).slice(0, preview);
  return html`${dataTable(`${question.title}: ${telling ? 'the most telling' : 'the first'} ${preview} of ${numeral(rows.length)} rows`, question.columns, first, marked)}${allRows(answered, `All ${numeral(rows.length)} rows`, rows, marked)}`;
}

function clientTable(clients: readonly Client[]): Markup {
  const row = (client: Client) =>
    html`<tr${isMarked(client) ? html` class="flagged"` : nothing}><th scope="row">${literal(client.address)}</th><td class="number">${numeral(client.calls)}</td><td class="number${client.failed > 0 ? ' trouble' : ''}">${numeral(client.failed)}</td><td class="number">${numeral(client.credentials)}</td><td class="time">${timeText(client.firstSeen)}</td><td class="time">${timeText(client.lastSeen)}</td><td>${marksOf(client) || '–'}</td></tr>
`;
  const caption = 'By address, over the key and all that was issued from it';
  return frame(
    caption,
    html`<table><caption>${caption}</caption><thead><tr><th scope="col">Address</th><th scope="col" class="number">Calls</th><th scope="col" class="number">Failed</th><th scope="col" class="number">Credentials</th><th scope="col">First call</th><th scope="col">Last call</th><th scope="col">Named by the verdict</th></tr></thead><tbody>
${clients.slice(0, maxRows).map(row)}</tbody></table>`,
  );
}

function momentTable(moments: readonly Moment[]): Markup {
  const row = ({ time, kind, what, subject }: Moment) =>
    html`<tr class="moment ${kind}"><td class="time">${timeText(time)}</td><td>${what}</td><td class="text">${subject === '' ? '' : literal(subject)}</td></tr>
`;
  return frame(
    'Key moments',
    html`<table><caption>Key moments</caption><thead><tr><th scope="col">Time</th><th scope="col">What</th><th scope="col">Who or where</th></tr></thead><tbody>
${moments.map(row)}</tbody></table>`,
  );
}

/** Where the calls don't all fit, they are shown from ten minutes before the first sign of abuse. */
function timeline(answered: AnsweredQuestion, investigation: Investigation, marked: Marked): Markup {
  const { rows } = answered.answer;
  const moments = momentsOf(investigation);
  const sign = moments.find(
    ({ kind, time }) => (kind === 'burst' || kind === 'action') && !Number.isNaN(Date.parse(time)),
  );
  const from = sign ? Date.parse(sign.time) - 600_000 : Number.NEGATIVE_INFINITY;
  const near = rows.length > maxRows ? rows.filter((row) => !(Date.parse(text(row, 'event_time')) < from)) : rows;
  const title =
    near.length === rows.length
      ? `Every call: ${plural(rows.length, 'row')}`
      : `Calls from ten minutes before the first sign of abuse: ${numeral(near.length)} of ${plural(rows.length, 'row')}`;
  return html`${callChart(rows, moments)}${answered.answer.truncated ? html`<p class="gap">Drawing and list end with the last of these rows; later calls are not in them.</p>` : nothing}${momentTable(moments)}${rows.length === 0 ? nothing : allRows(answered, title, near, marked)}`;
}

/** What belongs to the incident; what is of others only as a count, and on demand. */
function ofIncident(answered: AnsweredQuestion, { own, others }: Parted, what: string, marked: Marked): Markup {
  const { question, answer } = answered;
  if (answer.rows.length === 0) return nothing;
  const first = own.slice(0, short);
  const shown = own.length > short ? `the first ${short} of ${numeral(own.length)} rows` : 'of this incident';
  return html`<p><b>${own.length === 0 ? 'None' : numeral(own.length)} of this incident</b>: ${what}.${others === '' ? '' : ` ${others}.`}</p>${dataTable(`${question.title}: ${shown}`, question.columns, first, marked)}${allRows(answered, `Everybody's: ${plural(answer.rows.length, 'row')}`, answer.rows, marked)}`;
}

function logins(answered: AnsweredQuestion, investigation: Investigation, marked: Marked): Markup {
  const parts = signIns(investigation);
  const number = (column: string, value: string) => numeral(parts.own.filter((row) => row[column] === value).length);
  const counts = `${number('result', 'Failure')} failed, ${number('mfa_used', 'No')} without MFA, ${number('principal_type', 'Root')} by root`;
  const whose = 'from a marked address, or by the owner, a user who was given an access key or a session of them';
  return ofIncident(answered, parts, parts.own.length === 0 ? whose : `${whose}; ${counts}`, marked);
}

function bodyOf(answered: AnsweredQuestion, investigation: Investigation): Markup {
  const marked = markedAddresses(investigation);
  const named = new Set(signsOf(investigation).map(({ action }) => action));
  const works = (row: Row) => (count(row, 'failed') < count(row, 'events') ? 1 : 0);
  const isNamed = (row: Row) => (named.has(text(row, 'event_name')) ? 1 : 0);
  const telling = (a: Row, b: Row) =>
    isNamed(b) - isNamed(a) || works(b) - works(a) || count(b, 'events') - count(a, 'events');
  switch (answered.question.id) {
    case 'key-clients':
      return answered.answer.rows.length === 0
        ? nothing
        : html`${clientTable(clientsOf(investigation))}${listing(answered, marked)}`;
    case 'sts-children':
      return html`${chain(investigation)}${listing(answered, marked)}`;
    case 'key-timeline':
      return timeline(answered, investigation, marked);
    case 'actions-used':
    case 'resources-touched':
      return listing(answered, marked, telling);
    case 'console-logins':
      return logins(answered, investigation, marked);
    case 'internet-accepted':
      return ofIncident(answered, acceptedFlows(investigation), 'from a marked address', marked);
    default:
      return listing(answered, marked);
  }
}

function parameterText(value: unknown): string {
  if (!Array.isArray(value)) return String(value) || 'any';
  if (value.length === 0) return 'any';
  const more = value.length - maxListed;
  return `${value.slice(0, maxListed).join(', ')}${more > 0 ? ` and ${numeral(more)} more` : ''}`;
}

function asked({ question, answer, overClosure }: AnsweredQuestion): Markup {
  const { version, techniques } = question.attack;
  const pairs = [
    ['question', question.id],
    ...(overClosure ? [['asked of', 'the key and every credential issued from it']] : []),
    ...Object.entries(answer.params).map(([name, value]) => [name, parameterText(value)]),
    ['severity', question.severity],
    ['ATT&CK', `${techniques.join(', ')} (v${version})`],
  ];
  return html`<details><summary>How this was asked</summary><dl>${pairs.map(([name = '', value = '']) => html`<dt>${name}</dt><dd>${literal(value)}</dd>`)}</dl></details>`;
}

function section(answered: AnsweredQuestion, investigation: Investigation): Markup {
  const { question, answer } = answered;
  const { rows, truncated } = answer;
  const size = truncated
    ? html`<b class="gap">${plural(rows.length, 'row')}, the limit: there may be more</b>`
    : html`${plural(rows.length, 'row')}`;
  return html`<section class="question" id="q-${question.id}" aria-labelledby="h-${question.id}">
<p class="kicker">${steps[question.step] ?? question.step} · ${literal(question.id)} · ${size}</p>
<h2 id="h-${question.id}">${question.title}</h2>
<p class="asked">${question.question}</p>
${bodyOf(answered, investigation)}
<div class="reading"><p><b>${rows.length > 0 ? 'Next' : 'No rows'}</b> ${rows.length > 0 ? question.next.rows : question.next.none}</p>
${question.falsePositives.map((sentence) => html`<p><b>Looks alike</b> ${sentence}</p>`)}</div>
${asked(answered)}
</section>
`;
}

/** The answers in the order of the procedure. */
export function inOrder({ answers }: Investigation): AnsweredQuestion[] {
  const place = ({ question }: AnsweredQuestion) => {
    const index = order.indexOf(question.id);
    return index === -1 ? order.length : index;
  };
  return [...answers].sort((a, b) => place(a) - place(b));
}

export function sections(investigation: Investigation): Markup {
  return html`${inOrder(investigation).map((answered) => section(answered, investigation))}`;
}

/** What the answers rest on. */
export function evidence({ coverage }: Investigation): Markup {
  const row = (log: (typeof coverage.logs)[number]) =>
    html`<tr><th scope="row">${literal(log.log)}</th><td class="number">${numeral(log.objects.done)}</td><td class="number${log.objects.failed + log.objects.unfinished > 0 ? ' trouble' : ''}">${numeral(log.objects.failed)} / ${numeral(log.objects.unfinished)}</td><td class="number">${numeral(log.records.read)}</td><td class="number${log.records.deadLettered > 0 ? ' trouble' : ''}">${numeral(log.records.deadLettered)}</td><td class="time">${timeText(log.firstEvent)}</td><td class="time">${timeText(log.lastEvent)}</td><td class="text">${parameterText(log.accounts)}</td><td class="text">${parameterText(log.regions)}</td><td class="number">${numeral(log.log === 'cloudtrail' ? log.dataEvents : log.skipData)}</td></tr>
`;
  return html`<section class="question" id="evidence" aria-labelledby="h-evidence">
<p class="kicker">Before you rely on this</p>
<h2 id="h-evidence">Evidence, and what it lacks</h2>
${
  coverage.missing.length === 0
    ? html`<p>Nothing that keytrail can tell is missing from the logs asked.</p>`
    : html`<ul class="gaps">${coverage.missing.map((sentence) => html`<li>${sentence}</li>`)}</ul>`
}
${
  coverage.logs.length === 0
    ? html`<p>No log is on record as read.</p>`
    : frame(
        'Logs read',
        html`<table><caption>Logs read, in the accounts and Regions asked about</caption><thead><tr><th scope="col">Log</th><th scope="col" class="number">Objects read</th><th scope="col" class="number">Failed / unfinished</th><th scope="col" class="number">Records</th><th scope="col" class="number">Dead letters</th><th scope="col">First event</th><th scope="col">Last event</th><th scope="col">Accounts</th><th scope="col">Regions</th><th scope="col" class="number" title="cloudtrail: data events read; vpcflow: records that say SKIPDATA">Data events or SKIPDATA</th></tr></thead><tbody>
${coverage.logs.map(row)}</tbody></table>`,
      )
}
</section>`;
}
