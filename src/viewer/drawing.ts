import type { Draw, Panel } from '../dashboards/types.js';
import { countries } from '../model/countries.js';
import { printable } from '../model/printable.js';
import type { Row } from '../model/question.js';
import { adds, type Group, groupsOf, largest, type Measured, Tally, total } from './tally.js';

/** What is drawn of rows. */
export interface Figure extends Measured {
  draw: Exclude<Draw, 'table' | 'number'>;
  x: string | null;
  series: string | null;
  /** The least that a step of time is, in ms. */
  stepMs: number;
  top: number;
}

/** Values that have a name and a colour in common; null: there is one colour. */
export interface Layer {
  name: string | null;
  values: number[];
}

export interface Bars {
  kind: 'bar' | 'donut';
  labels: string[];
  links: (string | null)[];
  layers: Layer[];
  /** Whether the layers lie on one another, as amounts do; else side by side. */
  stacked: boolean;
  /** Further ones, not drawn. */
  left: number;
}

/** Values by steps of time, from `from` on, in ms. */
export interface Course {
  kind: 'line';
  from: number;
  step: number;
  layers: Layer[];
  stacked: boolean;
}

export interface Places {
  kind: 'map';
  places: Place[];
  /** The middles of all other countries, longitude and latitude: in outline, the world. */
  ground: [number, number][];
  /** What is measured of countries that nobody knows. */
  unplaced: number;
}

/** A drawing as the browser gets it: every text in it is safe to show, every link one of this viewer. */
export type Drawing = Bars | Course | Places;

export interface Place {
  code: string;
  name: string;
  longitude: number;
  latitude: number;
  value: number;
}

/** Where a value of a column leads; null: nowhere. */
export type LinkOf = (column: string, value: string) => string | null;

const longestLabel = 60;
/** As many as there are colours that tell apart; the others have one more. */
const mostLayers = 9;
const mostSteps = 200;
const hourMs = 3_600_000;
const minuteMs = 60_000;
const steps = [1 / 60, 1 / 12, 1 / 4, 1, 3, 6, 12, 24, 7 * 24, 28 * 24].map((hours) => hours * hourMs);

const none = '(none)';

/**
 * The chart library keeps texts as names in plain objects: `__proto__`, which a user may be called, would change every
 * object of the page.
 */
const apart = (text: string): string => (text in Object.prototype ? `"${text}"` : text);

/** A text as a label; of an ARN, whose end tells it apart, the beginning goes. */
function labelOf(value: string | null): string {
  if (value === null) return none;
  const text = value.startsWith('arn:') ? (/^arn:[^:]*:[^:]*:[^:]*:(.+)$/s.exec(value)?.[1] ?? value) : value;
  return apart(printable(text, longestLabel));
}

/** The rows of each of the largest groups, those of all others together. */
function layersOf<T>(
  { series, ...measured }: Figure,
  rows: readonly Row[],
  of: (rows: readonly Row[]) => T,
): { name: string | null; values: T }[] {
  if (series === null) return [{ name: null, values: of(rows) }];
  const { groups, left } = largest(groupsOf(series, measured, rows), mostLayers);
  const named = groups.map(({ value, rows }) => ({ name: labelOf(value), values: of(rows) }));
  if (left.length === 0) return distinct(named);
  return [...distinct(named), { name: `${left.length} others`, values: of(left.flatMap(({ rows }) => rows)) }];
}

/** A legend tells by name: labels that were cut to the same get numbers. */
function distinct<T extends { name: string | null }>(layers: T[]): T[] {
  const seen = new Map<string | null, number>();
  return layers.map((layer) => {
    const count = (seen.get(layer.name) ?? 0) + 1;
    seen.set(layer.name, count);
    return count === 1 ? layer : { ...layer, name: `${layer.name} (${count})` };
  });
}

function bar(figure: Figure, rows: readonly Row[], linkOf: LinkOf): Bars {
  const { x, top } = figure;
  const all = groupsOf(x!, figure, rows);
  const { groups, left } = largest(all, top);
  const places = new Map(groups.map(({ value }, place) => [value, place]));
  const within = groups.flatMap((group) => group.rows);
  const layers = layersOf(figure, within, (some) => {
    const tallies = groups.map(() => new Tally(figure));
    for (const { value, rows } of groupsOf(x!, figure, some)) tallies[places.get(value)!]!.join(total(figure, rows));
    return tallies.map(({ value }) => value);
  });
  return {
    kind: 'bar',
    labels: labelsOf(groups),
    links: linksOf(x!, groups, linkOf),
    layers,
    stacked: adds(figure),
    left: left.length,
  };
}

const labelsOf = (groups: readonly Group[]): string[] => groups.map(({ value }) => labelOf(value));

const linksOf = (x: string, groups: readonly Group[], linkOf: LinkOf): (string | null)[] =>
  groups.map(({ value }) => (value === null ? null : linkOf(x, value)));

function donut(figure: Figure, rows: readonly Row[], linkOf: LinkOf): Bars {
  const { x, top } = figure;
  const { groups, left } = largest(groupsOf(x!, figure, rows), Math.min(top, mostLayers));
  const others = new Tally(figure);
  for (const { tally } of left) others.join(tally);
  const some = left.length > 0;
  return {
    kind: 'donut',
    labels: [...labelsOf(groups), ...(some ? [`${left.length} others`] : [])],
    links: [...linksOf(x!, groups, linkOf), ...(some ? [null] : [])],
    layers: [{ name: null, values: [...groups.map(({ tally }) => tally.value), ...(some ? [others.value] : [])] }],
    stacked: false,
    left: 0,
  };
}

function line(figure: Figure, rows: readonly Row[]): Course {
  const { x, stepMs } = figure;
  const timeOf = (row: Row): number => Date.parse(String(row[x!]));
  const timed = rows.filter((row) => !Number.isNaN(timeOf(row)));
  const first = timed.reduce((least, row) => Math.min(least, timeOf(row)), Number.POSITIVE_INFINITY);
  const last = timed.reduce((most, row) => Math.max(most, timeOf(row)), Number.NEGATIVE_INFINITY);
  const fits = steps.find((step) => step >= stepMs && (last - first) / step < mostSteps - 1);
  const step = fits ?? Math.ceil((last - first) / (mostSteps - 1) / minuteMs) * minuteMs;
  const from = Math.floor(first / step) * step;
  const count = timed.length === 0 ? 0 : Math.floor((last - from) / step) + 1;
  const layers = layersOf(figure, timed, (some) => {
    const tallies = Array.from({ length: count }, () => new Tally(figure));
    for (const row of some) tallies[Math.floor((timeOf(row) - from) / step)]!.add(row);
    return tallies.map(({ value }) => value);
  });
  return { kind: 'line', from: count === 0 ? 0 : from, step, layers, stacked: adds(figure) };
}

const names = new Intl.DisplayNames('en', { type: 'region' });

function map(figure: Figure, rows: readonly Row[]): Places {
  const known = new Map(countries().map((country) => [country.code, country]));
  const places: Place[] = [];
  const unplaced = new Tally(figure);
  for (const { value, tally } of groupsOf(figure.x!, figure, rows)) {
    const country = known.get(value ?? '');
    if (country) places.push({ ...country, name: names.of(country.code) ?? country.code, value: tally.value });
    else unplaced.join(tally);
  }
  const drawn = new Set(places.map(({ code }) => code));
  const ground = countries()
    .filter(({ code }) => !drawn.has(code))
    .map(({ longitude, latitude }): [number, number] => [longitude, latitude]);
  return { kind: 'map', places, ground, unplaced: unplaced.value };
}

/** Draws rows. */
export function drawingOf(figure: Figure, rows: readonly Row[], linkOf: LinkOf): Drawing {
  switch (figure.draw) {
    case 'bar':
      return bar(figure, rows, linkOf);
    case 'donut':
      return donut(figure, rows, linkOf);
    case 'line':
      return line(figure, rows);
    case 'map':
      return map(figure, rows);
  }
}

const everyMs = { hour: hourMs, day: 24 * hourMs } as const;

/** What a panel draws. */
export const figureOf = (panel: Panel & { draw: Figure['draw'] }): Figure => ({
  ...panel,
  stepMs: everyMs[panel.every],
});

/** A span of time in words. */
export const spanText = (ms: number): string =>
  ms < hourMs
    ? `${ms / minuteMs} min`
    : ms < 24 * hourMs
      ? `${Math.round((ms / hourMs) * 10) / 10} h`
      : `${Math.round((ms / hourMs / 24) * 10) / 10} d`;
