import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allDashboards } from '../../src/dashboards/load.js';
import { filterField } from '../../src/dashboards/opensearch/fields.js';
import { savedObjects } from '../../src/dashboards/opensearch/objects.js';
import { drawnPanels, objectId } from '../../src/dashboards/opensearch/panels.js';
import type { Panel } from '../../src/dashboards/types.js';
import { cell } from '../../src/model/cell.js';
import type { Question, Row } from '../../src/model/question.js';
import type { Incident } from '../../src/scenario/incident.js';
import { generateScenario } from '../../src/scenario/index.js';
import { openStore } from '../../src/stores/open.js';
import { bucketReader, hitReader } from '../../src/stores/opensearch/cells.js';
import { placeOf } from '../../src/stores/opensearch/places.js';
import type { Store } from '../../src/stores/store.js';
import { ingestAll, readCase, rowsOf, writeCase } from '../queries/cases.js';
import { describeWith, uniquePrefix } from '../services/index.js';
import { call } from '../stores/opensearch/node.js';
import { type Context, chosen, discoverRequest, fillContext } from './fill-context.js';
import { type Json, rowsRead } from './vega.js';

const prefix = uniquePrefix();
/** The very objects of the import, as they are for a store with a prefix. */
const objects = new Map(savedObjects(allDashboards(), prefix).map((object) => [object.id, object.attributes as Json]));
const panels = allDashboards().flatMap((dashboard) =>
  drawnPanels(dashboard, prefix)
    .filter(({ search }) => search !== null)
    .map(({ panel, search }): [string, Panel, Json] => [`${dashboard.id} ${panel.id}`, panel, search!.question]),
);

const sorted = (rows: readonly Row[]): string[] => rows.map((row) => JSON.stringify(row)).sort();

function only(rows: readonly Row[], question: Question, columns: readonly string[]): Row[] {
  const types = new Map(question.columns.map(({ name, type }) => [name, type]));
  return rows.map((row) =>
    Object.fromEntries(columns.map((column) => [column, cell(row[column] ?? null, types.get(column)!)])),
  );
}

describeWith('opensearch', 'each panel’s own request gives the rows of its question on DuckDB', (node) => {
  let folder: string;
  let duckdb: Store;
  let incident: Incident;
  const shown = new Set<string>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keytrail-panels-'));
    const root = join(folder, 's3');
    const scenario = await generateScenario({ directory: root, seed: 3, events: 6000, flows: 6000 });
    incident = JSON.parse(readFileSync(scenario.answers, 'utf8')).incident;
    const networks = Object.fromEntries([
      ...incident.attackerIps.map((ip) => [ip, { country: 'NL', number: 9009, name: 'M247' }] as const),
      [incident.legitimateIp, { country: 'US', number: 16509, name: 'AMAZON-02' }] as const,
    ]);
    await writeCase(root, await readCase('ingest-streams'));
    duckdb = await openStore(`duckdb:${join(folder, 'panels.duckdb')}`, 'write');
    await ingestAll(root, duckdb, networks);
    const opensearch = await openStore(`opensearch:${node}?prefix=${prefix}`, 'write');
    await ingestAll(root, opensearch, networks);
    await opensearch.close();
    await call(node, 'POST', `/${prefix}-*/_refresh`);
  }, 120_000);

  afterAll(async () => {
    await duckdb.close();
    const { body } = await call(node, 'GET', `/_cat/indices/${prefix}-*?format=json&h=index`);
    for (const { index } of body as { index: string }[]) await call(node, 'DELETE', `/${index}`);
    await call(node, 'DELETE', `/_index_template/${prefix}-*`);
    await rm(folder, { recursive: true });
  });

  async function search(index: string, body: Json): Promise<Json> {
    const answer = await call(node, 'POST', `/${index}/_search?ignore_unavailable=true&allow_no_indices=true`, body);
    expect(answer.status, JSON.stringify(answer.body).slice(0, 500)).toBe(200);
    return answer.body;
  }

  async function expectSame(
    id: string,
    panel: Panel,
    question: Json,
    context: Context,
    params: Record<string, string>,
  ) {
    const [dashboard = '', part = ''] = id.split(' ');
    const attributes = objects.get(objectId(dashboard, part, prefix))!;
    const asked = { ...panel.parameters, ...params, limit: 10_000 };
    const { key, ...keyless } = asked as Record<string, string | number>;
    const expected = await rowsOf(duckdb, question.id, question.key === 'none' || key === undefined ? keyless : asked);
    expect(expected.length).toBeLessThan(10_000);
    if (expected.length > 0) shown.add(id);
    const place = placeOf(question.opensearch.log);
    if (attributes.visState === undefined) {
      const answer = await search(place.index(prefix), discoverRequest(attributes, context));
      const rows = answer.hits.hits.flatMap((hit: Json) => hitReader(question, place.epochs)(hit._source));
      expect(sorted(rows)).toEqual(sorted(expected));
      return;
    }
    const spec = JSON.parse(JSON.parse(attributes.visState).params.spec);
    const { body, index } = spec.data.url;
    const answer = await search(index, { ...body, query: fillContext(body.query, context) });
    const read = await rowsRead(spec, answer);
    const columns = Object.keys(read[0] ?? {});
    expect(read.length).toBe(expected.length);
    expect(sorted(only(read, question, columns))).toEqual(sorted(only(expected, question, columns)));
    if (question.opensearch.rows.from === 'buckets')
      expect(sorted(answer.aggregations.rows.buckets.map(bucketReader(question)))).toEqual(sorted(expected));
  }

  test.each(panels)('%s, of the key', async (id, panel, question) => {
    const keyed = question.key === 'required';
    const filters = keyed ? [chosen(filterField('key'), [incident.keyId])] : [];
    const context = { min: '2000-01-01T00:00:00.000Z', max: '2099-01-01T00:00:00.000Z', filters };
    await expectSame(id, panel, question, context, keyed ? { key: incident.keyId } : {});
  });

  test.each(panels)('%s, of a time, an account and a Region', async (id, panel, question) => {
    const keyed = question.key === 'required';
    const region = incident.launchRegion;
    const filters = [
      chosen(filterField('account', question.opensearch.log), [incident.accountId]),
      chosen(filterField('region', question.opensearch.log), [region, 'us-east-1', 'eu-west-1']),
      ...(keyed ? [chosen(filterField('key'), [incident.keyId, incident.createdKeyId])] : []),
    ];
    const middle = new Date((Date.parse(incident.from) + Date.parse(incident.to)) / 2);
    // Dashboards' range takes its end in, a question's does not.
    const context = { min: new Date(incident.from).toISOString(), max: new Date(+middle - 1).toISOString(), filters };
    await expectSame(id, panel, question, context, {
      from: context.min,
      to: middle.toISOString(),
      accounts: incident.accountId,
      regions: `${region},us-east-1,eu-west-1`,
      ...(keyed ? { key: `${incident.keyId},${incident.createdKeyId}` } : {}),
    });
  });

  test('the ledger shows in each of its panels', () => {
    const own = panels.map(([id]) => id).filter((id) => id.startsWith('ingestion-health '));
    expect(own.length).toBeGreaterThan(15);
    expect(own.filter((id) => !shown.has(id))).toEqual([]);
  });

  test('the incident shows in most panels', () => expect(shown.size).toBeGreaterThan(60));
});
