import { compareText } from '../../model/cell.js';
import { shellWord } from '../../model/shell.js';
import { count, numeral, plural, rowsOf, text } from '../findings.js';
import { groupBy } from '../group-by.js';
import type { Granted, Investigation } from '../investigation.js';
import { topOf } from '../next-steps.js';
import { figure, ofRows } from './links.js';
import { html, type Markup, nothing } from './markup.js';
import { frame } from './table.js';
import { literal, serviceOf } from './words.js';

const most = { services: 30, actions: 6, grants: 30, names: 40 };

/** Services whose events come from another name than their actions' prefix. */
const prefixes: ReadonlyMap<string, string> = new Map([
  ['monitoring', 'cloudwatch'],
  ['email', 'ses'],
  ['tagging', 'tag'],
]);

interface UsedService {
  service: string;
  /** Most calls first. */
  actions: string[];
  calls: number;
  failed: number;
}

function usedServices(investigation: Investigation): UsedService[] {
  return [...groupBy(rowsOf(investigation, 'actions-used'), (row) => serviceOf(text(row, 'event_source')))]
    .map(([service, rows]) => ({
      service,
      actions: [
        ...new Set(
          [...rows].sort((a, b) => count(b, 'events') - count(a, 'events')).map((row) => text(row, 'event_name')),
        ),
      ],
      calls: rows.reduce((sum, row) => sum + count(row, 'events'), 0),
      failed: rows.reduce((sum, row) => sum + count(row, 'failed'), 0),
    }))
    .sort((a, b) => b.calls - a.calls || compareText(a.service, b.service));
}

const word = (service: string, { administrator, services }: Granted): string =>
  administrator || services.granted.includes(prefixes.get(service) ?? service)
    ? 'yes'
    : services.incomplete
      ? 'not named'
      : 'no';

function usedTable(investigation: Investigation): Markup {
  const { granted } = investigation;
  const used = usedServices(investigation);
  if (used.length === 0) return nothing;
  const row = ({ service, actions, calls, failed }: UsedService) =>
    html`<tr><th scope="row">${literal(service)}</th><td class="number">${numeral(calls)}</td><td class="number${failed > 0 ? ' trouble' : ''}">${numeral(failed)}</td><td class="text">${actions.slice(0, most.actions).join(', ')}${actions.length > most.actions ? ` and ${numeral(actions.length - most.actions)} more` : ''}</td>${granted === null ? nothing : html`<td>${word(service, granted)}</td>`}</tr>
`;
  const caption = 'Services used, with the key and all that was issued from it';
  const more = used.length - most.services;
  return html`${frame(
    caption,
    html`<table><caption>${caption}</caption><thead><tr><th scope="col">Service</th><th scope="col" class="number">Calls</th><th scope="col" class="number">Failed</th><th scope="col">Actions</th>${granted === null ? nothing : html`<th scope="col">Granted to the owner</th>`}</tr></thead><tbody>
${used.slice(0, most.services).map(row)}</tbody></table>`,
  )}${more > 0 ? html`<p class="aside">${ofRows(investigation, 'actions-used', plural(more, 'more service'))}</p>` : nothing}`;
}

const names = (all: readonly string[]): Markup =>
  html`${all.slice(0, most.names).map((name, index) => html`${index === 0 ? '' : ', '}${literal(name)}`)}${all.length > most.names ? ` and ${numeral(all.length - most.names)} more` : ''}`;

function grantsTable({ grants }: Granted): Markup {
  if (grants.length === 0)
    return html`<p>None of the actions that lead to more rights, to secrets or to silence is among them.</p>`;
  const row = ({ action, why, policies, limited }: Granted['grants'][number]) =>
    html`<tr><th scope="row">${literal(action)}</th><td>${why}${limited ? ', on some resources or under a condition only' : ''}</td><td class="text">${names(policies)}</td></tr>
`;
  const caption = 'Granted, and dangerous';
  return frame(
    caption,
    html`<table><caption>${caption}</caption><thead><tr><th scope="col">Action</th><th scope="col">Whoever has it</th><th scope="col">Policies</th></tr></thead><tbody>
${grants.slice(0, most.grants).map(row)}</tbody></table>`,
  );
}

function grantedPart(granted: Granted): Markup {
  const { source, administrator, deniedAll, services } = granted;
  return html`<p>${
    administrator
      ? html`<b class="trouble">The owner is an administrator:</b> everything on every resource is allowed.`
      : html`The owner's policies allow ${plural(services.granted.length, 'service')}.`
  }${deniedAll ? ' A deny of everything is in force.' : ''} <span class="aside">By ${literal(source)}.</span></p>
${grantsTable(granted)}
<dl class="granted"><dt>Granted, never used</dt><dd>${services.neverUsed.length === 0 ? 'none that is known' : names(services.neverUsed)}</dd><dt>Granted</dt><dd>${services.granted.length === 0 ? 'none' : names(services.granted)}${services.incomplete ? ' and more: wildcards are granted, and the access advisor did not say what they come to' : ''}</dd></dl>`;
}

/** Where nobody has read the account, which command does. */
function unread(investigation: Investigation): Markup {
  const top = topOf(investigation);
  const store = shellWord(investigation.store);
  if (top === null)
    return html`<p class="gap">What is granted is not known: only the account says it, and a temporary key has no policies of its own.</p>`;
  return html`<p class="gap">What is granted is not known: only the account says it, and nobody has asked it. These two lines do, and change nothing:</p>
<code class="command">keytrail contain plan ${top} --store ${store} --out plan-${top}.json</code>
<code class="command">keytrail investigate ${investigation.keyId} --store ${store} --plan plan-${top}.json --out report-${investigation.keyId}.html</code>`;
}

/** Used against granted. */
export function privileges(investigation: Investigation): Markup {
  const used = usedServices(investigation);
  const failed = used.reduce((sum, service) => sum + service.failed, 0);
  const actions = used.reduce((sum, service) => sum + service.actions.length, 0);
  return html`${
    used.length === 0
      ? nothing
      : html`<p>It called ${figure(investigation, 'actions-used', actions)} different actions of ${plural(used.length, 'service')}; ${figure(investigation, 'actions-used', failed)} calls failed.</p>`
  }
${investigation.granted === null ? unread(investigation) : grantedPart(investigation.granted)}
${usedTable(investigation)}`;
}
