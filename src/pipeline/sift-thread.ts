import { parentPort } from 'node:worker_threads';
import { KeyIds } from '../logs/sieve.js';
import { type Needles, type Sifted, sift } from '../logs/sift.js';
import { gunzipWhole } from '../s3/gunzip-whole.js';

/** A thread that inflates and sifts whole objects in turn; ./sifter.ts starts it. */
export type SiftMessage =
  /** What to look for from now on. */
  | { ids: readonly string[]; except: readonly string[] | null }
  /** An object's bytes as they are stored. */
  | { bytes: Uint8Array<ArrayBuffer>; noteMarks: boolean };

/** Null: the object takes another way. */
export type SiftReply = Sifted | null;

/** 20,000 records and more; held twice where an object says that it is smaller. */
const maxContentBytes = 40 * 1024 * 1024;

let needles: Needles = { ids: new KeyIds([]), except: null };

parentPort?.on('message', (message: SiftMessage) => {
  if ('ids' in message) {
    const { ids, except } = message;
    needles = { ids: new KeyIds(ids), except: except && new KeyIds(except) };
    return;
  }
  const { bytes, noteMarks } = message;
  const content = gunzipWhole(Buffer.from(bytes.buffer), maxContentBytes);
  const reply: SiftReply = content && sift(content, needles, noteMarks);
  parentPort!.postMessage(reply, reply ? [reply.bytes.buffer] : []);
});
