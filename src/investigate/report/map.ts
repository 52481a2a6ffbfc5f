import { compareText } from '../../model/cell.js';
import { countries } from '../../model/countries.js';
import type { Row } from '../../model/question.js';
import { count, markedAddresses, numeral, plural, rowsOf, text } from '../findings.js';
import { groupBy } from '../group-by.js';
import type { Investigation } from '../investigation.js';
import { html, type Markup, nothing } from './markup.js';

/** Calls that came from a country. */
export interface Origin {
  /** ISO 3166-1, as ingest wrote it. */
  country: string;
  addresses: string[];
  calls: number;
  failed: number;
  /** The verdict is about one of its addresses. */
  marked: boolean;
}

/** Most calls first. */
export function originsOf(investigation: Investigation): Origin[] {
  const marked = markedAddresses(investigation);
  const rows = rowsOf(investigation, 'countries-used').filter((row) => text(row, 'country') !== '');
  const total = (group: readonly Row[], column: string) => group.reduce((sum, row) => sum + count(row, column), 0);
  return [...groupBy(rows, (row) => text(row, 'country'))]
    .map(([country, group]) => {
      const addresses = [...new Set(group.map((row) => text(row, 'source_ip')))].sort(compareText);
      return {
        country,
        addresses,
        calls: total(group, 'events'),
        failed: total(group, 'failed'),
        marked: addresses.some((address) => marked.has(address)),
      };
    })
    .sort((a, b) => b.calls - a.calls || compareText(a.country, b.country));
}

/** Degrees of latitude that are drawn, and units a degree. */
const frame = { north: 80, south: -56, unit: 2.6 };
const width = 360 * frame.unit;
const height = (frame.north - frame.south) * frame.unit;

const x = (longitude: number): number => Math.round((longitude + 180) * frame.unit);
const y = (latitude: number): number =>
  Math.round((frame.north - Math.min(frame.north, Math.max(frame.south, latitude))) * frame.unit);

/** Circles grow with the calls, so that their areas compare; the smallest can still be seen. */
const radius = (calls: number, mostCalls: number): number =>
  Math.max(6, Math.round(26 * Math.sqrt(calls / Math.max(1, mostCalls))));

function circle({ country, calls, marked }: Origin, mostCalls: number): Markup {
  const place = countries().find(({ code }) => code === country);
  if (!place) return nothing;
  const r = radius(calls, mostCalls);
  const label = x(place.longitude) + r + 4;
  return html`<circle class="calls${marked ? ' marked' : ''}" cx="${x(place.longitude)}" cy="${y(place.latitude)}" r="${r}"/><text x="${Math.min(label, width - 70)}" y="${y(place.latitude) + 4}">${country} ${numeral(calls)}</text>`;
}

/** Equirectangular: a dot in the middle of each country gives the world its shape. The table beside it has the same. */
export function originMap(origins: readonly Origin[]): Markup {
  const known = new Set(countries().map(({ code }) => code));
  const placed = origins.filter(({ country }) => known.has(country));
  if (placed.length === 0) return nothing;
  const mostCalls = placed.reduce((highest, { calls }) => Math.max(highest, calls), 0);
  const dots = countries().map(
    ({ latitude, longitude }) => html`<circle class="land" cx="${x(longitude)}" cy="${y(latitude)}" r="2"/>`,
  );
  const lines = [-30, 0, 30, 60].map((latitude) => html`<path class="grid" d="M0 ${y(latitude)}H${width}"/>`);
  const said = `Calls came from ${plural(placed.length, 'country', 'countries')}: ${placed
    .slice(0, 10)
    .map(({ country, calls, marked }) => `${country} ${numeral(calls)}${marked ? ' (named by the verdict)' : ''}`)
    .join(', ')}.`;
  return html`<figure class="map"><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${said}">${lines}${dots}${placed.toReversed().map((origin) => circle(origin, mostCalls))}</svg>
<figcaption>${said} A circle stands in the middle of the country, not where the caller was. <span class="key"><span class="swatch calls"></span> calls <span class="swatch marked"></span> of an address that the verdict is about</span></figcaption></figure>`;
}
