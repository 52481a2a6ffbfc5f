import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { KeytrailError, reasonOf } from '../errors.js';
import type { LedgerEntry } from '../model/object.js';
import type { Handled } from '../pipeline/follow-queue.js';
import type { IngestSummary } from '../pipeline/ingest.js';
import { lagSeconds } from './report.js';

/** A minute is what CloudTrail takes at its best; hours and days are a backfill's. */
const lagBuckets = [1, 5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400, 604_800];

/** What a run that goes on can be watched by: Prometheus metrics, and whether it is alive. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #objects;
  readonly #records;
  readonly #bytes;
  readonly #messages;
  readonly #troubles;
  readonly #lag;
  readonly #lastSuccess;
  #aliveAt: number;

  /** `staleMs`: alive is who showed a sign of life since then. */
  constructor(
    private readonly now: () => Date,
    private readonly staleMs: number,
    summary: Readonly<IngestSummary>,
  ) {
    this.#aliveAt = now().getTime();
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#objects = new Counter({
      name: 'keytrail_objects_total',
      help: 'Log objects whose line in the ledger is final, by log and state (done, failed)',
      labelNames: ['log', 'state'],
      registers,
    });
    new Counter({
      name: 'keytrail_objects_skipped_total',
      help: 'Log objects that were found done already',
      registers,
      collect() {
        this.reset();
        this.inc(summary.objects.skipped);
      },
    });
    this.#records = new Counter({
      name: 'keytrail_records_total',
      help: 'Records read, by log and outcome (stored, duplicate, dead_letter)',
      labelNames: ['log', 'outcome'],
      registers,
    });
    this.#bytes = new Counter({
      name: 'keytrail_bytes_total',
      help: 'Compressed bytes of the objects read, by log',
      labelNames: ['log'],
      registers,
    });
    this.#messages = new Counter({
      name: 'keytrail_queue_messages_total',
      help: 'Deliveries of queue messages by outcome (deleted, left to the redrive policy, released when stopped)',
      labelNames: ['outcome'],
      registers,
    });
    this.#troubles = new Counter({
      name: 'keytrail_troubles_total',
      help: 'Failures that were waited out or that end the run, by code',
      labelNames: ['code'],
      registers,
    });
    this.#lag = new Histogram({
      name: 'keytrail_lag_seconds',
      help: 'Age of an object when it was durable in the store: since its first event, since S3 took it',
      labelNames: ['log', 'since'],
      buckets: lagBuckets,
      registers,
    });
    this.#lastSuccess = new Gauge({
      name: 'keytrail_last_success_timestamp_seconds',
      help: 'When an object was last done, in Unix time',
      registers,
    });
  }

  object(entry: LedgerEntry): void {
    const { log, state } = entry;
    this.#objects.inc({ log, state });
    this.#records.inc({ log, outcome: 'stored' }, entry.stored);
    this.#records.inc({ log, outcome: 'duplicate' }, entry.duplicates);
    this.#records.inc({ log, outcome: 'dead_letter' }, entry.deadLettered);
    this.#bytes.inc({ log }, entry.size);
    if (state !== 'done') return;
    this.#lastSuccess.set(this.now().getTime() / 1000);
    for (const [since, time] of [
      ['event', entry.firstEvent],
      ['delivery', entry.delivered],
    ] as const)
      if (time !== null) this.#lag.observe({ log, since }, lagSeconds(time, this.now()));
  }

  message({ outcome }: Handled): void {
    this.#messages.inc({ outcome });
  }

  trouble(error: unknown): void {
    this.#troubles.inc({ code: error instanceof KeytrailError ? error.code : 'internal' });
  }

  alive(): void {
    this.#aliveAt = this.now().getTime();
  }

  /** Serves /metrics and /healthz until closed. Port 0: one that is free. */
  async serve(host: string, port: number): Promise<{ url: string; close(): Promise<void> }> {
    const server = createServer((request, response) => {
      const answer = (status: number, type: string, text: string): void => {
        response.writeHead(status, { 'content-type': type }).end(text);
      };
      const path = request.url?.split('?')[0];
      if (path === '/healthz') {
        const idleMs = this.now().getTime() - this.#aliveAt;
        answer(
          idleMs < this.staleMs ? 200 : 503,
          'text/plain',
          `last sign of life ${Math.round(idleMs / 1000)} s ago\n`,
        );
      } else if (path === '/metrics')
        this.#registry.metrics().then(
          (text) => answer(200, this.#registry.contentType, text),
          (error: unknown) => answer(500, 'text/plain', `${reasonOf(error)}\n`),
        );
      else answer(404, 'text/plain', 'there is /metrics and /healthz\n');
    });
    await listen(server, host, port);
    const address = server.address() as AddressInfo;
    return {
      url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
      close: () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    };
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new KeytrailError('usage', `no metrics at ${host}:${port}: ${reasonOf(error)}`, {
          hint: 'Give another --metrics-port or --metrics-host.',
          cause: error,
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
}
