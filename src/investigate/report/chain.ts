import type { Closure, Credential } from '../../queries/closure.js';
import { groupBy, numeral } from '../findings.js';
import { html, type Markup, nothing } from './markup.js';
import { literal, timeText } from './words.js';

/** Nearest the root come first; a page with more is not read. */
const maxShown = 200;

function label({ accessKeyId, eventName, issuedArn, issuedAt, expiration }: Credential): Markup {
  const how =
    eventName === null ? html` <span class="aside">the key asked about</span>` : html` by ${literal(eventName)}`;
  const whom = issuedArn === null ? nothing : html` as ${literal(issuedArn)}`;
  const when =
    issuedAt === null
      ? nothing
      : html` <span class="aside">issued ${timeText(issuedAt)}${expiration === null ? '' : `, expires ${timeText(expiration)}`}</span>`;
  return html`<strong>${literal(accessKeyId)}</strong>${how}${whom}${when}`;
}

/** The credentials as a nested list, each under the one that it was issued to. */
export function chainTree({ credentials, truncated }: Closure): Markup {
  const shown = credentials.slice(0, maxShown);
  const depths = new Map(shown.map(({ accessKeyId, depth }) => [accessKeyId, depth]));
  // Going down by one depth at a time, the tree ends even where keys issue each other in a circle.
  const hasParent = ({ parent, depth }: Credential) => parent !== null && depths.get(parent) === depth - 1;
  const children = groupBy(shown.filter(hasParent), ({ parent, depth }) => `${depth} ${parent}`);
  const branch = (siblings: readonly Credential[]): Markup =>
    html`<ul>${siblings.map((credential) => {
      const below = children.get(`${credential.depth + 1} ${credential.accessKeyId}`);
      return html`<li>${label(credential)}${below ? branch(below) : nothing}</li>`;
    })}</ul>`;
  const more = credentials.length - shown.length;
  return html`<div class="tree">${branch(shown.filter((credential) => !hasParent(credential)))}</div>${
    more > 0 ? html`<p class="aside">${numeral(more)} more are in the JSON file.</p>` : nothing
  }${truncated ? html`<p class="gap">A bound was reached while following the chain: there may be more credentials.</p>` : nothing}`;
}
