import { expect, test } from 'vitest';
import { sparkline, stretchesOf, sumsOf } from '../../src/model/sparkline.js';

const hour = 3_600_000;
const noon = Date.parse('2026-03-02T12:00:00Z');

test('nothing is told from little, and little from much', () => {
  expect(sparkline([0, 1, 2, 4, 8, 1_000_000], true)).toBe('·▁▁▁▁█');
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7, 8], true)).toBe('·▁▂▃▄▅▆▇█');
  expect(sparkline([0, 1, 8], false)).toBe('.:#');
  expect(sparkline([0, 0], true)).toBe('··');
  expect(sparkline([], true)).toBe('');
});

test('time is cut into as few whole hours as it takes', () => {
  expect(stretchesOf(noon + 5, noon + 5, 10)).toEqual({ from: noon, hours: 1, count: 1 });
  expect(stretchesOf(noon, noon + 9 * hour, 10)).toEqual({ from: noon, hours: 1, count: 10 });
  expect(stretchesOf(noon, noon + 10 * hour, 10)).toEqual({ from: noon, hours: 2, count: 6 });
});

test('each point counts once, in its stretch', () => {
  const stretches = stretchesOf(noon, noon + 3 * hour, 2);
  const points = [
    { time: noon, value: 1 },
    { time: noon + 2 * hour - 1, value: 2 },
    { time: noon + 2 * hour, value: 4 },
    { time: noon - 1, value: 8 },
    { time: noon + 4 * hour, value: 16 },
  ];
  expect(sumsOf(points, stretches)).toEqual([3, 4]);
});
