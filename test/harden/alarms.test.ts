import { expect, test } from 'vitest';
import { cisWatches, covers } from '../../src/harden/alarms.js';

const watch = (control: string) => cisWatches.find((one) => one.control === control)!;

test('the fifteen of the benchmark, each covered by its own pattern and by no other’s', () => {
  expect(cisWatches.map(({ control }) => control)).toEqual(Array.from({ length: 15 }, (_, at) => `4.${at + 1}`));
  for (const one of cisWatches)
    for (const other of cisWatches) expect(covers(other.pattern, one), `${other.name} ${one.name}`).toBe(one === other);
});

test('other spellings and broader patterns count, narrower ones do not', () => {
  expect(covers('{($.eventName="ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes")}', watch('4.2'))).toBe(true);
  expect(covers('{$.eventName=DisableKey||$.eventName=ScheduleKeyDeletion||$.eventName=CreateKey}', watch('4.7'))).toBe(
    true,
  );
  expect(covers('{ $.eventName = DisableKey }', watch('4.7'))).toBe(false);
  expect(covers('', watch('4.3'))).toBe(false);
});

test('no pattern is longer than CloudWatch Logs takes', () => {
  // PutMetricFilter, filterPattern: 1024 characters at the most.
  for (const { pattern } of cisWatches) expect(pattern.length).toBeLessThanOrEqual(1024);
});
