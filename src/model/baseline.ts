import { isoTime } from './cell.js';
import type { BoundQuestion } from './question.js';

const dayMs = 86_400_000;

/** Start of the days before a scope that it is held against; its end is the scope's beginning. */
export function baselineFrom({ scope, values }: Pick<BoundQuestion, 'scope' | 'values'>): string {
  return isoTime(Date.parse(scope.from) - Number(values.baseline_days) * dayMs);
}
