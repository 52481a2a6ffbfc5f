import {
  allCalls,
  answered,
  type Client,
  clientsOf,
  isMarked,
  marksOf,
  numeral,
  ownCalls,
  ownerOf,
  plural,
  rowsOf,
  scopeText,
  text,
} from '../findings.js';
import type { Investigation, VerdictLevel } from '../investigation.js';
import { damage } from './damage.js';
import { figure, ofRows } from './links.js';
import { html, type Markup, nothing } from './markup.js';
import { confidence, reasonList, stepList } from './outcome.js';
import { literal, timeText } from './words.js';

const levels: Record<VerdictLevel, string> = { abused: 'Abused', used: 'Used', unseen: 'Not seen' };
const kinds = { 'long-term': 'Long-term key', temporary: 'Temporary key', unknown: 'Key of unknown kind' };

const most = { clients: 4, agents: 1, marks: 4, intruders: 3, reasons: 8, steps: 3 };

function owner(investigation: Investigation): Markup {
  const found = ownerOf(investigation);
  if (!found) return html`not in the evidence: the key made no recorded call`;
  const { row } = found;
  const arn = text(row, 'arn') || text(row, 'principal_id') || 'not recorded';
  const issuer = text(row, 'issuer_arn');
  return html`${literal(arn)} (${text(row, 'principal_type') || 'kind not recorded'}${issuer === '' ? '' : html`, issued from ${literal(issuer)}`}); ${ofRows(investigation, 'key-owner', ownCalls(found, investigation))} from ${timeText(found.firstSeen)} to ${timeText(found.lastSeen)}`;
}

/** Key and owner; where and when it was looked for. */
export function masthead(investigation: Investigation): Markup {
  const { keyId, key, generatedAt, store, scope, keytrail } = investigation;
  return html`<header>
<h1>${literal(keyId)}</h1>
<p class="owner"><b>Owner</b> ${owner(investigation)}</p>
<p class="meta">${kinds[key.kind] ?? key.kind}${key.account === null ? '' : html` of account ${literal(key.account)}`}. Asked: ${scopeText(scope)}. Store ${literal(store)}. Made ${timeText(generatedAt.replace(/\.\d+Z$/, 'Z'))} by keytrail ${keytrail}. All times are UTC.</p>
</header>`;
}

/** Whoever the marked addresses belong to, in one line: a reader should not have to put it together. */
function intruder(investigation: Investigation): Markup {
  const all = clientsOf(investigation).filter(isMarked);
  if (all.length === 0) return nothing;
  const more = all.length - most.intruders;
  const one = ({ address, agents }: Client, index: number) =>
    html`${index === 0 ? '' : ', '}<b>${literal(address)}</b>${agents[0] === undefined ? '' : html` <span class="aside">${programOf(agents[0])}</span>`}`;
  return html`<p class="intruder">Whoever did it came from ${all.slice(0, most.intruders).map(one)}${more > 0 ? html` and ${ofRows(investigation, 'key-clients', plural(more, 'more address', 'more addresses'))}` : nothing}.</p>`;
}

/** The program of a user agent and its version: `aws-cli/2.17.0`. */
const programOf = (agent: string): string => agent.replace(/^\[/, '').split(' ')[0] ?? '';

function verdict(investigation: Investigation): Markup {
  const { level, summary, reasons } = investigation.verdict;
  const more = reasons.length - most.reasons;
  return html`<section class="verdict ${level}" aria-labelledby="verdict">
<h2 id="verdict"><span class="level">${levels[level] ?? level}</span> ${summary}</h2>
${intruder(investigation)}
${reasons.length === 0 ? nothing : reasonList(investigation, reasons.slice(0, most.reasons))}
<p class="aside">${confidence(investigation)} <a href="#reasons">${more > 0 ? `${plural(more, 'more sign')}, and why` : 'Why'}</a></p>
</section>`;
}

function clientRow(investigation: Investigation, client: Client): Markup {
  const { address, agents, vpcEndpoints, calls, failed } = client;
  const marked = isMarked(client);
  const marks = marksOf({ ...client, signs: client.signs.slice(0, most.marks) });
  const left = client.signs.length - most.marks;
  const more = agents.length - most.agents;
  const software = agents.slice(0, most.agents).map((agent) => html`<span class="agent">${agent}</span>`);
  return html`<tr${marked ? html` class="flagged"` : nothing}><th scope="row">${literal(address)}</th><td class="number">${figure(investigation, 'key-clients', calls)}</td><td class="number${marked && failed > 0 ? ' trouble' : ''}">${figure(investigation, 'client-actions', failed)}</td><td>${software}${
    more > 0 ? html`<span class="agent">and ${numeral(more)} more</span>` : nothing
  }${vpcEndpoints.slice(0, most.agents).map((endpoint) => html`<span class="agent">through ${literal(endpoint)}</span>`)}${
    marked
      ? html`<span class="signs">${marks}${left > 0 ? `; and ${plural(left, 'more action')}` : ''}</span>`
      : nothing
  }</td></tr>`;
}

function clients(investigation: Investigation): Markup {
  const all = clientsOf(investigation);
  const flagged = all.filter(isMarked).length;
  const calls = allCalls(investigation);
  const lead = flagged > 0 ? html` Marked: what the verdict is about.` : nothing;
  const more = all.length - most.clients;
  const partly = answered(investigation, 'key-timeline')?.answer.truncated
    ? html`<p class="gap">Only the first ${numeral(rowsOf(investigation, 'key-timeline').length)} calls were matched with addresses.</p>`
    : nothing;
  return html`<section aria-labelledby="clients"><h2 id="clients">Who used it</h2>${calls === null ? nothing : html`<p class="aside">${ofRows(investigation, 'key-clients', calls)}</p>`}
${
  all.length === 0
    ? html`<p>No client is in the evidence.</p>`
    : html`<table class="clients"><caption class="unseen">Addresses that used the key or what was issued from it</caption><thead><tr><th scope="col">Address</th><th scope="col" class="number">Calls</th><th scope="col" class="number">Failed</th><th scope="col">Software as it named itself</th></tr></thead><tbody>${all.slice(0, most.clients).map((client) => clientRow(investigation, client))}</tbody></table>`
}${partly}<p class="aside">${more > 0 ? html`${ofRows(investigation, 'key-clients', plural(more, 'more address', 'more addresses'))}.` : nothing}${lead}</p></section>`;
}

/** What must be read without scrolling: verdict, clients, damage, next steps. */
export function overview(investigation: Investigation): Markup {
  const more = investigation.nextSteps.length - most.steps;
  return html`${verdict(investigation)}
<div class="cards">
${clients(investigation)}
${damage(investigation)}
<section class="next" aria-labelledby="next"><h2 id="next">What to do next${more > 0 ? html` <a class="aside" href="#steps">and ${plural(more, 'more step')}</a>` : nothing}</h2>${stepList(investigation, most.steps)}</section>
</div>`;
}
