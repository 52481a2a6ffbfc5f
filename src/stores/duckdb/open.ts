import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { KeytrailError, reasonOf } from '../../errors.js';
import { literal } from '../sql/bind.js';
import { ampleLimit, rowGroupSize } from './memory.js';
import { prelude } from './prelude.js';

export interface OpenFile {
  instance: DuckDBInstance;
  connection: DuckDBConnection;
}

/** DuckDB says who has the lock, where the system tells it. */
function holder(reason: string): string {
  const pid = /\(PID (\d+)\)/.exec(reason)?.[1];
  return pid === undefined ? '' : ` (pid ${pid})`;
}

function explain(error: unknown, file: string): KeytrailError {
  const reason = reasonOf(error);
  if (/not a valid DuckDB database file|Serialization|magic/i.test(reason))
    return new KeytrailError('store_foreign', `${file} is not a keytrail store: it is not a DuckDB file`, {
      hint: 'Name another file after --store duckdb:, or move this one away.',
      cause: error,
    });
  if (/could not set lock|conflicting lock|being used by another process/i.test(reason))
    return new KeytrailError('store_busy', `${file} is in use by another process${holder(reason)}`, {
      hint: 'Wait until the other keytrail run has ended (--wait SECONDS), or use another store.',
      cause: error,
    });
  if (/corrupt|checksum/i.test(reason))
    return new KeytrailError('store_failed', `${file} is damaged: ${reason.split('\n')[0]}`, {
      hint: 'Ingest again into a new file; keep this one if the logs are gone.',
      cause: error,
    });
  return new KeytrailError('store_failed', `${file} can't be opened: ${reason.split('\n')[0]}`, {
    hint: 'Check that the path is right and that you may read and write there.',
    cause: error,
  });
}

/** What every connection needs. */
async function ready(connection: DuckDBConnection): Promise<DuckDBConnection> {
  await connection.run(['USE keytrail', "SET TimeZone = 'UTC'", ...prelude].join(';\n'));
  return connection;
}

/** One more connection to the same file. */
export const connectAgain = async ({ instance }: OpenFile): Promise<DuckDBConnection> =>
  ready(await instance.connect());

/** Opens the file; for writing it is created where absent. No SQL can reach other files or the network. */
export async function openFile(path: string, mode: 'read' | 'write'): Promise<OpenFile> {
  const file = resolve(path);
  if (mode === 'read' && !existsSync(file))
    throw new KeytrailError('store_failed', `there is no store at ${file}`, {
      hint: `Fill it first: keytrail ingest s3://BUCKET/PREFIX --store duckdb:${path}`,
    });
  if (!existsSync(dirname(file)))
    throw new KeytrailError('store_failed', `${dirname(file)} does not exist, so no store can be made there`, {
      hint: 'Create the folder, or name another file after --store duckdb:.',
    });
  let instance: DuckDBInstance | undefined;
  try {
    instance = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      memory_limit: ampleLimit,
      // Where what doesn't fit goes; beside the file, as for a file that is opened by itself.
      temp_directory: `${file}.tmp`,
    });
    const first = await instance.connect();
    const access = mode === 'read' ? 'READ_ONLY' : `READ_WRITE, ROW_GROUP_SIZE ${rowGroupSize}`;
    await first.run(`ATTACH ${literal(file)} AS keytrail (TYPE duckdb, ${access})`);
    await first.run('SET enable_external_access = false');
    return { instance, connection: await ready(first) };
  } catch (error) {
    instance?.closeSync();
    throw explain(error, file);
  }
}
