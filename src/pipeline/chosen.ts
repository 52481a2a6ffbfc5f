import type { LogName } from '../model/event.js';
import type { ObjectRef } from '../model/object.js';
import { classify } from '../s3/layout.js';
import { daysOf, outside, type Selection } from '../s3/selection.js';
import type { ObjectSource } from '../s3/source.js';
import { walk } from '../s3/walk.js';

export interface Choice {
  source: ObjectSource;
  logs: readonly LogName[];
  /** `from` and `to` go by the day of delivery, with a day to spare. */
  select?: Omit<Selection, 'logs'>;
  /** The log that an object is taken for whose key tells none. */
  assume?: LogName | undefined;
  now: () => Date;
}

/** The objects of a source that the choice may want, page by page; `leave` is told why others are none. */
export async function* chosen(choice: Choice, leave: (why: string) => void): AsyncIterable<ObjectRef[]> {
  const { source, select = {}, logs, assume, now } = choice;
  const { from, to } = select;
  // Nothing is delivered in the future: so an open range has an end, and days to look for.
  const selection: Selection = { ...select, logs, ...(from && !to ? { to: now().toISOString() } : {}) };
  const days = daysOf(selection);
  for await (const page of walk(source, selection))
    yield page.filter(({ key }) => {
      const found = classify(key, assume);
      const why = found.kind === 'log' ? outside(found.origin, selection, days) : null;
      if (why !== null) leave(why);
      return why === null;
    });
}
