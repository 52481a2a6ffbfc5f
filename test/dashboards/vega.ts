import { Error as ErrorLevel, expressionFunction, parse, type Spec, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

// biome-ignore lint/suspicious/noExplicitAny: specifications are data
export type Json = any;

/** What panels asked Dashboards to filter by, with its function as it is documented: query, index, label. */
export const filtersAdded: [Json, string, string][] = [];
expressionFunction('opensearchDashboardsAddFilter', (...given: [Json, string, string]) => {
  filtersAdded.push(given);
});

/** A warning is an error, but that an axis over no rows has no extent: Dashboards is told not to show that one. */
function refuse(...words: unknown[]): never | typeof strict {
  const text = words.join(' ');
  if (text.startsWith('Infinite extent')) return strict;
  throw new Error(text);
}

const strict = { level: () => strict, error: refuse, warn: refuse, info: () => strict, debug: () => strict };

/** The Vega of a Vega-Lite specification; a warning is an error. */
export function compiled(spec: Json): Spec {
  // What is Dashboards' own, it takes away.
  const { kibana: _, ...config } = spec.config ?? {};
  return compile({ ...spec, config } as TopLevelSpec, { logger: strict as never }).spec;
}

/** The specification with an answer in place of the request, as Dashboards hands it to Vega. */
export function answered(spec: Json, answer: Json): Json {
  const { url: _, ...data } = spec.data;
  return { ...spec, data: { ...data, values: answer } };
}

/** Runs a specification without drawing it. */
export async function view(spec: Json): Promise<View> {
  const made = new View(parse(compiled(spec)), { renderer: 'none', logLevel: ErrorLevel });
  made.logger(strict as never);
  await made.runAsync();
  return made;
}

/** Whether a panel reads hits, not groups. */
export const readsHits = (spec: Json): boolean => spec.transform[0].calculate.endsWith('hits.hits');

/** The rows of a panel's answer, as its expressions read them. */
export async function rowsRead(spec: Json, answer: Json): Promise<Json[]> {
  const [taken, flattened, ...transform] = spec.transform;
  const calculated = transform.slice(0, transform.findIndex(({ calculate }: Json) => calculate === undefined) >>> 0);
  const names = new Set<string>();
  const first = calculated.filter(({ as }: Json) => !names.has(as) && names.add(as));
  const bare = { ...answered(spec, answer), transform: [taken, flattened, ...first], mark: 'point', encoding: {} };
  for (const part of ['layer', 'projection', 'config', 'autosize', 'params']) delete bare[part];
  const made = await view(bare);
  const sets = compiled(bare).data ?? [];
  const rows = made.data(sets.at(-1)!.name);
  made.finalize();
  return rows.map((row: Json) => Object.fromEntries([...names].map((name) => [name, row[name] ?? null])));
}
