import type { LogCoverage } from '../../model/question.js';
import { numeral } from '../findings.js';
import type { Investigation, Unasked } from '../investigation.js';
import { html, type Markup, nothing } from './markup.js';
import { frame } from './table.js';
import { literal, timeText } from './words.js';

const most = 40;

const kinds: Readonly<Record<Unasked['kind'], string>> = {
  'no-log': 'log not read',
  sieve: 'the store is a sieve’s',
  engine: 'the store can not',
  unknown: 'not known enough',
  cost: 'too dear',
  failed: 'failed',
};

const listed = (values: readonly string[]): Markup =>
  html`${values.slice(0, most).map((value, index) => html`${index === 0 ? '' : ', '}${literal(value)}`)}${values.length > most ? ` and ${numeral(values.length - most)} more` : ''}`;

function logRow(found: LogCoverage): Markup {
  const { log, objects, records, firstEvent, lastEvent, accounts, regions, dataEvents, skipData } = found;
  const lost = objects.failed + objects.unfinished;
  const special = log === 'cloudtrail' ? dataEvents : skipData;
  return html`<tr><th scope="row">${literal(log)}</th><td class="number">${numeral(objects.done)}</td><td class="number${lost > 0 ? ' trouble' : ''}">${numeral(objects.failed)} / ${numeral(objects.unfinished)}</td><td class="number">${numeral(records.read)}</td><td class="number${records.deadLettered > 0 ? ' trouble' : ''}">${numeral(records.deadLettered)}</td><td class="time">${timeText(firstEvent)}</td><td class="time">${timeText(lastEvent)}</td><td class="text">${listed(accounts)}</td><td class="text">${listed(regions)}</td><td class="number">${numeral(special)}</td></tr>
`;
}

function logs({ coverage }: Investigation): Markup {
  if (coverage.logs.length === 0) return html`<p>No log is on record as read.</p>`;
  return frame(
    'Logs read',
    html`<table><caption>Logs read, in the accounts and Regions asked about</caption><thead><tr><th scope="col">Log</th><th scope="col" class="number">Objects read</th><th scope="col" class="number">Failed / unfinished</th><th scope="col" class="number">Records</th><th scope="col" class="number">Dead letters</th><th scope="col">First event</th><th scope="col">Last event</th><th scope="col">Accounts</th><th scope="col">Regions</th><th scope="col" class="number" title="cloudtrail: data events read; vpcflow: records that say SKIPDATA">Data events or SKIPDATA</th></tr></thead><tbody>
${coverage.logs.map(logRow)}</tbody></table>`,
  );
}

function unansweredTable({ unasked }: Investigation): Markup {
  if (unasked.length === 0) return html`<p>Every question that fits was answered.</p>`;
  const row = ({ id, title, kind, reason }: Unasked) =>
    html`<tr><th scope="row">${title} ${literal(id)}</th><td>${kinds[kind] ?? kind}</td><td class="text">${reason}</td></tr>
`;
  const caption = 'Questions that have no answer';
  return frame(
    caption,
    html`<table><caption>${caption}</caption><thead><tr><th scope="col">Question</th><th scope="col">Why</th><th scope="col">Reason</th></tr></thead><tbody>
${unasked.map(row)}</tbody></table>`,
  );
}

/** What the answers rest on, and what they can't tell. */
export function evidence(investigation: Investigation): Markup {
  const { missing } = investigation.coverage;
  return html`${
    missing.length === 0
      ? html`<p>Nothing is known to be missing from the logs asked.</p>`
      : html`<ul class="gaps">${missing.map((sentence) => html`<li>${sentence}</li>`)}</ul>`
  }
${logs(investigation)}
${unansweredTable(investigation)}`;
}

/** Of one section: the questions that have no answer, so that no rows are not taken for nothing found. */
export function unansweredOf(unasked: readonly Unasked[]): Markup {
  if (unasked.length === 0) return nothing;
  return html`<ul class="gaps">${unasked.map(({ title, id, reason }) => html`<li>${title} ${literal(id)}: no answer, for ${reason}.</li>`)}</ul>`;
}
