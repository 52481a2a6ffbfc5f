import { KeytrailError } from '../../errors.js';
import type { LogName } from '../../model/event.js';
import type { DeadLetter, LetterPlace } from '../../model/object.js';
import { lettersPerPage, withinPage } from '../letters.js';
import { type BulkItem, bulk } from './bulk.js';
import type { Connection, Json } from './client.js';
import { overwrite } from './ledger.js';
import { deadLetterIndex } from './names.js';
import { readDocs } from './read-docs.js';
import { anyIndices, refresh } from './refresh.js';

const place = ['bucket', 'key', 'version', 'position'] as const;

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
    document: () => ({ ...letter, raw: letter.raw.toString('base64'), bytes: letter.raw.length }),
  });
  await overwrite(connection, letters.map(toItem), retryMs);
}

/** See `Store.deadLetters`. The bytes are fetched by themselves, once it is known how many there are. */
export async function readLetters(
  connection: Connection,
  log: LogName | null,
  after: LetterPlace | null,
  prefix: string,
  retryMs: number,
): Promise<DeadLetter[]> {
  const index = deadLetterIndex(prefix);
  if (after === null) await refresh(connection, index);
  const { hits } = await connection.request({
    method: 'POST',
    path: `/${index}/_search`,
    query: { ...anyIndices, allow_partial_search_results: false },
    body: {
      size: lettersPerPage,
      track_total_hits: false,
      _source: ['id', 'bytes'],
      query: log === null ? { match_all: {} } : { term: { log } },
      sort: place.map((field) => ({ [field]: 'asc' })),
      ...(after === null ? {} : { search_after: place.map((name) => after[name]) }),
    },
    retryMs,
  });
  const ids = withinPage(hits.hits.map(({ _source }: Json) => _source));
  if (ids.length === 0) return [];
  const places = ids.map((id) => ({ index, id }));
  const docs = await readDocs(connection, places, retryMs);
  return docs.flatMap(({ found, _source }: Json) => {
    if (!found) return [];
    const { bytes: _, raw, ...letter } = _source;
    return [{ ...letter, raw: Buffer.from(raw, 'base64') } as DeadLetter];
  });
}

export async function removeLetters(
  connection: Connection,
  ids: readonly string[],
  prefix: string,
  retryMs: number,
): Promise<void> {
  const index = deadLetterIndex(prefix);
  const results = await bulk(
    connection,
    ids.map((id) => ({ index, id })),
    { action: 'delete', retryMs },
  );
  for (const [position, result] of results.entries())
    if (typeof result === 'object')
      throw new KeytrailError('store_failed', `${index} does not give up ${ids[position]}: ${result.refused}`);
}
