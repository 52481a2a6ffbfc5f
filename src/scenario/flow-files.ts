import type { AnswerBook } from './answers.js';
import { type Delivered, deliver, type FileStyle, fileSizes, type Piece } from './delivery.js';
import { backgroundRow, type FlowLog } from './flow-log.js';
import { type FlowRow, lineOf } from './flow-row.js';
import { fileTimeText, timeText } from './identifiers.js';
import type { PlannedFlow } from './incident-flows.js';
import { type Random, randomOf } from './random.js';
import { apportion, daysOf, merge, type Slot, timesIn } from './schedule.js';

function styleOf({ accountId, region, id, format }: FlowLog, random: Random): FileStyle {
  return {
    head: `${format.fields.join(' ')}\n`,
    separator: '\n',
    tail: '\n',
    name: (delivered) => {
      const day = timeText(delivered).slice(0, 10).replaceAll('-', '/');
      const file = `${accountId}_vpcflowlogs_${region}_${id}_${fileTimeText(delivered)}_${random.hex(8)}.log.gz`;
      return `AWSLogs/${accountId}/vpcflowlogs/${region}/${day}/${file}`;
    },
  };
}

/** The rows of one flow log on one day, made as they are asked for. */
function* rowsOf(
  log: FlowLog,
  random: Random,
  day: { slots: Slot[]; counts: number[] },
  planned: readonly PlannedFlow[],
  answers: AnswerBook,
): Generator<Piece> {
  let next = 0;
  for (const [index, slot] of day.slots.entries()) {
    const first = next;
    while (next < planned.length && planned[next]!.time < slot.to) next++;
    for (const due of merge(timesIn(slot, day.counts[index]!, random), planned.slice(first, next))) {
      const row: FlowRow = typeof due === 'number' ? backgroundRow(log, due, random) : due.row;
      answers.flow(row);
      yield { time: row.start, text: lineOf(row, log.format) };
    }
  }
}

/** Writes the VPC flow log files: one flow log after the other, each in order of time. */
export async function writeFlows(
  directory: string,
  scenario: {
    seed: number;
    logs: readonly FlowLog[];
    slots: readonly Slot[];
    flows: number;
    planned: readonly PlannedFlow[];
  },
  answers: AnswerBook,
  onFile: (delivered: Delivered & { pieces: number }) => void,
): Promise<void> {
  const { seed, logs, slots, flows, planned } = scenario;
  const low = Math.min(500, Math.max(24, Math.round(flows / 3000)));
  const high = Math.min(20_000, Math.max(100, Math.round(flows / 20)));
  const background = apportion(
    flows - planned.length,
    logs.map(({ share }) => share),
  );
  for (const [index, log] of logs.entries()) {
    const random = randomOf(seed, 'flows', log.id);
    const names = randomOf(seed, 'flow-files', log.id);
    const own = planned.filter((flow) => flow.log === log);
    const counts = apportion(
      background[index]!,
      slots.map(({ weight }) => weight),
    );
    for (const day of daysOf(slots, counts)) {
      const [from, to] = [day.slots[0]!.from, day.slots.at(-1)!.to];
      const today = own.filter(({ time }) => time >= from && time < to);
      const total = day.counts.reduce((sum, count) => sum + count, today.length);
      await deliver(
        directory,
        styleOf(log, names),
        rowsOf(log, random, day, today, answers),
        fileSizes(total, low, high, names),
        onFile,
      );
    }
  }
}
