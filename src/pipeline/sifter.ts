import { Worker } from 'node:worker_threads';
import type { Sifted } from '../logs/sift.js';
import { packagePath } from '../model/paths.js';
import type { SiftMessage, SiftReply } from './sift-thread.js';

/** Ids to look for, as they are sent to the thread. */
export type Sought = Extract<SiftMessage, { ids: readonly string[] }>;

/** Stored bytes of the objects that are held as a whole at a time. */
const roomBytes = 32 * 1024 * 1024;
/** A larger object is not held as a whole. */
export const maxWholeBytes = 8 * 1024 * 1024;

interface Task {
  resolve: (reply: SiftReply) => void;
  reject: (error: unknown) => void;
}

/**
 * A thread that inflates and sifts whole objects beside this one. One: V8 lets each hold 100 MB of what it has done
 * with before it looks for garbage.
 */
export class Sifter {
  #worker: Worker | null = null;
  /** What it was asked, in order. */
  #tasks: Task[] = [];
  #sought: Sought | null = null;
  #free = roomBytes;
  #waiting: (() => void)[] = [];

  /** Before there is anything to do: until there is, it has begun. */
  start(): Worker {
    if (this.#worker) return this.#worker;
    // The build's file, from src/ too: Node starts no TypeScript.
    const worker = new Worker(packagePath('dist/pipeline/sift-thread.js'));
    worker.on('message', (reply: SiftReply) => {
      this.#tasks.shift()?.resolve(reply);
      if (this.#tasks.length === 0) worker.unref();
    });
    let failure: unknown = new Error('the thread that sifts has ended');
    worker.on('error', (error) => {
      failure = error;
    });
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = null;
      for (const { reject } of this.#tasks.splice(0)) reject(failure);
    });
    // It keeps the process only while it has something to do.
    worker.unref();
    this.#worker = worker;
    this.#sought = null;
    return worker;
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
  sift(stored: Buffer, sought: Sought, noteMarks: boolean): Promise<Sifted | null> {
    const worker = this.start();
    const post = (message: SiftMessage, transferred: ArrayBuffer[]): void => worker.postMessage(message, transferred);
    if (this.#sought !== sought) post(sought, []);
    this.#sought = sought;
    return new Promise((resolve, reject) => {
      worker.ref();
      this.#tasks.push({ resolve, reject });
      const bytes = new Uint8Array(stored);
      post({ bytes, noteMarks }, [bytes.buffer]);
    });
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }
}
