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

/** The folders of a log's files below the one that Trino reads, and, of flow logs, their header line. */
export type LogFolders = Partial<Record<LogName, { folder: string; header?: string }>>;

/** Opens an engine that asks the files of these folders where they lie, by tables in a schema of their own. */
export async function overFiles(url: string, files: string, schema: string, folders: LogFolders): Promise<Engine> {
  await tell(url, schema, `CREATE SCHEMA ${schema}`);
  for (const [log, { folder, header }] of Object.entries(folders) as [LogName, LogFolders[LogName] & object][]) {
    await mkdir(join(files, folder), { recursive: true });
    const location = `local:///${folder}`;
    for (const sql of tablesOver({ log, location, ...(header === undefined ? {} : { header: header.split(/\s+/) }) }))
      await tell(url, schema, sql);
  }
  return openEngine(`trino:${url}/hive/${schema}`);
}
