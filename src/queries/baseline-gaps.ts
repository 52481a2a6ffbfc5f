import { baselineFrom } from '../model/baseline.js';
import type { BoundQuestion, Row } from '../model/question.js';
import type { Engine } from '../stores/store.js';

const dayMs = 86_400_000;

/** What the days before the scope lack, so that what is called new may only be unseen; a sentence each. */
export async function baselineGaps(engine: Engine, bound: BoundQuestion, rows: readonly Row[]): Promise<string[]> {
  if (!bound.question.views.includes('baseline')) return [];
  const { scope, values } = bound;
  const from = baselineFrom(bound);
  const before = `the ${values.baseline_days} days before ${scope.from}`;
  const gaps: string[] = [];
  const found = await engine.coverage({ ...scope, from, to: scope.from });
  if (found === null)
    gaps.push(`Whether the logs of ${before} are complete is unknown: what is new may be only unseen.`);
  else {
    const first = found.find(({ log }) => log === 'cloudtrail')?.firstEvent ?? null;
    if (first === null || first >= scope.from)
      gaps.push(`No CloudTrail logs of ${before} were ingested: everything counts as new.`);
    else if (Date.parse(first) - Date.parse(from) >= dayMs) {
      const days = Math.ceil((Date.parse(scope.from) - Date.parse(first)) / dayMs);
      gaps.push(`Only ${days} of ${before} are in the logs: what is new may be only unseen.`);
    }
  }
  const without = new Set(rows.filter((row) => row.baseline_since === null).map((row) => row.identity)).size;
  if (without > 0)
    gaps.push(
      `${without} ${without === 1 ? 'identity' : 'identities'} made no call in ${before}: all that they do counts as new.`,
    );
  return gaps;
}
