import { allDashboards } from '../../dashboards/load.js';
import type { Dashboard } from '../../dashboards/types.js';
import type { KeytrailError } from '../../errors.js';
import { address } from '../address.js';
import { filterFields } from '../form.js';
import { html, type Markup, nothing } from '../html.js';
import { type Frame, layout, numeral, plural } from '../layout.js';
import { type Asked, filtersOf } from '../panel.js';
import { withoutTime } from '../zoom.js';
import { panelMarkup, type State } from './panel.js';

/** How far back a click goes, from now. */
const ranges = [
  ['24h', '24 hours'],
  ['7d', '7 days'],
  ['30d', '30 days'],
  ['90d', '90 days'],
] as const;

const filterTexts: Readonly<Record<string, string>> = {
  from: 'from',
  to: 'to',
  accounts: 'account',
  regions: 'Region',
  key: 'key',
};

/** What the dashboard is narrowed to, each with a link that lifts it. */
function chips(dashboard: Dashboard, filters: Record<string, string[]>, frame: Frame): Markup {
  const given = Object.entries(filters);
  if (given.length === 0) return html`<p class="aside">Not narrowed: all that the store has.</p>`;
  const each = given.map(([name, values]) => {
    const text =
      name === 'closure' ? 'and all credentials issued from it' : `${filterTexts[name]} ${values.join(', ')}`;
    const without = address(['dashboard', dashboard.id], { ...frame.about, [name]: undefined });
    return html`<li><span>${text}</span> <a href="${without}" aria-label="Without ${text}">×</a></li>`;
  });
  return html`<ul class="chips" aria-label="Narrowed to">${each}</ul>`;
}

function filterBar(dashboard: Dashboard, query: URLSearchParams, frame: Frame): Markup {
  const filters = filtersOf(dashboard, query);
  const here = (more: Record<string, string>): string =>
    address(['dashboard', dashboard.id], { ...frame.about, ...withoutTime, ...more });
  const back = dashboard.filters.includes('time')
    ? html`<nav class="ranges" aria-label="Time range"><ul>${ranges.map(([age, text]) => html`<li><a href="${here({ from: age })}"${filters.from?.[0] === age ? html` aria-current="true"` : nothing}>${text}</a></li>`)}<li><a href="${here({})}"${filters.from || filters.to ? nothing : html` aria-current="true"`}>All times</a></li></ul></nav>`
    : nothing;
  const action = address(['dashboard', dashboard.id]);
  return html`<section class="filters" aria-label="Filters"><form method="get" action="${action}" class="narrow">${filterFields(dashboard.filters, query)}
<div class="go"><button type="submit">Apply</button> <a href="${action}">Clear</a></div></form>
<div class="narrowed">${chips(dashboard, filters, frame)}${back}</div></section>`;
}

/** What else there is about the one key that a dashboard is narrowed to. */
function aboutKey(keys: readonly string[] | undefined, frame: Frame): Markup {
  const [key] = keys ?? [];
  if (key === undefined || keys?.length !== 1) return nothing;
  const { key: _, closure: __, ...range } = frame.about;
  return html`<p class="more"><a href="${address(['investigate'], { ...range, id: key })}">Report of this key</a> <a href="${address(['pivot'], { ...frame.about, kind: 'key', value: key })}">Questions about it, and how to contain it</a></p>`;
}

/** Other dashboards of the same case. */
function others(dashboard: Dashboard, frame: Frame): Markup {
  const links = allDashboards().map(
    ({ id, title }) =>
      html`<li><a href="${address(['dashboard', id], frame.about)}"${id === dashboard.id ? html` aria-current="page"` : nothing}>${title}</a></li>`,
  );
  return html`<nav class="tabs" aria-label="Dashboards"><ul>${links}</ul></nav>`;
}

export interface Shown {
  dashboard: Dashboard;
  panels: readonly { asked: Asked; state: State }[];
  /** Why nothing can be asked. */
  trouble: KeytrailError | null;
}

/** What a reader does where asking costs, or where no script loads the panels. */
function loading({ dashboard, panels }: Shown, frame: Frame): Markup {
  const all = address(['dashboard', dashboard.id], { ...frame.about, all: '1' });
  const count = panels.filter(({ state }) => state.is === 'unasked').length;
  if (count > 0)
    return html`<div class="costs"><p>This engine is asked only when you say so: each panel is a query of its own.</p><p><a class="button load-all" href="${all}">Ask all ${numeral(count)}</a></p></div>`;
  return panels.some(({ state }) => state.is === 'waiting')
    ? html`<noscript><p class="costs"><a href="${all}">Show all panels</a></p></noscript>`
    : nothing;
}

export function dashboardPage(shown: Shown, query: URLSearchParams, frame: Frame): Markup {
  const { dashboard, panels, trouble } = shown;
  const ignored =
    query.has('key') && !dashboard.filters.includes('key')
      ? html`<p class="gap">Of all keys: what this dashboard shows has no key to narrow.</p>`
      : nothing;
  const alert = trouble
    ? html`<div class="trouble" role="alert"><p>${trouble.message}</p>${trouble.hint === undefined ? nothing : html`<p>${trouble.hint}</p>`}</div>`
    : nothing;
  const keys = filtersOf(dashboard, query).key;
  const main = html`${others(dashboard, frame)}
<h1>${dashboard.title}${keys ? html` <code>${keys.join(', ')}</code>` : nothing}</h1>
<p class="asked">${dashboard.description}</p>${aboutKey(keys, frame)}
${filterBar(dashboard, query, frame)}
${alert}${ignored}${trouble ? nothing : loading(shown, frame)}
<div class="panels">${trouble ? nothing : panels.map(({ asked, state }) => panelMarkup(asked, state, frame))}</div>`;
  const title = keys ? `${dashboard.title}: ${keys.join(', ')}` : dashboard.title;
  return layout(title, main, frame, { scripts: ['dashboard.js'], wide: true });
}

/** All dashboards, and what each answers. */
export function dashboardsPage(frame: Frame): Markup {
  const entries = allDashboards().map(
    ({ id, title, description, panels }) =>
      html`<li><a href="${address(['dashboard', id], frame.about)}">${title}</a><p>${description}</p><p class="hint">${plural(panels.length, 'panel')}</p></li>`,
  );
  return layout('Dashboards', html`<h1>Dashboards</h1><ul class="questions">${entries}</ul>`, frame);
}
