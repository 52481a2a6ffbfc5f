import { acceptedFlows, signIns } from '../bystanders.js';
import { createdKeys } from '../credentials.js';
import { numeral, plural, rowsOf, signsOf, sum, text } from '../findings.js';
import type { Investigation } from '../investigation.js';
import { html, type Markup } from './markup.js';
import { literal, timeText } from './words.js';

const mostSigns = 5;
const mostPorts = 4;
const mostKeys = 5;

/** Keys that stay when all else has expired: they are named one by one. */
function backdoors({ closure }: Investigation): Markup[] {
  const keys = createdKeys(closure);
  const more = keys.length - mostKeys;
  return [
    ...keys
      .slice(0, mostKeys)
      .map(
        ({ accessKeyId, issuedArn }) =>
          html`<li><b class="trouble">Access key ${literal(accessKeyId)} made for ${literal(issuedArn ?? 'an unknown user')}</b> <span class="aside">it does not expire</span></li>`,
      ),
    ...(more > 0
      ? [html`<li><b class="trouble"><a href="#q-keys-created">${plural(more, 'more access key')} made</a></b></li>`]
      : []),
  ];
}

/** What else belongs to the incident, beside the calls of the key. */
function elsewhere(investigation: Investigation): Markup[] {
  const logins = signIns(investigation).own;
  const succeeded = logins.filter((row) => row.result === 'Success').length;
  const flows = acceptedFlows(investigation).own;
  const ports = [...new Set(flows.map((row) => text(row, 'dstport')))];
  return [
    ...(logins.length > 0
      ? [
          html`<li><b>${plural(logins.length, 'console sign-in')}</b> <span class="aside">of this incident, ${numeral(succeeded)} succeeded (<a href="#q-console-logins">list</a>)</span></li>`,
        ]
      : []),
    ...(flows.length > 0
      ? [
          html`<li><b>Port ${ports.slice(0, mostPorts).join(', ')} reached</b> <span class="aside">from a marked address, ${numeral(sum(flows, 'bytes'))} bytes (<a href="#q-internet-accepted">list</a>)</span></li>`,
        ]
      : []),
  ];
}

const none = ({ verdict }: Investigation): Markup =>
  verdict.level === 'unseen'
    ? html`<p>Not known: no call of the key was read.</p>`
    : html`<p>None that the calls show. That is no all-clear.</p>`;

/** What the verdict's actions, the chain, the bursts and the marked addresses add up to. */
export function damage(investigation: Investigation): Markup {
  const signs = signsOf(investigation);
  const issued = investigation.closure.credentials.length - 1;
  const depth = investigation.closure.credentials.reduce((deepest, each) => Math.max(deepest, each.depth), 0);
  const refused = sum(rowsOf(investigation, 'denied-burst'), 'refused');
  const lines = [
    ...backdoors(investigation),
    ...signs.slice(0, mostSigns).map(({ service, action, calls, failed, firstSeen }) => {
      const outcome = failed === calls ? 'all failed' : failed > 0 ? `${numeral(failed)} failed` : '';
      return html`<li><b>${action}</b> <span class="aside">${service}, ${plural(calls, 'call')}${outcome === '' ? '' : `, ${outcome}`}, first ${timeText(firstSeen).slice(0, 16)}</span></li>`;
    }),
    ...(signs.length > mostSigns
      ? [
          html`<li><a href="#q-actions-used">${plural(signs.length - mostSigns, 'more action')} named by the verdict</a></li>`,
        ]
      : []),
    ...(issued > 0
      ? [
          html`<li><b>${plural(issued, 'credential')} issued</b> <span class="aside">${depth > 1 ? `through ${numeral(depth)} steps; ` : ''}they outlive the key (<a href="#q-sts-children">chain</a>)</span></li>`,
        ]
      : []),
    ...(refused > 0
      ? [
          html`<li><b>${plural(refused, 'refused call')}</b> <span class="aside">in bursts: somebody tried what the key can do</span></li>`,
        ]
      : []),
    ...elsewhere(investigation),
  ];
  return html`<section aria-labelledby="damage"><h2 id="damage">Damage</h2>
${lines.length === 0 ? none(investigation) : html`<ul class="damage">${lines}</ul>`}</section>`;
}
