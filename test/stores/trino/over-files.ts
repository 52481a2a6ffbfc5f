import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogName } from '../../../src/model/event.js';
import { openEngine } from '../../../src/stores/open.js';
import type { Engine } from '../../../src/stores/store.js';
import { tablesOver } from '../../../src/stores/trino/tables.js';

/** Has Trino carry a statement out, and gives its rows. */
export async function tell(url: string, schema: string, sql: string): Promise<unknown[][]> {
  const headers = { 'x-trino-user': 'test', 'x-trino-catalog': 'hive', 'x-trino-schema': schema };
  const rows: unknown[][] = [];
  let response = await fetch(`${url}/v1/statement`, { method: 'POST', body: sql, headers });
  for (;;) {
    if (!response.ok) throw new Error(`Trino answered ${response.status}: ${await response.text()}`);
    const { nextUri, data, error } = (await response.json()) as {
      nextUri?: string;
      data?: unknown[][];
      error?: { message: string };
    };
    if (error) throw new Error(`${error.message}\n${sql}`);
    rows.push(...(data ?? []));
    if (nextUri === undefined) return rows;
    response = await fetch(nextUri, { headers });
  }
}

/** A folder below the one that Trino reads and, of flow logs, the header line of its files. */
export interface Folder {
  folder: string;
  header?: string;
}

/** Opens an engine that asks the files of these folders where they lie, by tables in a schema of their own. */
export async function overFiles(
  url: string,
  files: string,
  schema: string,
  logs: Partial<Record<LogName, readonly Folder[]>>,
): Promise<Engine> {
  await tell(url, schema, `CREATE SCHEMA ${schema}`);
  for (const [log, folders] of Object.entries(logs) as [LogName, readonly Folder[]][]) {
    for (const { folder } of folders) await mkdir(join(files, folder), { recursive: true });
    const places = folders.map(({ folder, header }) => ({
      location: `local:///${folder}`,
      ...(header === undefined ? {} : { header: header.trim().split(/\s+/) }),
    }));
    for (const sql of tablesOver(log, places)) await tell(url, schema, sql);
  }
  return openEngine(`trino:${url}/hive/${schema}`);
}
