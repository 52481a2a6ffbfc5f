import { allDashboards } from '../../dashboards/load.js';
import { shellWord } from '../../model/shell.js';
import { isNeeded, parametersOf } from '../../queries/parameters.js';
import { procedureSteps } from '../../queries/steps.js';
import { address } from '../address.js';
import { html, type Markup, nothing } from '../html.js';
import { commandMarkup, type Frame, layout } from '../layout.js';
import { type Kind, kindTitles, questionsTaking } from '../pivots.js';

/** Containment is what a responder does in a terminal: the page only says how. */
function containment(key: string, store: string): Markup {
  // It goes into a command line, and comes from an address.
  if (!/^AKIA[A-Z0-9]{12,124}$/.test(key)) return nothing;
  const command = `keytrail contain plan ${key} --store ${shellWord(store)} --out plan-${key}.json`;
  return html`<section aria-labelledby="contain"><h2 id="contain">Contain it</h2>
<p>In a terminal, with credentials of the account. Nothing changes before you apply the plan.</p>${commandMarkup(command)}</section>`;
}

/** The dashboards that can be narrowed to a key. */
function dashboardsOf(key: string, frame: Frame): Markup {
  const links = allDashboards()
    .filter(({ filters }) => filters.includes('key'))
    .map(
      ({ id, title }) => html`<li><a href="${address(['dashboard', id], { ...frame.about, key })}">${title}</a></li>`,
    );
  return html`<section aria-labelledby="dashboards"><h2 id="dashboards">See it</h2><ul class="line">${links}</ul></section>`;
}

/** Everything that can be asked about a value that stands in an answer. */
export function pivotPage(kind: Kind, value: string, frame: Frame): Markup {
  const found = questionsTaking(kind);
  const steps = Object.entries(procedureSteps).flatMap(([step, title]) => {
    const own = found.filter(({ question }) => question.step === step);
    if (own.length === 0) return [];
    const links = own.map(({ question, parameter }) => {
      const query = { ...frame.about, [parameter]: value };
      const ready = parametersOf(question).every((one) => !isNeeded(question, one) || one.name in query);
      return html`<li><a href="${address(['question', question.id], { ...query, ask: ready ? '1' : undefined })}">${question.title}</a><p>${question.question}</p></li>`;
    });
    return [
      html`<section aria-labelledby="step-${step}"><h2 id="step-${step}">${title}</h2><ul class="questions">${links}</ul></section>`,
    ];
  });
  const investigate =
    kind === 'key'
      ? html`<p><a class="button" href="${address(['investigate'], { ...frame.about, key: undefined, id: value })}">Investigate this key</a></p>${dashboardsOf(value, frame)}${containment(value, frame.store)}`
      : nothing;
  const main = html`<p class="kicker">${kindTitles[kind]}</p><h1><code>${value}</code></h1>
${investigate}${steps.length === 0 ? html`<p>No question takes it.</p>` : steps}`;
  return layout(value, main, frame);
}
