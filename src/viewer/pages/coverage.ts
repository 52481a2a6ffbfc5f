import type { Coverage } from '../../model/question.js';
import { html, type Markup, nothing } from '../html.js';
import { type Frame, layout, numeral } from '../layout.js';

/** What the store was given, and what it lacks. */
export function coveragePage({ logs, missing }: Coverage, frame: Frame): Markup {
  const rows = logs.map(
    ({ log, objects, records, firstEvent, lastEvent, accounts, regions }) =>
      html`<tr><th scope="row">${log}</th><td class="number">${numeral(objects.done)}</td><td class="number">${numeral(objects.failed + objects.unfinished)}</td><td class="number">${numeral(records.read)}</td><td class="number">${numeral(records.deadLettered)}</td><td class="time">${firstEvent ?? '–'}</td><td class="time">${lastEvent ?? '–'}</td><td class="text">${accounts.join(', ')}</td><td class="text">${regions.join(', ')}</td></tr>`,
  );
  const heads = [
    'objects read',
    'failed or unfinished',
    'records read',
    'dead letters',
    'first event',
    'last event',
    'accounts',
    'Regions',
  ];
  const table =
    logs.length === 0
      ? nothing
      : html`<div class="scroll" role="region" aria-label="What was read, by log" tabindex="0"><table><caption>What was read, by log</caption><thead><tr><th scope="col">log</th>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
  const main = html`<h1>Coverage</h1>${table}
<section aria-labelledby="missing"><h2 id="missing">What the evidence lacks</h2>${
    missing.length === 0
      ? html`<p>Nothing is known to be missing.</p>`
      : html`<ul class="gaps">${missing.map((sentence) => html`<li>${sentence}</li>`)}</ul>`
  }</section>`;
  return layout('Coverage', main, frame);
}
