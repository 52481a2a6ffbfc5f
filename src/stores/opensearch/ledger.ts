import { KeytrailError } from '../../errors.js';
import type { DeadLetter, LedgerEntry } from '../../model/object.js';
import { type BulkItem, bulk } from './bulk.js';
import type { Connection, Json } from './client.js';
import { deadLetterIndex, ledgerIndex } from './names.js';

const maxIds = 1000;

/** Overwrites by id; every item or none of the answer. */
async function overwrite(connection: Connection, items: BulkItem[], retryMs: number): Promise<void> {
  const results = await bulk(connection, items, { action: 'index', retryMs });
  for (const [place, result] of results.entries())
    if (typeof result === 'object')
      throw new KeytrailError(
        'store_failed',
        `${items[place]!.index} does not take ${items[place]!.id}: ${result.refused}`,
      );
}

export async function recordEntries(
  connection: Connection,
  entries: readonly LedgerEntry[],
  prefix: string,
  retryMs: number,
): Promise<void> {
  const index = ledgerIndex(prefix);
  await overwrite(
    connection,
    entries.map((entry) => ({ index, id: entry.id, document: { ...entry } })),
    retryMs,
  );
}

/** Sees what was just recorded: OpenSearch reads by id in real time. */
export async function readEntries(
  connection: Connection,
  ids: readonly string[],
  prefix: string,
): Promise<Map<string, LedgerEntry>> {
  const entries = new Map<string, LedgerEntry>();
  for (let start = 0; start < ids.length; start += maxIds) {
    const { docs } = await connection.request({
      method: 'POST',
      path: `/${ledgerIndex(prefix)}/_mget`,
      body: { ids: ids.slice(start, start + maxIds) },
    });
    for (const { found, _source, error } of docs as Json[]) {
      if (found) entries.set(_source.id, _source);
      // Nobody has recorded anything yet.
      else if (error && error.type !== 'index_not_found_exception')
        throw connection.failure({ status: 500, body: { error } });
    }
  }
  return entries;
}

export async function writeLetters(
  connection: Connection,
  letters: readonly DeadLetter[],
  prefix: string,
  retryMs: number,
): Promise<void> {
  const index = deadLetterIndex(prefix);
  const toItem = (letter: DeadLetter): BulkItem => ({
    index,
    id: letter.id,
    document: { ...letter, raw: letter.raw.toString('base64') },
  });
  await overwrite(connection, letters.map(toItem), retryMs);
}
