import { SingleBar } from 'cli-progress';
import type { IngestSummary } from '../../pipeline/ingest.js';
import type { Context } from '../context.js';

export interface Progress {
  update(summary: Readonly<IngestSummary>): void;
  stop(): void;
}

const millisecondsBetweenLines = 5000;

function bar(context: Context): Progress {
  const single = new SingleBar({
    format: '{bar} {value}/{total} objects · {records} records · {seconds} s',
    stream: process.stderr,
    barsize: Math.max(10, Math.min(30, context.width - 50)),
    hideCursor: true,
    clearOnComplete: true,
  });
  let started = false;
  return {
    update({ objects, records, seconds }) {
      const done = objects.done + objects.skipped + objects.failed;
      const payload = { records: records.read.toLocaleString('en-US'), seconds: seconds.toFixed(0) };
      if (!started) {
        single.start(objects.seen, done, payload);
        started = true;
      }
      single.setTotal(objects.seen);
      single.update(done, payload);
    },
    stop() {
      if (started) single.stop();
      started = false;
    },
  };
}

function lines(context: Context): Progress {
  let last = context.now().getTime();
  return {
    update({ objects, records }) {
      const now = context.now().getTime();
      if (now - last < millisecondsBetweenLines) return;
      last = now;
      const done = objects.done + objects.skipped + objects.failed;
      context.note(`${context.now().toISOString()} ${done} of ${objects.seen} objects, ${records.read} records read\n`);
    },
    stop: () => undefined,
  };
}

/** A bar on a terminal, a line every few seconds elsewhere; both on standard error. */
export const ingestProgress = (context: Context): Progress => (context.interactive ? bar(context) : lines(context));
