import { readdirSync, readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import { KeytrailError, reasonOf } from '../errors.js';
import { packagePath } from '../model/paths.js';
import { allQuestions } from '../queries/load.js';
import type { Dashboard, Panel } from './types.js';
import { faultsOf } from './validate.js';

const folder = 'dashboards';

let validate: ValidateFunction | undefined;

function validator(): ValidateFunction {
  validate ??= new Ajv({ allErrors: false, allowUnionTypes: true }).compile(
    JSON.parse(readFileSync(packagePath(`${folder}/schema.json`), 'utf8')),
  );
  return validate;
}

const fail = (where: string, message: string, cause?: unknown): never => {
  throw new KeytrailError('bad_contract', `${where}: ${message}`, {
    hint: 'dashboards/schema.json says what a dashboard holds; the other files show the rest.',
    cause,
  });
};

/** What a panel is that says no more than it must. */
function whole(panel: Partial<Panel> & Pick<Panel, 'draw' | 'question'>): Panel {
  const columns = allQuestions().find(({ id }) => id === panel.question)?.columns ?? [];
  const { parameters = {}, ...rest } = panel;
  return {
    width: panel.draw === 'number' ? 'quarter' : 'half',
    columns: columns.map(({ name }) => name),
    x: null,
    y: null,
    measure: 'sum',
    series: null,
    every: 'hour',
    top: 15,
    drill: {},
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)])),
    ...rest,
  } as Panel;
}

/** A dashboard of the text of its file; what it names in other dashboards is not looked up. Throws `bad_contract`. */
export function parseDashboard(id: string, text: string): Dashboard {
  const where = `${folder}/${id}.yaml`;
  let yaml: unknown;
  try {
    yaml = parse(text);
  } catch (error) {
    fail(where, reasonOf(error), error);
  }
  const check = validator();
  if (!check(yaml)) {
    const [first] = check.errors ?? [];
    fail(where, `${first?.instancePath.slice(1).replaceAll('/', '.') || 'the file'} ${first?.message ?? ''}`);
  }
  const { panels, ...rest } = yaml as Omit<Dashboard, 'id'>;
  return { id, ...rest, panels: panels.map(whole) };
}

/** Throws `bad_contract` with the first thing that is wrong in any of them. */
export function checkDashboards(dashboards: readonly Dashboard[]): void {
  for (const dashboard of dashboards)
    for (const fault of faultsOf(dashboard, dashboards, allQuestions())) fail(`${folder}/${dashboard.id}.yaml`, fault);
}

let loaded: Dashboard[] | undefined;

/** Every dashboard, by id. A file under dashboards/ is all that it takes. Throws `bad_contract`. */
export function allDashboards(): Dashboard[] {
  if (loaded) return loaded;
  const dashboards = readdirSync(packagePath(folder))
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) =>
      parseDashboard(name.slice(0, -'.yaml'.length), readFileSync(packagePath(`${folder}/${name}`), 'utf8')),
    );
  checkDashboards(dashboards);
  loaded = dashboards;
  return dashboards;
}
