import { tellCi } from './ci.js';
import { tellIntrusion } from './intrusion.js';
import { tellSignIns } from './sign-ins.js';
import { type PlannedEvent, Story } from './story.js';
import { tellTakeover } from './takeover.js';
import type { Villain } from './villain.js';
import type { Cell } from './world.js';

/** The key's own work stays countable at any size, and so do the sign-ins. */
const bounds = { ci: { least: 60, most: 2000, share: 0.04 }, signIns: { least: 8, most: 300, share: 0.005 } };

const within = ({ least, most, share }: typeof bounds.ci, events: number): number =>
  Math.min(most, Math.max(least, Math.round(events * share)));

export interface EventPlan {
  /** In order of time. */
  events: PlannedEvent[];
  /** Calls of the intruder among them; a cross-account call counts twice. */
  hostile: number;
}

/** Everything whose answers are known: a few thousand events at most, whatever the size. */
export function planEvents(
  options: { seed: number; events: number; from: number; to: number },
  villain: Villain,
  ciCell: Cell,
): EventPlan {
  const { seed, events, from, to } = options;
  const intrusion = new Story(seed, 'intrusion');
  tellIntrusion(intrusion, villain);
  tellTakeover(intrusion, villain);
  const ci = new Story(seed, 'ci');
  tellCi(ci, villain, within(bounds.ci, events), from, to, ciCell.vpcEndpointId);
  const signIns = new Story(seed, 'sign-ins');
  tellSignIns(signIns, within(bounds.signIns, events), from, to);
  const all = [...intrusion.events, ...ci.events, ...signIns.events];
  all.sort((a, b) => a.time - b.time);
  return { events: all, hostile: intrusion.events.length };
}
