import { answered, numeral } from '../findings.js';
import type { Investigation } from '../investigation.js';
import { html, type Markup } from './markup.js';

/** Something said of a question's rows, with the way to them; the rows themselves are in the page. */
export function ofRows(investigation: Investigation, id: string, said: string | Markup): Markup {
  return answered(investigation, id) === undefined
    ? html`${said}`
    : html`<a class="figure" href="#q-${id}">${said}</a>`;
}

/** A number, with the way to the rows that it was counted from. */
export const figure = (investigation: Investigation, id: string, value: number): Markup =>
  ofRows(investigation, id, numeral(value));
