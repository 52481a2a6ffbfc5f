import { isoTime } from '../model/cell.js';
import { type Drawing, type Figure, spanText } from './drawing.js';
import { html, type Markup, nothing } from './html.js';
import { numeral } from './layout.js';
import type { Measured } from './tally.js';

const words = (column: string): string => column.replaceAll('_', ' ');

const measureWords = { sum: '', max: 'highest ', distinct: 'different values of ' } as const;

/** What is measured, in words. */
export const measureText = ({ y, measure }: Measured): string =>
  y === null ? 'rows' : `${measureWords[measure]}${words(y)}`;

/** What a drawing shows, in words: its name for who doesn't see it. */
function drawingText(figure: Figure, drawing: Drawing): string {
  const measured = measureText(figure);
  const series = figure.series === null ? '' : `, by ${words(figure.series)}`;
  switch (drawing.kind) {
    case 'line':
      return `${measured} per ${spanText(drawing.step)}${series}`;
    case 'map':
      return `${measured} by country`;
    default: {
      const most =
        drawing.left > 0 ? `, the ${drawing.labels.length} highest of ${drawing.labels.length + drawing.left}` : '';
      return `${measured} by ${words(figure.x!)}${series}${most}`;
    }
  }
}

const day = 10;
const minute = 16;

/** A time as short as its step allows. */
const timeText = (ms: number, step: number): string =>
  isoTime(ms)
    .slice(0, step >= 86_400_000 ? day : minute)
    .replace('T', ' ');

function tableRows(drawing: Drawing): { head: Markup; values: number[] }[] {
  switch (drawing.kind) {
    case 'map':
      return drawing.places.map(({ code, name, value }) => ({ head: html`${name} (${code})`, values: [value] }));
    case 'line':
      return (drawing.layers[0]?.values ?? []).flatMap((_, place) => {
        const values = drawing.layers.map(({ values }) => values[place]!);
        const head = html`${timeText(drawing.from + place * drawing.step, drawing.step)}`;
        return values.some((value) => value !== 0) ? [{ head, values }] : [];
      });
    default:
      return drawing.labels.map((label, place) => {
        const to = drawing.links[place];
        const head = to == null ? html`${label}` : html`<a href="${to}">${label}</a>`;
        return { head, values: drawing.layers.map(({ values }) => values[place]!) };
      });
  }
}

/** The same as rows: for keyboards, screen readers, and pages without a script. */
function drawingTable(figure: Figure, drawing: Drawing, title: string): Markup {
  const layers = drawing.kind === 'map' ? [null] : drawing.layers.map(({ name }) => name);
  const first = drawing.kind === 'line' ? 'time, UTC' : drawing.kind === 'map' ? 'country' : words(figure.x!);
  const rows = tableRows(drawing).map(
    ({ head, values }) =>
      html`<tr><th scope="row">${head}</th>${values.map((value) => html`<td class="number">${numeral(value)}</td>`)}</tr>`,
  );
  return html`<details class="same" open=""><summary>As a table</summary><div class="scroll" role="region" aria-label="${title} as a table" tabindex="0"><table>
<thead><tr><th scope="col">${first}</th>${layers.map((name) => html`<th scope="col" class="number">${name ?? measureText(figure)}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div></details>`;
}

export interface FigureOptions {
  title: string;
  /** What stands over the drawing. */
  tools?: Markup;
  /** The address of the same page without a range of time, which a drag over a time axis narrows. */
  zoom?: string;
}

/** A drawing with its rows. */
export function drawingMarkup(
  figure: Figure,
  drawing: Drawing,
  { title, tools = nothing, zoom }: FigureOptions,
): Markup {
  const text = drawingText(figure, drawing);
  const unplaced =
    drawing.kind === 'map' && drawing.unplaced > 0
      ? html`; ${numeral(drawing.unplaced)} without a country are not drawn`
      : nothing;
  const drag = zoom === undefined ? nothing : html` data-zoom="${zoom}"`;
  return html`<figure class="chart ${drawing.kind}"><figcaption><span>${text}${unplaced}</span>${tools}</figcaption>
<div class="drawing" role="img" aria-label="${title}: ${text}. The table has the same." data-drawing="${JSON.stringify(drawing)}"${drag}></div>
${drawingTable(figure, drawing, title)}</figure>`;
}
