import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allDashboards } from '../../src/dashboards/load.js';
import { savedObjects } from '../../src/dashboards/opensearch/objects.js';
import { describeWith } from '../services/index.js';
import { answered, type Json } from './vega.js';

const objects = new Map(savedObjects(allDashboards()).map(({ id, attributes }) => [id, attributes as Json]));

function specOf(panel: string, buckets: Json[]): Json {
  const spec = JSON.parse(JSON.parse(objects.get(`keytrail-${panel}`).visState).params.spec);
  const { kibana: _, ...config } = spec.config;
  return answered({ ...spec, config, width: 500, height: 200 }, { aggregations: { rows: { buckets } } });
}

// Dashboards itself can't be started here: its function is a stand-in, Vega and the mouse are real.
describeWith('browser', 'a click in a panel', (executablePath) => {
  let browser: Browser;
  let page: Page;
  const added: Json[] = [];
  const troubles: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    page = await browser.newPage();
    page.on('pageerror', (error) => troubles.push(String(error)));
    page.on('dialog', (dialog) => troubles.push(dialog.message()));
    page.on('request', (request) => troubles.push(request.url()));
    await page.exposeFunction('added', (given: Json) => added.push(given));
    await page.setContent('<div id="panel"></div>');
    for (const name of ['vega', 'vega-lite'])
      await page.addScriptTag({ path: `node_modules/${name}/build/${name}.js` });
    await page.evaluate(`vega.expressionFunction('opensearchDashboardsAddFilter', (...given) => { added(given); })`);
  }, 60_000);

  afterAll(() => browser?.close());

  const draw = (spec: Json): Promise<unknown> =>
    page.evaluate(
      `new vega.View(vega.parse(vegaLite.compile(${JSON.stringify(spec)}).spec), { renderer: 'svg', container: '#panel' }).runAsync().then(() => null)`,
    );

  const filter = { term: { 'user_agent.original': '<img src=x onerror=alert(1)>' } };

  it('on a bar or a cell is a filter by its text, once', async () => {
    const key = { user_agent: '<img src=x onerror=alert(1)>', source_ip: '203.0.113.66' };
    const bucket = { key, doc_count: 3, failed: { doc_count: 1 } };
    await draw(specOf('credential-overview-tools', [bucket]));
    await page.locator('.mark-rect.role-mark path').click();
    await expect.poll(() => added).toEqual([[filter, 'keytrail-cloudtrail-*', expect.any(String)]]);
    added.length = 0;
    await draw(specOf('key-investigation-clients', [bucket]));
    await page.getByText('203.0.113.66').click();
    await expect
      .poll(() => added)
      .toEqual([[{ term: { 'source.address': '203.0.113.66' } }, expect.any(String), expect.any(String)]]);
    added.length = 0;
    await page.locator('.mark-text.role-mark').getByText('3', { exact: true }).click();
    await page.getByText('<img src=x').click();
    await expect.poll(() => added).toEqual([[filter, expect.any(String), expect.any(String)]]);
    expect(troubles).toEqual([]);
  });
});
