import type { Dashboard, Drill, Filter, Panel } from '../dashboards/types.js';
import type { BoundQuestion, Question } from '../model/question.js';
import { questionById } from '../queries/load.js';
import { address, type Query } from './address.js';
import { bindAddress, isWide, lackingOf, mostRows } from './bind.js';

const filterNames: Readonly<Record<Filter, readonly string[]>> = {
  time: ['from', 'to'],
  account: ['accounts'],
  region: ['regions'],
  key: ['key', 'closure'],
};

/** What an address narrows a dashboard to; what the dashboard has no filter for is left out. */
export function filtersOf({ filters }: Dashboard, query: URLSearchParams): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const name of filters.flatMap((filter) => filterNames[filter])) {
    const values = query.getAll(name).filter((value) => value.trim() !== '');
    if (values.length > 0) found[name] = values;
  }
  return found;
}

/** A panel of a dashboard as an address narrows it. */
export interface Asked {
  dashboard: Dashboard;
  panel: Panel;
  question: Question;
  /** As the question's own page takes them: the filters, the panel's parameters, how many rows. */
  query: Record<string, string[]>;
}

/**
 * A drawing is of all rows, as far as they can be held; a table is of the first ones. Panels of one question ask for the
 * same, so that they are of one answer.
 */
function isDrawn({ panels }: Dashboard, { question, parameters }: Panel): boolean {
  const own = JSON.stringify(parameters);
  return panels.some(
    (other) => other.draw !== 'table' && other.question === question && JSON.stringify(other.parameters) === own,
  );
}

export function asked(dashboard: Dashboard, panel: Panel, address: URLSearchParams): Asked {
  const parameters = Object.entries(panel.parameters).map(([name, value]): [string, string[]] => [name, [value]]);
  const limit: [string, string[]][] = isDrawn(dashboard, panel) ? [['limit', [String(mostRows)]]] : [];
  const query = { ...filtersOf(dashboard, address), ...Object.fromEntries([...limit, ...parameters]) };
  return { dashboard, panel, question: questionById(panel.question), query };
}

const paramsOf = (query: Record<string, string[]>): URLSearchParams =>
  new URLSearchParams(Object.entries(query).flatMap(([name, values]) => values.map((value) => [name, value])));

export const lackingIn = ({ question, query }: Asked): string[] => lackingOf(question, paramsOf(query));

/** Throws `bad_parameter`. */
export const bindPanel = ({ question, query }: Asked, now: Date): { bound: BoundQuestion; closure: boolean } => ({
  bound: bindAddress(question, paramsOf(query), now),
  closure: isWide(question, paramsOf(query)),
});

/** The page of the panel's question, with what the panel asks. */
export const questionAddress = ({ question, query }: Asked): string =>
  address(['question', question.id], { ...query, ask: '1' });

/** The page of the panel by itself. */
export const panelAddress = ({ dashboard, panel }: Asked, about: Query): string =>
  address(['dashboard', dashboard.id, panel.id], about);

/** Where clicks lead: what the panel says, and from an account or a Region to the same dashboard narrowed to it. */
export function drillsOf({ dashboard, panel }: Asked): Record<string, Drill> {
  const { id, filters } = dashboard;
  const own = (filter: 'account' | 'region', column: string): Record<string, Drill> =>
    filters.includes(filter) ? { [column]: { dashboard: id, filter } } : {};
  return { ...own('account', 'account_id'), ...own('region', 'region'), ...panel.drill };
}
