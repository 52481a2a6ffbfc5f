import { KeytrailError } from '../../errors.js';
import { Bytes } from './bytes.js';
import type { Connection, Json, Reply } from './client.js';
import { isIdRefusal, reasonIn } from './failures.js';
import { pause } from './retry.js';

export interface BulkItem {
  index: string;
  id: string;
  /** Absent where it is to be deleted. */
  document?: () => Record<string, unknown>;
  /** Action and document, as they are to be sent: the document need not be made then. */
  lines?: Written;
  /** Of an `index`: the version that it replaces; another one is answered as `exists`. */
  condition?: { if_seq_no: number; if_primary_term: number };
}

/** Bytes among others that lie before and behind them. */
export interface Written {
  bytes: Bytes;
  from: number;
  to: number;
}

/** `exists`: of a `create` whose id is there already, or of a conditional `index`. `refused`: this document, finally. */
export type BulkResult = 'written' | 'exists' | { refused: string };

export interface BulkOptions {
  /** `create` never overwrites, which makes a request safe to send again. To `delete` what is not there is no failure. */
  action: 'create' | 'index' | 'delete';
  /** How long to go on trying while the cluster is away or busy. */
  retryMs: number;
}

interface Line extends Written {
  position: number;
}

/** OpenSearch takes 100 MB by default, some managed clusters 10 MB. */
const maxBodyBytes = 8 * 1024 * 1024;
const maxInFlight = 2;
/** What is read of an answer: the rest of it is much to write, to send and to parse. */
const answered = { filter_path: 'error,items.*.status,items.*.result,items.*.error' };

/** Says of a whole index or cluster what a 400 otherwise says of one document. */
const notTheDocuments: ReadonlySet<string> = new Set([
  'validation_exception', // the cluster's limit of shards
  'index_closed_exception',
  'invalid_index_name_exception',
]);

function* bodies(lines: Iterable<Line>): Generator<Line[]> {
  let body: Line[] = [];
  let bytes = 0;
  for (const line of lines) {
    const length = line.to - line.from;
    if (body.length > 0 && bytes + length > maxBodyBytes) {
      yield body;
      body = [];
      bytes = 0;
    }
    body.push(line);
    bytes += length;
  }
  if (body.length > 0) yield body;
}

function* linesOf(items: readonly BulkItem[], action: BulkOptions['action']): Generator<Line> {
  for (const [position, { index, id, document, condition, lines }] of items.entries()) {
    if (lines) {
      yield { position, ...lines };
      continue;
    }
    const head = JSON.stringify({ [action]: { _index: index, _id: id, ...condition } });
    const text = document === undefined ? `${head}\n` : `${head}\n${JSON.stringify(document())}\n`;
    const bytes = new Bytes(Buffer.from(text));
    yield { position, bytes, from: 0, to: bytes.buffer.length };
  }
}

/** The lines as one body: a view where they lie behind one another. */
function bodyOf(lines: readonly Line[]): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < lines.length; ) {
    const { bytes, from } = lines[at]!;
    let { to } = lines[at++]!;
    while (at < lines.length && lines[at]!.bytes === bytes && lines[at]!.from === to) to = lines[at++]!.to;
    parts.push(bytes.buffer.subarray(from, to));
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

/**
 * Writes documents; the results are in their order. Items that the cluster is too busy for, and whole requests that
 * got no answer, are sent again with growing, jittered delays. A document that a lost request had stored comes back
 * as `exists`: only what was acknowledged counts as written, and every document is there once all the same.
 * Throws `store_unreachable`, `store_busy`, `store_denied` or `store_failed` when the cluster as a whole fails.
 */
export async function bulk(
  connection: Connection,
  items: readonly BulkItem[],
  options: BulkOptions,
): Promise<BulkResult[]> {
  const results: BulkResult[] = new Array(items.length);
  const queue = bodies(linesOf(items, options.action));
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    for (const body of queue) {
      try {
        await deliver(connection, body, results, options);
      } catch (error) {
        failures.push(error);
      }
      if (failures.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: maxInFlight }, work));
  if (failures.length > 0) throw failures[0];
  return results;
}

async function deliver(
  connection: Connection,
  body: Line[],
  results: BulkResult[],
  options: BulkOptions,
): Promise<void> {
  const deadline = Date.now() + options.retryMs;
  let pending = body;
  for (let attempt = 0; ; attempt += 1) {
    const { again, because } = await tryOnce(connection, pending, results, options);
    if (!because) return;
    if (!(await pause(attempt, deadline))) throw because;
    pending = again;
  }
}

interface Attempt {
  again: Line[];
  /** Why those have to be sent again. */
  because?: KeytrailError;
}

async function tryOnce(
  connection: Connection,
  lines: Line[],
  results: BulkResult[],
  options: BulkOptions,
): Promise<Attempt> {
  let reply: Reply;
  try {
    reply = await connection.attempt({ method: 'POST', path: '/_bulk', query: answered, lines: bodyOf(lines) });
  } catch (error) {
    if (error instanceof KeytrailError && error.code === 'store_unreachable') return { again: lines, because: error };
    throw error;
  }
  if (reply.status === 413) return halve(connection, lines, results, options);
  if (reply.status === 429 || reply.status >= 500) return { again: lines, because: connection.failure(reply) };
  if (reply.status >= 400) throw connection.failure(reply);
  if (reply.body.items?.length !== lines.length)
    throw new KeytrailError('store_failed', 'the answer to a bulk request does not say what became of each document');
  const again: Line[] = [];
  let because: KeytrailError | undefined;
  for (const [place, line] of lines.entries()) {
    const item: Json = reply.body.items[place][options.action];
    const failure = (): KeytrailError => connection.failure({ status: item.status, body: item });
    if (item.status < 300) results[line.position] = 'written';
    else if (item.status === 404 && item.result === 'not_found') results[line.position] = 'written';
    else if (item.status === 409) results[line.position] = 'exists';
    else if (item.status === 429 || item.status >= 500) {
      again.push(line);
      because ??= failure();
    } else if (
      [401, 403, 404].includes(item.status) ||
      notTheDocuments.has(item.error?.type) ||
      isIdRefusal(item.error)
    )
      throw failure();
    else results[line.position] = { refused: reasonIn(item.error) };
  }
  return because ? { again, because } : { again };
}

/** A proxy may take less than the cluster does. */
async function halve(
  connection: Connection,
  lines: Line[],
  results: BulkResult[],
  options: BulkOptions,
): Promise<Attempt> {
  if (lines.length === 1) {
    results[lines[0]!.position] = {
      refused: `its ${lines[0]!.to - lines[0]!.from} bytes are more than the cluster takes in one request`,
    };
    return { again: [] };
  }
  const middle = Math.ceil(lines.length / 2);
  for (const half of [lines.slice(0, middle), lines.slice(middle)]) await deliver(connection, half, results, options);
  return { again: [] };
}
