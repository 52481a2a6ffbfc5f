import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import type { LogEvent } from '../../../src/model/event.js';
import { openDuckDb } from '../../../src/stores/duckdb/index.js';

const batches = 15;
const rows = 4000;

function flow(number: number): LogEvent {
  const record = {
    version: 2,
    'account-id': '111122223333',
    'interface-id': 'eni-0123456789abcdef0',
    srcaddr: `10.0.${number % 250}.${(number * 31) % 250}`,
    dstaddr: '203.0.113.9',
    srcport: 1024 + (number % 60_000),
    dstport: 443,
    protocol: 6,
    packets: number % 90,
    bytes: number,
    start: 1_772_409_600 + number,
    end: 1_772_409_660 + number,
    action: 'ACCEPT',
    'log-status': 'OK',
  };
  return { id: `flow-${number}`, time: '2026-03-02T00:00:00Z', record, bytes: 110, position: number };
}

const batch = (at: number) => Array.from({ length: rows }, (_, row) => flow(at * rows + row));

test('rows by the ten thousand stay whole over checkpoints, closing and what comes again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keytrail-memory-'));
  const file = join(folder, "it's.duckdb");
  try {
    for (const outcome of ['stored', 'duplicate']) {
      const store = await openDuckDb(file, 'write');
      await store.prepare();
      for (let at = 0; at < batches; at++)
        expect(new Set(await store.write('vpcflow', batch(at)))).toEqual(new Set([outcome]));
      await store.close();
    }
    expect(await readdir(folder)).toEqual(["it's.duckdb"]);
    // By DuckDB's own defaults: the file is one like any other.
    const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
    const connection = await instance.connect();
    const read = await connection.runAndReadAll(
      `SELECT count(*)::INTEGER, count(DISTINCT id)::INTEGER, sum(bytes)::BIGINT,
         count(*) FILTER (id = 'flow-' || bytes AND start = 1772409600 + bytes)::INTEGER FROM vpc_flow_logs`,
    );
    connection.closeSync();
    instance.closeSync();
    const total = batches * rows;
    expect(read.getRows()).toEqual([[total, total, BigInt((total * (total - 1)) / 2), total]]);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 60_000);

test('batches of which half is known already go into the file like others, and do not pile up in its log', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keytrail-memory-'));
  const file = join(folder, 'x.duckdb');
  try {
    const store = await openDuckDb(file, 'write');
    await store.prepare();
    const sizes: number[] = [];
    for (let at = 0; at < 10; at++) {
      // As many as a group of rows.
      const events = Array.from({ length: 8192 }, (_, row) => flow(at * 4096 + row));
      const outcomes = await store.write('vpcflow', events);
      expect(outcomes.filter((outcome) => outcome === 'duplicate')).toHaveLength(at === 0 ? 0 : 4096);
      if (at > 0) sizes.push((await stat(`${file}.wal`)).size);
    }
    await store.close();
    // Of three halves at the most, and not of nine.
    expect(Math.max(...sizes)).toBeLessThanOrEqual(3 * Math.min(...sizes));
  } finally {
    await rm(folder, { recursive: true });
  }
});
