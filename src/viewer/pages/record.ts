import { contractOf } from '../../model/contract.js';
import { html, type Markup } from '../html.js';
import { type Frame, layout, plural } from '../layout.js';
import type { Wanted } from '../record.js';

/** The records under an id, whole. */
export function recordPage({ log, id }: Wanted, records: readonly string[], frame: Frame): Markup {
  const { title } = contractOf(log);
  const found =
    records.length === 0
      ? html`<p class="empty">No record in this store has that id. What a link says of its time may be wrong.</p>`
      : records.map(
          (record, place) =>
            html`<section aria-label="Record ${place + 1}"><pre class="record" tabindex="0"><code>${record}</code></pre></section>`,
        );
  const main = html`<p class="kicker">${title}: a record</p><h1><code>${id}</code></h1>
<p class="aside">${plural(records.length, 'record')} under this id. A store keeps the fields of a record, not its bytes: the order of members and blanks are not those of the log file, empty texts are left out, what CloudTrail writes as true and false are texts, and what keytrail has no column for stands under <code>unmapped</code>.</p>
${found}`;
  return layout(`Record ${id}`, main, frame);
}
