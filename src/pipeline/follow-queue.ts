import { KeytrailError, reasonOf } from '../errors.js';
import { type ObjectRef, objectId } from '../model/object.js';
import { classify } from '../s3/layout.js';
import { type NamedObject, parseNotification } from '../s3/notifications.js';
import type { Queue, QueueMessage } from '../s3/queue.js';
import { daysOf, outside } from '../s3/selection.js';
import { Deletions } from './deletions.js';
import { abandonAfter, type FollowOptions, settle } from './follow.js';
import type { Ingestor, Taken } from './ingestor.js';
import { Sessions } from './sessions.js';
import { Slots } from './slots.js';
import { interrupted, isInterrupted, Pauses, passes, sleep } from './trouble.js';

/** What became of a message that was received. */
export interface Handled {
  message: QueueMessage;
  /** `left`: hidden until its time is up, then it comes again or goes where the queue's redrive policy says. */
  outcome: 'deleted' | 'left' | 'released';
  /** Why it was left. */
  reasons: string[];
  /** Its parts that name nothing to read. */
  ignored: string[];
}

export interface QueueOptions extends FollowOptions {
  queue: Queue;
  /** Stop when the queue is empty, or holds only what was left there before. */
  drain: boolean;
  onMessage: (handled: Handled) => void;
}

export interface QueueSummary {
  /** Deliveries; `received` = `deleted` + `left` + `released`. */
  received: number;
  deleted: number;
  left: number;
  released: number;
}

const receivers = 2;
const batchesOpen = 50;
/**
 * Shorter than the time that is left to end in: a receive that is broken off may have taken messages all the same,
 * which then stay hidden. So it is waited for, and what it brings is given back.
 */
const followWaitSeconds = 5;
/** A long poll asks all of the queue's servers, however short it is. */
const drainWaitSeconds = 2;
const emptyReceivesToEnd = 2;
const heldRetryMs = 1000;

/** A message while it is worked on. */
class Delivery {
  /** Of the present attempt. */
  refs: ObjectRef[] = [];
  reasons: string[] = [];
  ended = false;
  readonly notification;

  constructor(readonly message: QueueMessage) {
    this.notification = parseNotification(message.body);
  }
}

class QueueFollower {
  readonly summary: QueueSummary = { received: 0, deleted: 0, left: 0, released: 0 };
  readonly #sessions: Sessions;
  readonly #pauses: Pauses;
  readonly #deletions: Deletions;
  readonly #work = new Slots(batchesOpen);
  /** Hidden from others for as long as they are in here. */
  readonly #open = new Set<Delivery>();
  /** Ids of messages that this drain left. */
  readonly #left = new Set<string>();
  readonly #fatal = new AbortController();
  readonly #stop: AbortSignal;
  readonly #abandonment;

  constructor(private readonly options: QueueOptions) {
    const { openStore, turns, onTrouble, queue } = options;
    this.#stop = AbortSignal.any([options.stop, this.#fatal.signal]);
    this.#abandonment = abandonAfter(this.#stop);
    this.#pauses = new Pauses(this.#stop, onTrouble);
    this.#deletions = new Deletions(queue);
    this.#sessions = new Sessions({
      openStore,
      ingest: options,
      ...(turns ? { turns } : {}),
      stop: this.#stop,
      abandon: this.#abandonment.abandon,
      onTrouble,
    });
  }

  async run(): Promise<void> {
    const { queue, onTrouble } = this.options;
    const extend = (): void => {
      const messages = [...this.#open].map(({ message }) => message);
      queue.hide(messages, queue.visibilitySeconds).catch((error: unknown) => onTrouble(error, 0));
    };
    const heartbeat = setInterval(extend, (queue.visibilitySeconds * 1000) / 3);
    try {
      await Promise.all(Array.from({ length: receivers }, () => this.#receive()));
      await this.#work.idle();
    } finally {
      clearInterval(heartbeat);
      await settle(Promise.all([this.#release(), this.#sessions.close()]), this.#abandonment.abandon);
      this.#abandonment.end();
    }
    if (this.#fatal.signal.aborted) throw this.#fatal.signal.reason;
  }

  async #receive(): Promise<void> {
    const { queue, drain, onAlive } = this.options;
    const waitSeconds = drain ? drainWaitSeconds : followWaitSeconds;
    let empty = 0;
    while (!this.#stop.aborted && empty < emptyReceivesToEnd) {
      try {
        const messages = await queue.receive(waitSeconds, this.#abandonment.abandon);
        this.#pauses.reset();
        onAlive();
        // To a drain, what it left is no news.
        const fresh = drain ? messages.filter(({ id }) => !this.#left.has(id)) : messages;
        if (drain && fresh.length === 0) empty++;
        else empty = 0;
        if (fresh.length > 0) await this.#begin(fresh);
      } catch (error) {
        await this.#pauses.after(error).catch((final: unknown) => this.#fail(final));
      }
    }
  }

  /** Resolves when all that the messages name is being read: until then no more are received. */
  async #begin(messages: readonly QueueMessage[]): Promise<void> {
    const deliveries = messages.map((message) => new Delivery(message));
    for (const delivery of deliveries) this.#open.add(delivery);
    this.summary.received += deliveries.length;
    if (this.#stop.aborted) return;
    await new Promise<void>((begun) => {
      void this.#work.start(() =>
        this.#sessions
          .use((ingestor) => this.#ingest(deliveries, ingestor, begun))
          .catch((error: unknown) => this.#fail(error))
          .finally(begun),
      );
    });
  }

  async #ingest(deliveries: readonly Delivery[], ingestor: Ingestor, begun: () => void): Promise<void> {
    const open = deliveries.filter(({ ended }) => !ended);
    await Promise.all(open.map((delivery) => this.#refer(delivery)));
    const taken = await ingestor.take(open.flatMap(({ refs }) => refs));
    begun();
    // All to their end, whatever becomes of one: another attempt must not overlap with this one.
    const results = await Promise.allSettled(open.map((delivery) => this.#finish(delivery, ingestor, taken)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  /** Finds out which objects of the source the message names. */
  async #refer(delivery: Delivery): Promise<void> {
    const { objects, poison } = delivery.notification;
    delivery.reasons = poison === null ? [] : [poison];
    delivery.refs = [];
    for (const object of objects) {
      if (this.#stop.aborted) throw interrupted();
      const found = await this.#find(object, delivery.message.sent).catch((error: unknown) => {
        if (!(error instanceof KeytrailError) || passes(error)) throw error;
        return reasonOf(error);
      });
      if (typeof found === 'string') delivery.reasons.push(found);
      else delivery.refs.push(found);
    }
  }

  /** The object, or why there is none to read. */
  async #find(object: NamedObject, sent: string): Promise<ObjectRef | string> {
    const { source } = this.options;
    const { bucket, key, etag, versionId, size, time } = object;
    const address = `s3://${bucket}/${key}`;
    if (bucket !== source.lists?.bucket || !key.startsWith(source.lists.prefix))
      return `${address} is not below ${source.description}`;
    const unwanted = this.#unwanted(key);
    if (unwanted !== null) return `${address} is ${unwanted}`;
    if (etag === null || size === null) return (await source.find?.(key, versionId)) ?? `there is no object ${address}`;
    const version = versionId === null ? {} : { versionId };
    return { bucket, key, version: etag, ...version, size, lastModified: time ?? sent };
  }

  /** Why a log of the source is not this run's to read, and its message not this run's to delete; or null. */
  #unwanted(key: string): string | null {
    const { logs, select = {} } = this.options;
    const found = classify(key);
    if (found.kind === 'other') return null;
    if (!logs.includes(found.origin.log)) return `of ${found.origin.log}, which was not asked for`;
    const selection = { ...select, logs };
    return outside(found.origin, selection, daysOf(selection));
  }

  /** Waits until all of the message's objects are durable, whoever reads them; then it is deleted or left. */
  async #finish(delivery: Delivery, ingestor: Ingestor, taken: Taken): Promise<void> {
    let { runs, held } = part(taken, delivery.refs);
    for (;;) {
      await Promise.all(runs.map(({ settled }) => settled));
      for (const { object, reason } of runs)
        if (reason !== null) delivery.reasons.push(`s3://${object.bucket}/${object.key}: ${reason}`);
      if (held.length === 0) break;
      await sleep(heldRetryMs, this.#stop);
      if (this.#stop.aborted) throw interrupted();
      ({ runs, held } = part(await ingestor.take(held), held));
    }
    await this.#end(delivery);
  }

  async #end(delivery: Delivery): Promise<void> {
    if (delivery.ended) return;
    delivery.ended = true;
    this.#open.delete(delivery);
    try {
      const gone = delivery.reasons.length === 0 && (await this.#deletions.delete(delivery.message));
      if (!gone && this.options.drain) this.#left.add(delivery.message.id);
      this.#tell(delivery, gone ? 'deleted' : 'left');
    } catch (error) {
      delivery.ended = false;
      this.#open.add(delivery);
      throw error;
    }
  }

  /** What was not finished is anybody's at once. */
  async #release(): Promise<void> {
    const { queue, onTrouble } = this.options;
    const rest = [...this.#open];
    this.#open.clear();
    const messages = rest.map(({ message }) => message);
    await queue.hide(messages, 0).catch((error: unknown) => onTrouble(error, 0));
    for (const delivery of rest) this.#tell(delivery, 'released');
  }

  #tell({ message, reasons, notification }: Delivery, outcome: Handled['outcome']): void {
    this.summary[outcome]++;
    this.options.onMessage({ message, outcome, reasons, ignored: notification.ignored });
  }

  #fail(error: unknown): void {
    if (!(this.#stop.aborted && isInterrupted(error))) this.#fatal.abort(error);
  }
}

/** What is being read of these objects, and what is to be offered again: all that is not said to be done with. */
function part({ runs, done, other }: Taken, refs: readonly ObjectRef[]): Pick<Taken, 'runs' | 'held'> {
  const idOf = (object: ObjectRef): string => `${objectId(object)} ${object.version}`;
  const wanted = new Set(refs.map(idOf));
  const mine = runs.filter(({ object }) => wanted.has(idOf(object)));
  const settled = new Set([...mine.map(({ object }) => object), ...done, ...other].map(idOf));
  return { runs: mine, held: refs.filter((object) => !settled.has(idOf(object))) };
}

/**
 * Reads the objects of the source that a queue's messages name. A message is deleted once all that it names is
 * durable in the store, and stays hidden from others till then; what can't be read or understood is left to the
 * queue's redrive policy. Messages may come several times and in any order.
 * @throws KeytrailError for what does not pass by waiting; messages under work are then anybody's at once.
 */
export async function followQueue(options: QueueOptions): Promise<QueueSummary> {
  const follower = new QueueFollower(options);
  await follower.run();
  return follower.summary;
}
