import { blobValue, type DuckDBConnection } from '@duckdb/node-api';
import type { LogName } from '../../model/event.js';
import type { DeadLetter, LetterPlace } from '../../model/object.js';
import { lettersPerPage, withinPage } from '../letters.js';
import { bindDuckDb } from './bind.js';
import { bind, chunks, upsert } from './upsert.js';

export const writeDeadLetters = (connection: DuckDBConnection, letters: readonly DeadLetter[]): Promise<void> =>
  upsert(
    connection,
    'keytrail_dead_letters',
    letters.map(({ id, eventId, bucket, key, version, log, account, region, position, reason, raw, ...rest }) => [
      ...[id, eventId, bucket, key, version, log, account, region, position, reason].map(bind),
      blobValue(raw),
      rest.whole,
      rest.header,
      rest.time,
    ]),
    ['key', 'position'],
  );

/** See `Store.deadLetters`. */
export async function readDeadLetters(
  connection: DuckDBConnection,
  log: LogName | null,
  after: LetterPlace | null,
): Promise<DeadLetter[]> {
  const place = 'bucket, key, version, position';
  const where = [
    ...(log === null ? [] : ['log = :log']),
    ...(after === null ? [] : [`(${place}) > (:bucket, :key, :version, CAST(:position AS BIGINT))`]),
  ];
  const listed = bindDuckDb(
    `SELECT id, octet_length(raw) AS bytes FROM keytrail_dead_letters
    ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}
    ORDER BY ${place} LIMIT ${lettersPerPage}`,
    { ...(log === null ? {} : { log }), ...after },
  );
  const sizes = await connection.runAndReadAll(listed.sql, listed.values);
  const ids = withinPage((sizes.getRows() as [string, bigint][]).map(([id, bytes]) => ({ id, bytes: Number(bytes) })));
  if (ids.length === 0) return [];
  const { sql, values } = bindDuckDb(`SELECT * FROM keytrail_dead_letters WHERE id IN (:ids) ORDER BY ${place}`, {
    ids,
  });
  const reader = await connection.runAndReadAll(sql, values);
  return reader.getRowObjectsJS().map(({ event_id, position, raw, ...row }) => ({
    ...(row as Omit<DeadLetter, 'eventId' | 'position' | 'raw'>),
    eventId: event_id as string | null,
    position: Number(position),
    raw: Buffer.from(raw as Uint8Array),
  }));
}

export async function removeDeadLetters(connection: DuckDBConnection, ids: readonly string[]): Promise<void> {
  for (const some of chunks(ids, 1000)) {
    const { sql, values } = bindDuckDb('DELETE FROM keytrail_dead_letters WHERE id IN (:ids)', { ids: some });
    await connection.run(sql, values);
  }
}
