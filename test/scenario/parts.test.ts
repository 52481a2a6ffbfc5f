import { expect, test } from 'vitest';
import { fileSizes } from '../../src/scenario/delivery.js';
import { longTimeText } from '../../src/scenario/identifiers.js';
import { randomOf } from '../../src/scenario/random.js';
import { apportion, merge } from '../../src/scenario/schedule.js';

test.each([1, 299, 300, 599, 20_000, 20_001, 500_000])(
  '%i records are divided into files of 300 to 20,000',
  (total) => {
    const sizes = fileSizes(total, 300, 20_000, randomOf(1, 'sizes', String(total)));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(total);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(20_000);
    if (total >= 300) expect(Math.min(...sizes)).toBeGreaterThanOrEqual(300);
  },
);

test('parts add up to the whole and follow their weights', () => {
  expect(apportion(10, [1, 0, 3])).toEqual([3, 0, 7]);
  expect(apportion(0, [1, 2])).toEqual([0, 0]);
  expect(apportion(1000, Array(576).fill(1)).reduce((sum, part) => sum + part, 0)).toBe(1000);
});

test('planned things come in where their time is, before others of the same second', () => {
  const planned = [{ time: 0 }, { time: 5 }, { time: 9 }];
  expect([...merge([1, 5, 5, 7], planned)]).toEqual([{ time: 0 }, 1, { time: 5 }, 5, 5, 7, { time: 9 }]);
});

test('random numbers follow from seed and label, and only from them', () => {
  const draw = (seed: number, label: string) =>
    Array.from(
      { length: 4 },
      (
        (random) => () =>
          random.word()
      )(randomOf(seed, label)),
    );
  expect(draw(1, 'a')).toEqual(draw(1, 'a'));
  expect(draw(1, 'a')).not.toEqual(draw(2, 'a'));
  expect(draw(1, 'a')).not.toEqual(draw(1, 'b'));
});

test.each([
  [0, 'Jan 1, 1970, 12:00:00 AM'],
  [1_772_456_709, 'Mar 2, 2026, 1:05:09 PM'],
  [1_767_268_799, 'Jan 1, 2026, 11:59:59 AM'],
  [1_767_268_800, 'Jan 1, 2026, 12:00:00 PM'],
])('STS writes %i as %s', (seconds, text) => {
  expect(longTimeText(seconds)).toBe(text);
});
