import { allDashboards } from '../dashboards/load.js';
import type { Dashboard, Panel } from '../dashboards/types.js';
import { KeytrailError } from '../errors.js';
import { questionById } from '../queries/load.js';
import { bindQuestion } from '../queries/parameters.js';
import { dashboardPage } from './pages/dashboard.js';
import { panelPage, type State } from './pages/panel.js';
import { type Asked, asked, bindPanel, filtersOf, lackingIn } from './panel.js';
import { pageReply, type Reply, statusOf } from './reply.js';
import type { Site, Visit } from './site.js';

/** Engines that read the log files anew for each question, which is paid for. */
const isCostly = (store: string): boolean => /^(?:athena|trino):/.test(store);

/** What is wrong with the filters; null: nothing is. */
function filterTrouble(dashboard: Dashboard, query: URLSearchParams, now: Date): KeytrailError | null {
  const { closure: _, ...given } = filtersOf(dashboard, query);
  try {
    bindQuestion(questionById('key-owner'), given, now);
    return null;
  } catch (error) {
    if (!(error instanceof KeytrailError)) throw error;
    return error;
  }
}

/** Asks a panel's question; what fails, fails by itself. */
async function answered(one: Asked, fresh: boolean, { signal }: Visit, { answers, now }: Site): Promise<State> {
  const names = lackingIn(one);
  if (names.length > 0) return { is: 'lacking', names };
  try {
    const { bound, closure } = bindPanel(one, now());
    return { is: 'answered', given: await answers.of(bound, closure, signal, fresh) };
  } catch (error) {
    if (!(error instanceof KeytrailError)) throw error;
    return { is: 'failed', error };
  }
}

async function panelReply(dashboard: Dashboard, panel: Panel, visit: Visit, site: Site): Promise<Reply> {
  const { query, frame } = visit;
  const one = asked(dashboard, panel, query);
  const state = await answered(one, query.has('fresh'), visit, site);
  return pageReply(panelPage(one, state, frame), state.is === 'failed' ? statusOf(state.error) : 200);
}

/** A dashboard, or one of its panels by itself; null: there is none of that name. */
export async function dashboardReply(
  id: string,
  panelId: string | null,
  visit: Visit,
  site: Site,
): Promise<Reply | null> {
  const { query, frame } = visit;
  const dashboard = allDashboards().find((one) => one.id === id);
  if (!dashboard) return null;
  if (panelId !== null) {
    const panel = dashboard.panels.find((one) => one.id === panelId);
    return panel ? panelReply(dashboard, panel, visit, site) : null;
  }
  const trouble = filterTrouble(dashboard, query, site.now());
  const stateOf = async (one: Asked): Promise<State> => {
    const names = lackingIn(one);
    if (names.length > 0) return { is: 'lacking', names };
    if (!trouble && query.has('all')) return answered(one, false, visit, site);
    return { is: isCostly(frame.store) ? 'unasked' : 'waiting' };
  };
  const panels = await Promise.all(
    dashboard.panels.map(async (panel) => {
      const one = asked(dashboard, panel, query);
      return { asked: one, state: await stateOf(one) };
    }),
  );
  return pageReply(dashboardPage({ dashboard, panels, trouble }, query, frame), trouble ? statusOf(trouble) : 200);
}
