import { KeytrailError } from '../../errors.js';
import { type LedgerEntry, stands } from '../../model/object.js';
import { type BulkItem, bulk } from './bulk.js';
import type { Connection } from './client.js';
import { ledgerIndex } from './names.js';
import { readDocs } from './read-docs.js';

const maxIds = 1000;

/** Overwrites by id; every item or none of the answer. */
export async function overwrite(connection: Connection, items: BulkItem[], retryMs: number): Promise<void> {
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
    entries.map((entry) => ({ index, id: entry.id, document: () => ({ ...entry }) })),
    retryMs,
  );
}

interface Standing {
  entry: LedgerEntry;
  /** The version that a write of ours must find. */
  condition: NonNullable<BulkItem['condition']>;
}

/** Sees what was just recorded: OpenSearch reads by id in real time. */
async function readEntries(
  connection: Connection,
  ids: readonly string[],
  prefix: string,
  retryMs: number,
): Promise<Map<string, Standing>> {
  const entries = new Map<string, Standing>();
  for (let start = 0; start < ids.length; start += maxIds)
    for (const { found, _source, _seq_no, _primary_term } of await readDocs(
      connection,
      ids.slice(start, start + maxIds).map((id) => ({ index: ledgerIndex(prefix), id })),
      retryMs,
    ))
      if (found)
        entries.set(_source.id, { entry: _source, condition: { if_seq_no: _seq_no, if_primary_term: _primary_term } });
  return entries;
}

/** See `Store.entries`. */
export async function ledgerEntries(
  connection: Connection,
  ids: readonly string[],
  prefix: string,
  retryMs: number,
): Promise<Map<string, LedgerEntry>> {
  const standing = await readEntries(connection, ids, prefix, retryMs);
  return new Map([...standing].map(([id, { entry }]) => [id, entry]));
}

/** See `Store.claim`. Absent entries are created, others replaced only in the version that was read. */
export async function claimEntries(
  connection: Connection,
  entries: readonly LedgerEntry[],
  free: (claimed: LedgerEntry) => boolean,
  prefix: string,
  retryMs: number,
): Promise<Map<string, LedgerEntry>> {
  const index = ledgerIndex(prefix);
  const ids = entries.map(({ id }) => id);
  const standing = await readEntries(connection, ids, prefix, retryMs);
  const taken = new Map<string, LedgerEntry>();
  for (const entry of entries) {
    const found = standing.get(entry.id)?.entry;
    if (found && stands(found, entry, free)) taken.set(entry.id, found);
  }
  const wanted = entries.filter(({ id }) => !taken.has(id));
  const lost = new Set<string>();
  for (const action of ['create', 'index'] as const) {
    const some = wanted.filter(({ id }) => standing.has(id) === (action === 'index'));
    const items = some.map((entry): BulkItem => {
      const found = standing.get(entry.id);
      return { index, id: entry.id, document: () => ({ ...entry }), ...(found ? { condition: found.condition } : {}) };
    });
    const results = await bulk(connection, items, { action, retryMs });
    for (const [place, result] of results.entries()) {
      if (result === 'exists') lost.add(some[place]!.id);
      if (typeof result === 'object')
        throw new KeytrailError('store_failed', `${index} does not take ${some[place]!.id}: ${result.refused}`);
    }
  }
  // Somebody was quicker, or it was ourselves and the answer got lost.
  const workers = new Map(entries.map(({ id, worker }) => [id, worker]));
  for (const [id, { entry }] of await readEntries(connection, [...lost], prefix, retryMs))
    if (entry.state === 'done' || entry.worker !== workers.get(id)) taken.set(id, entry);
  return taken;
}
