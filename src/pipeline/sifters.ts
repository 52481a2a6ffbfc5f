import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Sifted } from '../logs/sift.js';
import { packagePath } from '../model/paths.js';
import type { SiftMessage, SiftReply } from './sift-thread.js';

/** Ids to look for, as they are sent to a thread. */
export type Sought = Extract<SiftMessage, { ids: readonly string[] }>;

/** Each holds an object with its content. */
const maxThreads = 4;
/** Stored bytes of the objects that are held as a whole at a time. */
const roomBytes = 32 * 1024 * 1024;
/** A larger object is not held as a whole. */
export const maxWholeBytes = 8 * 1024 * 1024;

interface Task {
  resolve: (reply: SiftReply) => void;
  reject: (error: unknown) => void;
}

/** A thread, and what it was asked, in order. */
class Thread {
  readonly #worker: Worker;
  readonly #tasks: Task[] = [];
  #sought: Sought | null = null;

  constructor() {
    // The build's file, from src/ too: Node starts no TypeScript.
    this.#worker = new Worker(packagePath('dist/pipeline/sift-thread.js'));
    this.#worker.on('message', (reply: SiftReply) => {
      this.#tasks.shift()?.resolve(reply);
      if (this.#tasks.length === 0) this.#worker.unref();
    });
    this.#worker.on('error', (error) => {
      for (const { reject } of this.#tasks.splice(0)) reject(error);
    });
    // It keeps the process only while it has something to do.
    this.#worker.unref();
  }

  get load(): number {
    return this.#tasks.length;
  }

  ask(bytes: Uint8Array<ArrayBuffer>, sought: Sought, noteMarks: boolean): Promise<SiftReply> {
    if (this.#sought !== sought) this.#post(sought);
    this.#sought = sought;
    return new Promise((resolve, reject) => {
      this.#worker.ref();
      this.#tasks.push({ resolve, reject });
      this.#post({ bytes, noteMarks }, [bytes.buffer]);
    });
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #post(message: SiftMessage, transferred: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transferred);
  }
}

/** Threads that inflate and sift objects beside this one. */
export class Sifters {
  #threads: Thread[] = [];
  #free = roomBytes;
  #waiting: (() => void)[] = [];

  /** Before there is anything to do: until there is, they have begun. */
  start(): void {
    if (this.#threads.length > 0) return;
    this.#threads = Array.from({ length: Math.min(availableParallelism(), maxThreads) }, () => new Thread());
  }

  /** Waits until there is room for an object of so many bytes; the answer gives it back. */
  async room(bytes: number): Promise<() => void> {
    while (this.#free < bytes) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#free -= bytes;
    return () => {
      this.#free += bytes;
      for (const resolve of this.#waiting.splice(0)) resolve();
    };
  }

  /** What the object holds; null: its bytes take another way. */
  sift(bytes: Buffer, sought: Sought, noteMarks: boolean): Promise<Sifted | null> {
    this.start();
    const [first, ...others] = this.#threads;
    const thread = others.reduce((least, other) => (other.load < least.load ? other : least), first!);
    return thread.ask(new Uint8Array(bytes), sought, noteMarks);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#threads.splice(0).map((thread) => thread.stop()));
  }
}
