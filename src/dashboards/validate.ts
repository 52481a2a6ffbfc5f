import { reasonOf } from '../errors.js';
import type { ColumnType, Question } from '../model/question.js';
import { bindQuestion, isNeeded, parametersOf } from '../queries/parameters.js';
import type { Dashboard, Draw, Drill, Panel } from './types.js';

const numeric: readonly ColumnType[] = ['integer', 'double'];

/** Which of x, y and series a drawing must have, and which it may have. */
const shapes: Readonly<Record<Draw, { must: readonly string[]; may: readonly string[] }>> = {
  table: { must: [], may: [] },
  number: { must: [], may: ['y'] },
  bar: { must: ['x'], may: ['y', 'series'] },
  line: { must: ['x'], may: ['y', 'series'] },
  donut: { must: ['x'], may: ['y'] },
  map: { must: ['x'], may: ['y'] },
};

function* drawingFaults({ draw, x, y, series, measure, columns }: Panel, question: Question): Generator<string> {
  const types = new Map(question.columns.map(({ name, type }) => [name, type]));
  const given = Object.entries({ x, y, series }).flatMap(([name, value]) => (value === null ? [] : [name]));
  const { must, may } = shapes[draw];
  for (const name of must) if (!given.includes(name)) yield `a ${draw} needs ${name}`;
  for (const name of given) if (!must.includes(name) && !may.includes(name)) yield `a ${draw} has no ${name}`;
  for (const column of [x, y, series, ...columns])
    if (column !== null && !types.has(column)) yield `${question.id} has no column ${column}`;
  if (draw === 'line' && x !== null && types.get(x) !== 'timestamp') yield `${x} is no time, which x of a line is`;
  if (draw === 'map' && x !== null && types.get(x) !== 'string') yield `${x} is no country`;
  if (y !== null && measure !== 'distinct' && !numeric.includes(types.get(y) ?? 'string'))
    yield `${y} is no number for a ${measure}`;
  if (y === null && measure !== 'sum') yield 'measure needs y';
}

/** What can't be asked without is given by the panel or by a filter. */
function* parameterFaults({ parameters }: Panel, { filters }: Dashboard, question: Question): Generator<string> {
  const filtered = new Set([
    ...(filters.includes('key') ? ['key'] : []),
    ...(filters.includes('time') ? ['from', 'to'] : []),
  ]);
  const given = (name: string): boolean => Object.hasOwn(parameters, name);
  for (const parameter of parametersOf(question))
    if (isNeeded(question, parameter) && !given(parameter.name) && !filtered.has(parameter.name))
      yield `${question.id} needs ${parameter.name}, which is neither given nor a filter`;
  const example: Record<string, string[]> = { from: ['2026-01-01'] };
  if (question.key === 'required') example.key = ['AKIAIOSFODNN7EXAMPLE'];
  try {
    const own = Object.entries(parameters).map(([name, text]) => [name, [text]]);
    bindQuestion(question, { ...example, ...Object.fromEntries(own) }, new Date(0));
  } catch (error) {
    yield reasonOf(error);
  }
}

function* drillFaults(
  column: string,
  drill: Drill,
  question: Question,
  dashboards: readonly Dashboard[],
  questions: readonly Question[],
): Generator<string> {
  const type = question.columns.find(({ name }) => name === column)?.type;
  if (type === undefined) yield `${question.id} has no column ${column} to drill from`;
  if ('dashboard' in drill) {
    const target = dashboards.find(({ id }) => id === drill.dashboard);
    if (!target) yield `there is no dashboard ${drill.dashboard}`;
    else if (!target.filters.includes(drill.filter)) yield `${drill.dashboard} has no filter ${drill.filter}`;
    return;
  }
  const target = questions.find(({ id }) => id === drill.question);
  const parameter = target && parametersOf(target).find(({ name }) => name === drill.parameter);
  if (!target) yield `there is no question ${drill.question}`;
  else if (!parameter) yield `${drill.question} has no parameter ${drill.parameter}`;
  else if (type !== undefined && parameter.type.replace('[]', '') !== type)
    yield `${column} is a ${type}, ${drill.parameter} of ${drill.question} a ${parameter.type}`;
}

function* panelFaults(
  panel: Panel,
  dashboard: Dashboard,
  dashboards: readonly Dashboard[],
  questions: readonly Question[],
): Generator<string> {
  const question = questions.find(({ id }) => id === panel.question);
  if (!question) {
    yield `there is no question ${panel.question}`;
    return;
  }
  yield* drawingFaults(panel, question);
  yield* parameterFaults(panel, dashboard, question);
  if (dashboard.filters.includes('key') && question.logs.some((log) => log !== 'cloudtrail'))
    yield `${question.id} reads more than CloudTrail, where a filter for the key would leave nothing`;
  for (const [column, drill] of Object.entries(panel.drill))
    yield* drillFaults(column, drill, question, dashboards, questions);
}

/** What is wrong with a dashboard, each a sentence. */
export function* faultsOf(
  dashboard: Dashboard,
  dashboards: readonly Dashboard[],
  questions: readonly Question[],
): Generator<string> {
  const ids = dashboard.panels.map(({ id }) => id);
  for (const id of new Set(ids)) if (ids.indexOf(id) !== ids.lastIndexOf(id)) yield `two panels are called ${id}`;
  for (const panel of dashboard.panels)
    for (const fault of panelFaults(panel, dashboard, dashboards, questions)) yield `panel ${panel.id}: ${fault}`;
}
