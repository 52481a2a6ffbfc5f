import { expect, it } from 'vitest';
import type { Column, Row } from '../../src/model/question.js';
import { type Bars, type Course, drawingOf, type Figure, type Places } from '../../src/viewer/drawing.js';
import { figureFor } from '../../src/viewer/series.js';

const figure: Figure = { draw: 'bar', x: 'name', y: 'events', measure: 'sum', series: null, stepMs: 60_000, top: 2 };
const nowhere = () => null;

it('draws the highest bars, layer by layer, and says how many are left', () => {
  const rows: Row[] = [
    { name: 'a', kind: 'x', events: 1 },
    { name: 'b', kind: 'x', events: 5 },
    { name: 'b', kind: 'y', events: 2 },
    { name: null, kind: 'x', events: 4 },
    { name: 'c', kind: 'y', events: 3 },
  ];
  const linkOf = (column: string, value: string) => (value === 'b' ? `/${column}/${value}` : null);
  expect(drawingOf({ ...figure, series: 'kind' }, rows, linkOf)).toEqual({
    kind: 'bar',
    labels: ['b', '(none)'],
    links: ['/name/b', null],
    layers: [
      { name: 'x', values: [5, 4] },
      { name: 'y', values: [2, 0] },
    ],
    stacked: true,
    left: 2,
  });
});

it('labels nothing by a name that every object has', () => {
  const rows: Row[] = [
    { name: '__proto__', kind: 'constructor', events: 2 },
    { name: 'toString', kind: '__proto__', events: 1 },
  ];
  for (const draw of ['bar', 'donut'] as const)
    expect(drawingOf({ ...figure, draw }, rows, nowhere)).toMatchObject({ labels: ['"__proto__"', '"toString"'] });
  const { layers } = drawingOf({ ...figure, series: 'kind' }, rows, nowhere) as Bars;
  expect(layers.map(({ name }) => name)).toEqual(['"constructor"', '"__proto__"']);
});

it('counts rows, sums a column, takes its highest, or counts its different values', () => {
  const rows: Row[] = [
    { name: 'a', events: 1 },
    { name: 'a', events: 1 },
    { name: 'a', events: 7 },
    { name: 'a', events: null },
  ];
  const value = (measured: Partial<Figure>) =>
    (drawingOf({ ...figure, ...measured }, rows, nowhere) as Bars).layers[0]!.values;
  expect(value({ y: null })).toEqual([4]);
  expect(value({ y: 'events' })).toEqual([9]);
  expect(value({ y: 'events', measure: 'max' })).toEqual([7]);
  expect(value({ y: 'events', measure: 'distinct' })).toEqual([2]);
  // Only amounts can lie on one another.
  expect(drawingOf({ ...figure, measure: 'max' }, rows, nowhere)).toMatchObject({ stacked: false });
});

it('keeps every row of a course of time, in steps of which there are at most two hundred', () => {
  for (const hours of [1, 48, 24 * 90, 24 * 3650]) {
    const rows = Array.from({ length: 500 }, (_, place) => ({
      name: new Date(Date.UTC(2026, 2, 2) + (place * hours * 3_600_000) / 500).toISOString(),
      events: 1,
    }));
    const { from, step, layers } = drawingOf({ ...figure, draw: 'line' }, rows, nowhere) as Course;
    const { values } = layers[0]!;
    expect(values.length, String(hours)).toBeLessThanOrEqual(200);
    expect(values.reduce((sum, value) => sum + value, 0)).toBe(500);
    expect(from).toBeLessThanOrEqual(Date.parse(rows[0]!.name));
    expect(from + step * values.length).toBeGreaterThan(Date.parse(rows.at(-1)!.name));
  }
});

it('tells the smaller layers together, and layers that look the same apart', () => {
  const name = '2026-03-02T08:00:00Z';
  const many = Array.from({ length: 30 }, (_, place) => ({ name, kind: `k${place}`, events: 30 - place }));
  const { layers } = drawingOf({ ...figure, draw: 'line', series: 'kind' }, many, nowhere) as Course;
  expect(layers.at(-1)?.name).toBe('21 others');
  expect(layers.reduce((sum, { values }) => sum + values[0]!, 0)).toBe((30 * 31) / 2);
  const same = ['x', 'y'].map((end) => ({ name, kind: `${'long'.repeat(30)}${end}`, events: 1 }));
  const names = (drawingOf({ ...figure, draw: 'line', series: 'kind' }, same, nowhere) as Course).layers.map(
    (one) => one.name,
  );
  expect(new Set(names).size).toBe(2);
});

it('places countries, and counts what is of none', () => {
  const rows = [
    { name: 'BR', events: 3 },
    { name: 'DE', events: 4 },
    { name: 'ZZ', events: 5 },
    { name: null, events: 6 },
  ];
  const { places, unplaced } = drawingOf({ ...figure, draw: 'map' }, rows, nowhere) as Places;
  expect(places.map(({ code, name, value }) => [code, name, value])).toEqual([
    ['DE', 'Germany', 4],
    ['BR', 'Brazil', 3],
  ]);
  expect(unplaced).toBe(11);
});

it('finds out how the rows of any question can be drawn', () => {
  const columns: Column[] = [
    { name: 'first_seen', type: 'timestamp', description: '' },
    { name: 'name', type: 'string', description: '' },
    { name: 'events', type: 'integer', description: '' },
  ];
  const row = (name: string, hour: number) => ({ first_seen: `2026-03-02T0${hour}:00:00Z`, name, events: 1 });
  expect(figureFor(columns, [row('a', 1), row('b', 2)])).toMatchObject({ draw: 'bar', x: 'name', y: 'events' });
  expect(figureFor(columns, [row('a', 1), row('a', 2)])).toMatchObject({ draw: 'line', x: 'first_seen', y: null });
  expect(figureFor(columns, [row('a', 1)])).toBeNull();
});
