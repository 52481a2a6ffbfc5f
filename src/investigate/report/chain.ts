import type { Credential } from '../../queries/closure.js';
import { type Branch, isCreatedKey, treesOf } from '../credentials.js';
import { numeral } from '../findings.js';
import type { Investigation, Issuer } from '../investigation.js';
import { livenessOf } from '../liveness.js';
import { html, type Markup, nothing } from './markup.js';
import { literal, timeText } from './words.js';

/** Nearest the root come first; a page with more is not read. */
const maxShown = 200;

function howOf(credential: Credential): Markup {
  const { eventName, issuedArn } = credential;
  if (eventName === null) return html` <span class="aside">the key asked about</span>`;
  if (isCreatedKey(credential))
    return html` <b class="trouble">access key made for ${literal(issuedArn ?? 'an unknown user')}: it does not expire</b>`;
  return html` by ${literal(eventName)}${issuedArn === null ? nothing : html` as ${literal(issuedArn)}`}`;
}

function label(investigation: Investigation, credential: Credential): Markup {
  const { accessKeyId, issuedAt } = credential;
  const { said } = livenessOf(investigation, credential);
  const when = issuedAt === null ? `; ${said}` : ` issued ${timeText(issuedAt)}, ${said}`;
  return html`<strong>${literal(accessKeyId)}</strong>${howOf(credential)}<span class="aside">${when}</span>`;
}

const list = (investigation: Investigation, branches: readonly Branch[]): Markup =>
  html`<ul>${branches.map(({ credential, below }) => html`<li>${label(investigation, credential)}${below.length > 0 ? list(investigation, below) : nothing}</li>`)}</ul>`;

const issue = ({ accessKeyId, issued, eventName, eventTime, accountId, sourceIp }: Issuer): Markup =>
  html`<li>${literal(issued)} was issued by ${accessKeyId === null ? 'no recorded key' : literal(accessKeyId)} with ${literal(eventName)} at ${timeText(eventTime)}${sourceIp === null ? nothing : html` from ${literal(sourceIp)}`}${accountId === null ? nothing : html` <span class="aside">in account ${literal(accountId)}</span>`}</li>`;

/** Who had the key issued, from the key upwards. */
function issuance({ issuers, key }: Investigation): Markup {
  if (issuers.length > 0) return html`<ul class="issuers">${issuers.slice(0, maxShown).map(issue)}</ul>`;
  return key.kind === 'temporary' ? html`<p class="gap">No record of this key's issue was read.</p>` : nothing;
}

/** The credentials as a nested list, each under the one that it was issued to. */
function tree(investigation: Investigation): Markup {
  const { closure } = investigation;
  const more = closure.credentials.length - maxShown;
  return html`<div class="tree">${list(investigation, treesOf(closure, maxShown))}</div>${
    more > 0 ? html`<p class="aside">${numeral(more)} more ${more === 1 ? 'is' : 'are'} in the JSON file.</p>` : nothing
  }${closure.truncated ? html`<p class="gap">A bound was reached while following the chain: there may be more credentials.</p>` : nothing}`;
}

/** What the key came from, and what came from it. */
export const chain = (investigation: Investigation): Markup => html`${issuance(investigation)}${tree(investigation)}`;
