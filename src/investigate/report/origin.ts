import { compareText } from '../../model/cell.js';
import { type Client, clientsOf, count, isMarked, numeral, plural, rowsOf, text } from '../findings.js';
import type { Investigation } from '../investigation.js';
import { figure, ofRows } from './links.js';
import { type Origin, originMap, originsOf } from './map.js';
import { html, type Markup, nothing } from './markup.js';
import { frame } from './table.js';
import { literal, timeText } from './words.js';

const most = { addresses: 40, countries: 40, listed: 6 };

/** The autonomous system of each address and who runs it, where ingest knew them. */
function networksOf(investigation: Investigation): Map<string, string> {
  const rows = rowsOf(investigation, 'networks-used');
  return new Map(
    rows.map((row) => [text(row, 'source_ip'), `AS${count(row, 'as_number')} ${text(row, 'as_name')}`.trim()]),
  );
}

function countriesOf(investigation: Investigation): Map<string, string> {
  return new Map(rowsOf(investigation, 'countries-used').map((row) => [text(row, 'source_ip'), text(row, 'country')]));
}

function addressTable(investigation: Investigation, clients: readonly Client[]): Markup {
  const networks = networksOf(investigation);
  const places = countriesOf(investigation);
  const row = (client: Client) =>
    html`<tr${isMarked(client) ? html` class="flagged"` : nothing}><th scope="row">${literal(client.address)}</th><td>${places.get(client.address) ?? '–'}</td><td class="text">${networks.get(client.address) ?? '–'}</td><td class="number">${numeral(client.calls)}</td><td class="number${client.failed > 0 ? ' trouble' : ''}">${numeral(client.failed)}</td><td class="time">${timeText(client.firstSeen)}</td><td class="time">${timeText(client.lastSeen)}</td></tr>
`;
  const caption = 'Addresses, with country and network where ingest knew them';
  const more = clients.length - most.addresses;
  return html`${frame(
    caption,
    html`<table><caption>${caption}</caption><thead><tr><th scope="col">Address</th><th scope="col">Country</th><th scope="col">Network (ASN)</th><th scope="col" class="number">Calls</th><th scope="col" class="number">Failed</th><th scope="col">First call</th><th scope="col">Last call</th></tr></thead><tbody>
${clients.slice(0, most.addresses).map(row)}</tbody></table>`,
  )}${more > 0 ? html`<p class="aside">${ofRows(investigation, 'key-clients', plural(more, 'more address', 'more addresses'))}</p>` : nothing}`;
}

function countryTable(investigation: Investigation, origins: readonly Origin[]): Markup {
  const row = ({ country, addresses, calls, failed, marked }: Origin) =>
    html`<tr${marked ? html` class="flagged"` : nothing}><th scope="row">${country}</th><td class="number">${figure(investigation, 'countries-used', calls)}</td><td class="number${failed > 0 ? ' trouble' : ''}">${numeral(failed)}</td><td class="text">${addresses.slice(0, most.listed).map((address, index) => html`${index === 0 ? '' : ', '}${literal(address)}`)}${addresses.length > most.listed ? ` and ${numeral(addresses.length - most.listed)} more` : ''}</td></tr>
`;
  const caption = 'Countries';
  return frame(
    caption,
    html`<table><caption>${caption}</caption><thead><tr><th scope="col">Country</th><th scope="col" class="number">Calls</th><th scope="col" class="number">Failed</th><th scope="col">Addresses</th></tr></thead><tbody>
${origins.slice(0, most.countries).map(row)}</tbody></table>`,
  );
}

/** Where the calls came from: a map and a table of countries where they are known, and the addresses. */
export function origin(investigation: Investigation): Markup {
  const clients = clientsOf(investigation);
  if (clients.length === 0) return nothing;
  const origins = [...originsOf(investigation)].sort(
    (a, b) => Number(b.marked) - Number(a.marked) || b.calls - a.calls || compareText(a.country, b.country),
  );
  const unknown = html`<p class="gap">No country of a caller is known: addresses are private, reserved or of AWS, or no database of countries was there at ingest (keytrail doctor says).</p>`;
  return html`${origins.length === 0 ? unknown : html`${originMap(origins)}${countryTable(investigation, origins)}`}${addressTable(investigation, clients)}`;
}
