import { DuckDBInstance } from '@duckdb/node-api';

/** What a DuckDB store holds; each event once when `events` is `distinct`. */
export async function duckDbCounts(
  path: string,
): Promise<{ events: number; distinct: number; flows: number; distinctFlows: number }> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    `SELECT (SELECT count(*) FROM cloudtrail_logs), (SELECT count(DISTINCT id) FROM cloudtrail_logs),
      (SELECT count(*) FROM vpc_flow_logs), (SELECT count(DISTINCT id) FROM vpc_flow_logs)`,
  );
  const [events, distinct, flows, distinctFlows] = reader.getRows()[0]!.map(Number) as [number, number, number, number];
  connection.closeSync();
  instance.closeSync();
  return { events, distinct, flows, distinctFlows };
}
