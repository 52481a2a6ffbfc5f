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
import type { Investigation, NextStep, VerdictLevel } from '../investigation.js';
import { damage } from './damage.js';
import { html, type Markup, nothing } from './markup.js';
import { literal, timeText } from './words.js';

const levels: Record<VerdictLevel, string> = { abused: 'Abused', used: 'Used', unseen: 'Not seen' };
const kinds = { 'long-term': 'Long-term key', temporary: 'Temporary key', unknown: 'Key of unknown kind' };

const most = { clients: 4, agents: 2 };

function owner(investigation: Investigation): Markup {
  const found = ownerOf(investigation);
  if (!found) return html`not in the evidence: the key made no recorded call`;
  const { row } = found;
  const arn = text(row, 'arn') || text(row, 'principal_id') || 'not recorded';
  const issuer = text(row, 'issuer_arn');
  return html`${literal(arn)} (${text(row, 'principal_type') || 'kind not recorded'}${issuer === '' ? '' : html`, issued from ${literal(issuer)}`}); ${ownCalls(found, investigation)} from ${timeText(found.firstSeen)} to ${timeText(found.lastSeen)}`;
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

function verdict({ verdict: { level, summary, reasons, confidence } }: Investigation): Markup {
  const sure =
    confidence === 'high'
      ? 'Confidence: high.'
      : level === 'unseen'
        ? html`Confidence: low, because this says nothing beyond <a href="#evidence">what was read</a>.`
        : html`Confidence: low, because <a href="#evidence">the evidence has gaps</a> that could overturn this.`;
  return html`<section class="verdict ${level}" aria-labelledby="verdict">
<h2 id="verdict"><span class="level">${levels[level] ?? level}</span> ${summary}</h2>
<p class="aside">${sure}</p>
${
  reasons.length === 0
    ? nothing
    : html`<ul>${reasons.map((reason) => html`<li>It ${reason.text} <a href="#q-${reason.question}">${reason.question}</a></li>`)}</ul>`
}
</section>`;
}

function clientRow(client: Client): Markup {
  const { address, agents, vpcEndpoints, calls, failed } = client;
  const marked = isMarked(client);
  const more = agents.length - most.agents;
  const software = agents.slice(0, most.agents).map((agent) => html`<span class="agent">${agent}</span>`);
  return html`<tr${marked ? html` class="flagged"` : nothing}><th scope="row">${literal(address)}</th><td class="number">${numeral(calls)}</td><td class="number${marked && failed > 0 ? ' trouble' : ''}">${numeral(failed)}</td><td>${software}${
    more > 0 ? html`<span class="agent">and ${numeral(more)} more</span>` : nothing
  }${vpcEndpoints.slice(0, most.agents).map((endpoint) => html`<span class="agent">through ${literal(endpoint)}</span>`)}${
    marked ? html`<span class="signs">${marksOf(client)}</span>` : nothing
  }</td></tr>`;
}

function clients(investigation: Investigation): Markup {
  const all = clientsOf(investigation);
  const flagged = all.filter(isMarked).length;
  const calls = allCalls(investigation);
  const lead =
    flagged > 0
      ? html`<p class="aside">Marked: ${flagged === 1 ? 'the address' : 'the addresses'} of the calls and the software named in the verdict.</p>`
      : nothing;
  const more = all.length - most.clients;
  const partly = answered(investigation, 'key-timeline')?.answer.truncated
    ? html`<p class="gap">Only the first ${numeral(rowsOf(investigation, 'key-timeline').length)} calls were matched with addresses.</p>`
    : nothing;
  return html`<section aria-labelledby="clients"><h2 id="clients">Who used it</h2>${calls === null ? nothing : html`<p class="aside">${calls}</p>`}
${
  all.length === 0
    ? html`<p>No client is in the evidence.</p>`
    : html`<table class="clients"><caption class="unseen">Addresses that used the key or what was issued from it</caption><thead><tr><th scope="col">Address</th><th scope="col" class="number">Calls</th><th scope="col" class="number">Failed</th><th scope="col">Software as it named itself</th></tr></thead><tbody>${all.slice(0, most.clients).map(clientRow)}</tbody></table>`
}${lead}${partly}${more > 0 ? html`<p class="aside"><a href="#q-key-clients">${plural(more, 'more address', 'more addresses')}</a></p>` : nothing}</section>`;
}

const step = ({ text: what, command }: NextStep): Markup =>
  html`<li>${what}${command === null ? nothing : html`<code class="command">${command}</code>`}</li>`;

/** What must be read without scrolling: verdict, clients, damage, next steps. */
export function overview(investigation: Investigation): Markup {
  return html`${verdict(investigation)}
<div class="cards">
${clients(investigation)}
${damage(investigation)}
<section class="next" aria-labelledby="next"><h2 id="next">What to do next</h2><ol>${investigation.nextSteps.map(step)}</ol></section>
</div>`;
}
