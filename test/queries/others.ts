import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { EngineKind } from '../../src/model/question.js';
import { allQuestions } from '../../src/queries/load.js';
import type { Engine } from '../../src/stores/store.js';
import { rowsOf } from './cases.js';

/** The access keys of the logs below a folder, sorted. */
export function accessKeysIn(root: string): string[] {
  const keys = new Set<string>();
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.json.gz')) continue;
    for (const { userIdentity } of JSON.parse(gunzipSync(readFileSync(join(root, file))).toString()).Records)
      if (/^[A-Z0-9]{16,128}$/.test(userIdentity?.accessKeyId ?? '')) keys.add(userIdentity.accessKeyId);
  }
  return [...keys].sort();
}

const allEngines: readonly EngineKind[] = ['duckdb', 'opensearch', 'athena', 'trino'];

/** Some of the keys, one in twelve. */
export const someOf = (keys: readonly string[]): string[] => keys.filter((_, position) => position % 12 === 0);

/**
 * Every question, with what to ask it: of all keys at once, which compares every row, and of a single one, each question
 * another, which shows that the scope holds. What a question can't be asked without is taken from the engine's answers.
 */
export async function asksOf(
  engine: Engine,
  keys: readonly string[],
): Promise<{ id: string; params: Record<string, string | number | string[]>; engines: readonly EngineKind[] }[]> {
  const some = someOf(keys);
  const [client] = await rowsOf(engine, 'key-clients', { key: [...keys] });
  const public_ = await rowsOf(engine, 'internet-accepted', {});
  const calls = (await rowsOf(engine, 'key-timeline', { key: [...keys], limit: 100_000 })).map((row) => row.event_time);
  const middle = String(calls[calls.length >> 1]);
  const given: Record<string, string | string[]> = {
    issued: [...keys],
    t0: middle,
    ip: String(client!.source_ip),
    ips: public_.map(({ srcaddr }) => String(srcaddr)),
  };
  return allQuestions().flatMap(({ id, key, parameters, views, engines = allEngines }, number) => {
    const needed = Object.fromEntries(
      parameters.filter((one) => one.default === undefined).map(({ name }) => [name, given[name]!]),
    );
    if (views.includes('baseline')) needed.from = middle;
    const runs =
      key === 'none' ? [needed] : [[...keys], [some[number % some.length]!]].map((key) => ({ ...needed, key }));
    return runs.map((params) => ({ id, params: { ...params, limit: 100_000 }, engines }));
  });
}
