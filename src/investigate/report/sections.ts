import type { Row } from '../../model/question.js';
import { acceptedFlows, configChanges, ownFlows, signIns } from '../bystanders.js';
import {
  answered,
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
import { momentsOf } from '../moments.js';
import { procedure, type Step } from '../procedure.js';
import { answerBlock, emptyBlock, listing, type Marked, ofIncident } from './answer.js';
import { chain } from './chain.js';
import { evidence, unansweredOf } from './evidence.js';
import { chainGraph } from './graph.js';
import { figure } from './links.js';
import { html, type Markup, nothing } from './markup.js';
import { origin } from './origin.js';
import { reasons, stepList } from './outcome.js';
import { privileges } from './privileges.js';
import { frame, maxRows } from './table.js';
import { everyCall, timeline } from './timeline.js';
import { literal, timeText } from './words.js';

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

function logins(found: AnsweredQuestion, investigation: Investigation, marked: Marked): Markup {
  const parts = signIns(investigation);
  const number = (column: string, value: string) => numeral(parts.own.filter((row) => row[column] === value).length);
  const counts = `${number('result', 'Failure')} failed, ${number('mfa_used', 'No')} without MFA, ${number('principal_type', 'Root')} by root`;
  const whose = 'from a marked address, or by the owner, a user who was given an access key or a session of them';
  return ofIncident(found, parts, parts.own.length === 0 ? whose : `${whose}; ${counts}`, marked);
}

function bodyOf(found: AnsweredQuestion, investigation: Investigation, marked: Marked): Markup {
  const named = new Set(signsOf(investigation).map(({ action }) => action));
  const works = (row: Row) => (count(row, 'failed') < count(row, 'events') ? 1 : 0);
  const isNamed = (row: Row) => (named.has(text(row, 'event_name')) ? 1 : 0);
  const telling = (a: Row, b: Row) =>
    isNamed(b) - isNamed(a) || works(b) - works(a) || count(b, 'events') - count(a, 'events');
  const flows = 'over an interface that was launched, or from or to a marked address';
  switch (found.question.id) {
    case 'key-clients':
      return html`${clientTable(clientsOf(investigation))}${listing(found, marked)}`;
    case 'key-timeline':
      return everyCall(found, investigation, marked);
    case 'actions-used':
    case 'resources-touched':
    case 'client-actions':
      return listing(found, marked, telling);
    case 'console-logins':
      return logins(found, investigation, marked);
    case 'config-history':
      return ofIncident(found, configChanges(investigation), 'led to by these calls, or of what they named', marked);
    case 'internet-accepted':
      return ofIncident(found, acceptedFlows(investigation), 'from a marked address', marked);
    case 'egress-talkers':
    case 'beacon':
    case 'east-west':
      return ofIncident(found, ownFlows(investigation, found.question.id, ['pair', 'pairs']), flows, marked);
    default:
      return listing(found, marked);
  }
}

/** What a section shows above the answers of its questions. */
function leadOf(step: Step, investigation: Investigation): Markup {
  switch (step.id) {
    case 'chain':
      return html`${chainGraph(investigation)}${chain(investigation)}`;
    case 'timeline':
      return timeline(investigation, momentsOf(investigation));
    case 'origin':
      return origin(investigation);
    case 'privileges':
      return privileges(investigation);
    case 'evidence':
      return evidence(investigation);
    default:
      return nothing;
  }
}

/** How many rows each question has, and the way to them. */
function glance(found: readonly AnsweredQuestion[], investigation: Investigation): Markup {
  if (found.length < 2) return nothing;
  return html`<ul class="glance">${found.map(
    ({ question, answer }) =>
      html`<li>${figure(investigation, question.id, answer.rows.length)}${answer.truncated ? ' or more' : ''} ${question.title}</li>`,
  )}</ul>`;
}

const opened = (id: string, title: string, about: string, content: Markup): Markup =>
  html`<section class="step" id="${id}" aria-labelledby="t-${id}">
<h2 id="t-${id}">${title}</h2>
<p class="asked">${about}</p>
${content}
</section>
`;

function stepSection(step: Step, investigation: Investigation, marked: Marked): Markup {
  const all = step.questions.flatMap(({ id }) => answered(investigation, id) ?? []);
  const found = all.filter(({ answer }) => answer.rows.length > 0);
  const empty = all.filter(({ answer }) => answer.rows.length === 0);
  const ids = new Set(step.questions.map(({ id }) => id));
  const unasked = investigation.unasked.filter(({ id }) => ids.has(id));
  const nothingFound =
    found.length > 0 || step.id === 'evidence'
      ? nothing
      : all.length === 0
        ? html`<p><b>Not known:</b> none of the questions of this section has an answer, so that no rows say nothing.</p>`
        : html`<p><b>None found</b> by ${plural(all.length, 'question')}; what that is worth stands below each.</p>`;
  // The last section has all of them in a table.
  const left = step.id === 'evidence' ? nothing : unansweredOf(unasked);
  return opened(
    step.id,
    step.title,
    step.about,
    html`${nothingFound}${leadOf(step, investigation)}${glance(found, investigation)}${found.map((each) => answerBlock(each, investigation, bodyOf(each, investigation, marked)))}${emptyBlock(empty, investigation)}${left}`,
  );
}

/** Answers to questions that no section has, as they came. */
function others(investigation: Investigation, marked: Marked): Markup {
  const known = new Set(procedure.flatMap(({ questions }) => questions.map(({ id }) => id)));
  const left = investigation.answers.filter(({ question }) => !known.has(question.id));
  if (left.length === 0) return nothing;
  const content = html`${left.map((each) => answerBlock(each, investigation, listing(each, marked)))}`;
  return opened('others', 'Other questions', 'Asked beside those of the procedure.', content);
}

/** The answers in the order of the procedure, and what comes of them. */
export function sections(investigation: Investigation): Markup {
  const marked = markedAddresses(investigation);
  return html`${procedure.map((step) => stepSection(step, investigation, marked))}${others(investigation, marked)}${opened('reasons', 'Verdict', 'What the answers come to, why, and how sure that is.', reasons(investigation))}${opened('steps', 'Next steps', 'In this order. Nothing here changes anything before a plan is applied.', stepList(investigation))}`;
}

/** The sections as the page's contents name them. */
export const contents: readonly { id: string; title: string }[] = [
  ...procedure,
  { id: 'reasons', title: 'Verdict' },
  { id: 'steps', title: 'Next steps' },
];
