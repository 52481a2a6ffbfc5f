import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allDashboards } from '../../src/dashboards/load.js';
import { ndjson, savedObjects } from '../../src/dashboards/opensearch/objects.js';
import { drawnPanels } from '../../src/dashboards/opensearch/panels.js';
import { answered, compiled, filtersAdded, type Json, readsHits, view } from './vega.js';

const lines = readFileSync('dashboards/generated/dashboards.ndjson', 'utf8').trimEnd().split('\n');
const objects: Json[] = lines.map((line) => JSON.parse(line));
const ofType = (type: string): Json[] => objects.filter((object) => object.type === type);
const searchSource = ({ attributes }: Json): Json => JSON.parse(attributes.kibanaSavedObjectMeta.searchSourceJSON);
const state = ({ attributes }: Json): Json => JSON.parse(attributes.visState);
const vegas = ofType('visualization')
  .filter((object) => state(object).type === 'vega')
  .map((object): [string, Json] => [object.id, JSON.parse(state(object).params.spec)]);

test('ids are unique, and every reference leads to an object of the same file', () => {
  const ids = objects.map(({ type, id }) => `${type}/${id}`);
  expect(new Set(ids).size).toBe(ids.length);
  const lost = objects.flatMap(({ references }) =>
    references.filter(({ type, id }: Json) => !ids.includes(`${type}/${id}`)),
  );
  expect(lost).toEqual([]);
  for (const { references } of objects) {
    const names = references.map(({ name }: Json) => name);
    expect(new Set(names).size).toBe(names.length);
  }
});

test('each object has the keys of an import and the last migration of its type', () => {
  const last: Record<string, string> = {
    'index-pattern': '7.6.0',
    visualization: '7.10.0',
    search: '7.9.3',
    dashboard: '7.9.3',
  };
  for (const object of objects) {
    expect(Object.keys(object).sort()).toEqual(['attributes', 'id', 'migrationVersion', 'references', 'type']);
    expect(object.migrationVersion).toEqual({ [object.type]: last[object.type] });
    expect(object.attributes.title).toMatch(/\S/);
  }
});

test('every text that holds JSON parses', () => {
  let texts = 0;
  for (const { attributes } of objects)
    for (const [name, value] of Object.entries({ ...attributes, ...attributes.kibanaSavedObjectMeta }))
      if (/JSON$|^visState$|^fieldFormatMap$/.test(name)) {
        expect(typeof JSON.parse(value as string), name).toBe('object');
        texts += 1;
      }
  expect(texts).toBeGreaterThan(objects.length);
});

test('what is referred to inside by name is among the references, and the other way round', () => {
  for (const object of objects) {
    const inside: string[] = [];
    const walk = (value: Json): void => {
      if (typeof value === 'string' && /^[[{]/.test(value)) {
        try {
          walk(JSON.parse(value));
        } catch {
          // A template of a URL starts with a brace, too.
          return;
        }
      } else if (typeof value === 'object' && value !== null)
        for (const [name, member] of Object.entries(value))
          if (/RefName$/.test(name)) inside.push(member as string);
          else walk(member);
    };
    walk(object.attributes);
    expect(inside.sort(), object.id).toEqual(object.references.map(({ name }: Json) => name).sort());
  }
});

test('panels lie inside the grid, and none on another', () => {
  for (const { attributes, id } of ofType('dashboard')) {
    const taken = new Set<string>();
    for (const { gridData, panelIndex, version } of JSON.parse(attributes.panelsJSON)) {
      expect(version, id).toBe('7.9.3');
      expect(gridData.i).toBe(panelIndex);
      expect(gridData.x + gridData.w).toBeLessThanOrEqual(48);
      for (let x = gridData.x; x < gridData.x + gridData.w; x++)
        for (let y = gridData.y; y < gridData.y + gridData.h; y++) {
          expect(taken.has(`${x} ${y}`), `${id} ${panelIndex}`).toBe(false);
          taken.add(`${x} ${y}`);
        }
    }
  }
});

test('nothing is asked but of the index patterns of the file, and each panel of every dashboard is there', () => {
  const titles = ofType('index-pattern').map(({ attributes }) => attributes.title);
  for (const [id, spec] of vegas) expect(titles, id).toContain(spec.data.url.index);
  for (const dashboard of allDashboards()) {
    const page = ofType('dashboard').find(({ id }) => id === `keytrail-${dashboard.id}`)!;
    const shown = page.references.map(({ id }: Json) => id);
    for (const { object } of drawnPanels(dashboard)) expect(shown).toContain(object.id);
  }
});

test('a saved search sorts, and names its filter and its index pattern', () => {
  expect(ofType('search').length).toBeGreaterThan(10);
  for (const object of ofType('search')) {
    const { indexRefName, filter, query } = searchSource(object);
    expect(query).toEqual({ query: '', language: 'kuery' });
    expect(indexRefName).toBe('kibanaSavedObjectMeta.searchSourceJSON.index');
    for (const { meta, query: dsl } of filter) {
      expect(meta).toMatchObject({ type: 'custom', key: 'query', disabled: false, negate: false });
      expect(JSON.parse(meta.value)).toEqual(dsl);
    }
    expect(object.attributes.sort[0]).toEqual([expect.any(String), expect.stringMatching(/^(asc|desc)$/)]);
    expect(object.attributes.columns.length).toBeGreaterThan(2);
  }
});

test('a link from a value leads to a dashboard of the file, and keeps to the URL', () => {
  const links = ofType('index-pattern').flatMap(({ attributes }) =>
    Object.entries(JSON.parse(attributes.fieldFormatMap ?? '{}')),
  );
  expect(links.length).toBeGreaterThan(0);
  for (const [field, { id, params }] of links as [string, Json][]) {
    expect(id, field).toBe('url');
    const [, dashboard, index] = /^\.\.\/app\/dashboards#\/view\/([\w-]+)\?_a=\(filters:.*index:([\w-]+),/.exec(
      params.urlTemplate,
    )!;
    expect(ofType('dashboard').map((one) => one.id)).toContain(dashboard);
    expect(ofType('index-pattern').map((one) => one.id)).toContain(index);
  }
});

test('no request has a query beside Dashboards’ own context, which would refuse it', () => {
  for (const [id, spec] of vegas) {
    expect(Object.keys(spec.data.url).sort(), id).toEqual(['body', 'index']);
    const { filter, must_not } = spec.data.url.body.query.bool;
    expect(filter.slice(0, 3)).toEqual([
      spec.data.url.index === 'keytrail-dead-letters*' ? { match_all: {} } : expect.anything(),
      '%dashboard_context-must_clause%',
      '%dashboard_context-filter_clause%',
    ]);
    expect(must_not).toEqual(['%dashboard_context-must_not_clause%']);
    const time = JSON.stringify(filter[0]);
    if (/-\*$/.test(spec.data.url.index)) expect(time, id).toBe('{"range":{"@timestamp":{"%timefilter%":true}}}');
    else if (/ledger/.test(spec.data.url.index))
      for (const end of ['min', 'max'])
        expect(time, id).toContain(`{"%timefilter%":"${end}"},"format":"epoch_millis"}`);
  }
});

test.each(vegas)('%s compiles, and runs of no rows without a warning', async (_, spec) => {
  expect(compiled(spec).marks?.length).toBeGreaterThan(0);
  const none = { hits: { hits: [] } };
  // Where a pattern fits no index there are no aggregations.
  for (const answer of readsHits(spec) ? [none] : [none, { ...none, aggregations: { rows: { buckets: [] } } }]) {
    const made = await view(answered(spec, answer));
    made.finalize();
  }
});

const numbers = vegas.filter(([, spec]) => JSON.stringify(spec).includes('"fontSize":44'));
const textsOf = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);

test('a number of no rows is 0, and of rows what they come to', async () => {
  const [, calls] = numbers.find(([id]) => id === 'keytrail-credential-overview-calls')!;
  const drawn = async (buckets: Json[]): Promise<string[]> => {
    const made = await view(answered(calls, { aggregations: { rows: { buckets } } }));
    return textsOf(await made.toSVG());
  };
  expect(await drawn([])).toEqual(['0']);
  const nowhere = await view(answered(calls, { hits: { hits: [] } }));
  expect(textsOf(await nowhere.toSVG())).toEqual(['0']);
  expect(
    await drawn([
      { key: {}, doc_count: 1200 },
      { key: {}, doc_count: 34 },
    ]),
  ).toEqual(['1,234']);
});

test('text of attackers is text in a chart', async () => {
  const [, owners] = vegas.find(([id]) => id === 'keytrail-key-investigation-clients')!;
  const user_agent = '<script>alert(1)</script>';
  const made = await view(
    answered(owners, { aggregations: { rows: { buckets: [{ key: { user_agent }, doc_count: 1 }] } } }),
  );
  const svg = await made.toSVG();
  expect(svg).toContain('&lt;script');
  expect(svg).not.toContain('<script');
});

/** Chooses in a chart as a click does: its point selection is a data set. */
async function click(id: string, answer: Json, chosen: Json): Promise<Json[]> {
  const [, spec] = vegas.find(([one]) => one === `keytrail-${id}`)!;
  const made = await view(answered(spec, answer));
  filtersAdded.length = 0;
  const fields = Object.keys(chosen).map((field) => ({ type: 'E', field }));
  made.insert('clicked_store', [{ unit: '', fields, values: Object.values(chosen) }]);
  await made.runAsync();
  made.finalize();
  return [...filtersAdded];
}

const hostile = [
  '<script>alert(1)</script>',
  'javascript:alert(1)',
  `'}}, "x", alert(1)) //`,
  '\u202egnp.exe',
  '=HYPERLINK("http://x")',
  '\u001b[31mred',
  'a'.repeat(8191),
];

test.each(hostile)('a click on a bar filters by its text, whatever that is (%#)', async (user_agent) => {
  const rows = { aggregations: { rows: { buckets: [{ key: { user_agent }, doc_count: 3 }] } } };
  expect(await click('credential-overview-tools', rows, { user_agent })).toEqual([
    [
      { term: { 'user_agent.original': user_agent } },
      'keytrail-cloudtrail-*',
      expect.stringMatching(/^user agent: .{1,100}$/s),
    ],
  ]);
});

test('text that is too long to be searched for is no filter', async () => {
  const user_agent = 'a'.repeat(1024 * 1024);
  const rows = { aggregations: { rows: { buckets: [{ key: { user_agent }, doc_count: 3 }] } } };
  expect(await click('credential-overview-tools', rows, { user_agent })).toEqual([]);
});

test('a click on the bar of what has no name filters by that', async () => {
  const rows = { aggregations: { rows: { buckets: [{ key: { access_key_id: null }, doc_count: 3 }] } } };
  const field = 'aws.cloudtrail.user_identity.access_key_id';
  const [[query] = []] = await click('credential-overview-refusals', rows, { access_key_id: '(none)' });
  expect(query).toEqual({
    bool: { should: [{ bool: { must_not: [{ exists: { field } }] } }, { term: { [field]: '(none)' } }] },
  });
});

test.each(hostile)(
  'a click on a cell filters by its text; one on a figure or on nothing does not (%#)',
  async (cell) => {
    const rows = { aggregations: { rows: { buckets: [{ key: { access_key_id: cell, arn: cell }, doc_count: 3 }] } } };
    const id = 'credential-overview-owners';
    expect(await click(id, rows, { column: 'arn', cell })).toEqual([
      [{ term: { 'aws.cloudtrail.user_identity.arn': cell } }, 'keytrail-cloudtrail-*', expect.any(String)],
    ]);
    expect(await click(id, rows, { column: 'events', cell: '3' })).toEqual([]);
    expect(await click(id, rows, { column: 'arn', cell: '' })).toEqual([]);
  },
);

test('no panel makes a link or an image of data, or asks any other host', () => {
  for (const [id, spec] of vegas) {
    expect(JSON.stringify(spec), id).not.toMatch(/"href"|"url":"|"image"/);
    for (const mark of compiled(spec).marks ?? []) expect(JSON.stringify(mark.encode ?? {}), id).not.toContain('href');
  }
});

test('markdown holds nothing from a store, and links only to dashboards of the file', () => {
  const texts = ofType('visualization').filter((object) => state(object).type === 'markdown');
  expect(texts.length).toBeGreaterThan(10);
  for (const object of texts)
    for (const [, target] of state(object).params.markdown.matchAll(/\]\(([^)]*)\)/g))
      expect(ofType('dashboard').map(({ id }) => `#/view/${id}`)).toContain(target);
});

test('each table of groups, each bar and slice that stands for a field can be clicked', () => {
  const still = vegas.filter(
    ([, spec]) => spec.params === undefined && /text|bar|arc/.test(JSON.stringify(spec.mark ?? '')),
  );
  expect(still.map(([id]) => id)).toEqual([]);
});

test('under a prefix every id, index and link has it', () => {
  const own = savedObjects(allDashboards(), 'team');
  expect(own.length).toBe(objects.length);
  for (const { id } of own) expect(id).toMatch(/^team-keytrail-/);
  expect(ndjson(own).replaceAll(/team-keytrail/g, '')).not.toMatch(
    /keytrail-(cloudtrail|vpcflow|config|guardduty|key-)/,
  );
});
