import { address, caseOf } from '../address.js';
import { investigationFields } from '../form.js';
import { html, type Markup, nothing } from '../html.js';
import { type Frame, layout } from '../layout.js';

/** The form, and the report of the key that it names, in a frame of its own. */
export function investigatePage(query: URLSearchParams, frame: Frame): Markup {
  const id = query.get('id') ?? '';
  const { key: _, closure: __, ...range } = caseOf(query);
  const source = address(['report'], { ...range, id });
  const report =
    id === ''
      ? nothing
      : html`<p class="more"><a href="${source}">The report by itself</a> <a href="${address(['dashboard', 'key-investigation'], { ...range, key: id })}">Its dashboard</a> <a href="${address(['pivot'], { ...range, kind: 'key', value: id })}">Questions about it, and how to contain it</a></p>
<iframe class="report" title="Investigation of ${id}" src="${source}" sandbox="" data-busy="Investigating: every question that fits is asked …"></iframe>`;
  const main = html`<h1>Investigate${id === '' ? ' a key' : html` <code>${id}</code>`}</h1>
<details${id === '' ? html` open=""` : nothing}><summary>Key and range</summary><form method="get" action="/investigate" class="ask"><div class="fields">${investigationFields(query)}</div><button type="submit">Investigate</button></form></details>
${report}`;
  return layout(id === '' ? 'Investigate' : `Investigation of ${id}`, main, frame);
}
