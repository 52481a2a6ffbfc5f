import { castOf } from './actors.js';
import type { AnswerBook } from './answers.js';
import { type Delivered, deliver, type FileStyle, fileSizes, type Piece } from './delivery.js';
import { fileSuffixOf, fileTimeText, timeText } from './identifiers.js';
import { type Random, randomOf } from './random.js';
import { recordOf } from './record.js';
import { apportion, daysOf, merge, type Slot, timesIn } from './schedule.js';
import type { PlannedEvent } from './story.js';
import type { Cell } from './world.js';

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, Math.round(value)));

function styleOf({ accountId, region }: Cell, random: Random): FileStyle {
  return {
    head: '{"Records":[',
    separator: ',',
    tail: ']}',
    name: (delivered) => {
      const day = timeText(delivered).slice(0, 10).replaceAll('-', '/');
      const file = `${accountId}_CloudTrail_${region}_${fileTimeText(delivered)}_${fileSuffixOf(random)}.json.gz`;
      return `AWSLogs/${accountId}/CloudTrail/${region}/${day}/${file}`;
    },
  };
}

/** The events of one account and Region on one day, made as they are asked for. */
function* eventsOf(
  seed: number,
  cell: Cell,
  { actors, random }: ReturnType<typeof castOf>,
  day: { slots: Slot[]; counts: number[] },
  planned: readonly PlannedEvent[],
  answers: AnswerBook,
): Generator<Piece> {
  const { accountId, region } = cell;
  let next = 0;
  for (const [index, slot] of day.slots.entries()) {
    const first = next;
    while (next < planned.length && planned[next]!.time < slot.to) next++;
    for (const due of merge(timesIn(slot, day.counts[index]!, random), planned.slice(first, next))) {
      if (typeof due !== 'number') {
        answers.event(due);
        yield { time: due.time, text: JSON.stringify(due.record) };
        continue;
      }
      const actor = random.weighted(actors);
      const caller = actor.caller(due);
      const call = actor.call({ seed, cell, caller, time: due, random });
      yield { time: due, text: JSON.stringify(recordOf({ accountId, region, time: due }, caller, call, random)) };
    }
  }
}

/** Writes the CloudTrail files: an account and Region after the other, each in order of time. */
export async function writeEvents(
  directory: string,
  scenario: {
    seed: number;
    cells: readonly Cell[];
    slots: readonly Slot[];
    events: number;
    planned: readonly PlannedEvent[];
  },
  answers: AnswerBook,
  onFile: (delivered: Delivered & { pieces: number }) => void,
): Promise<void> {
  const { seed, cells, slots, events, planned } = scenario;
  const low = clamp(events / 3000, 24, 300);
  const high = clamp(events / 50, 72, 20_000);
  const background = apportion(
    events - planned.length,
    cells.map(({ share }) => share),
  );
  for (const [index, cell] of cells.entries()) {
    const { accountId, region } = cell;
    const names = randomOf(seed, 'cloudtrail-files', accountId, region);
    const cast = castOf(seed, cell);
    const own = planned.filter(({ record }) => record.recipientAccountId === accountId && record.awsRegion === region);
    const counts = apportion(
      background[index]!,
      slots.map(({ weight }) => weight),
    );
    for (const day of daysOf(slots, counts)) {
      const [from, to] = [day.slots[0]!.from, day.slots.at(-1)!.to];
      const today = own.filter(({ time }) => time >= from && time < to);
      const total = day.counts.reduce((sum, count) => sum + count, today.length);
      const pieces = eventsOf(seed, cell, cast, day, today, answers);
      await deliver(directory, styleOf(cell, names), pieces, fileSizes(total, low, high, names), onFile);
    }
  }
}
