import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { logNames } from '../../src/model/event.js';
import { ingest } from '../../src/pipeline/ingest.js';
import { openSource } from '../../src/s3/source.js';
import { generateScenario } from '../../src/scenario/index.js';
import { openStore } from '../../src/stores/open.js';
import { startCli } from '../cli/run-cli.js';
import { describeWith } from '../services/index.js';

const shots = join('test-results', 'viewer');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  id: string;
  impact: string | null;
  nodes: { html: string }[];
}

describeWith('browser', 'the viewer in a browser', (executablePath) => {
  const folder = mkdtempSync(join(tmpdir(), 'keytrail-viewer-'));
  const database = join(folder, 'incident.duckdb');
  let keyId: string;
  let cli: ReturnType<typeof startCli>;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let entry: string;
  let origin: string;
  /** What must never be: an error in the console, a request to elsewhere. */
  let troubles: string[];

  const watch = (watched: Page): void => {
    watched.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        troubles.push(`${message.type()}: ${message.text()}`);
    });
    watched.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
    watched.on('request', (request) => {
      if (new URL(request.url()).origin !== origin) troubles.push(`request to ${request.url()}`);
    });
    watched.on('requestfailed', (request) => {
      const why = request.failure()?.errorText;
      // What a page had begun to load when it was left, and downloads.
      if (why !== 'net::ERR_ABORTED') troubles.push(`failed: ${request.url()} ${why}`);
    });
  };

  /** Keeps a picture, and has axe-core look at the page. */
  const look = async (name: string): Promise<void> => {
    await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
    // Through the debugger, which the page's own policy does not bind.
    await page.evaluate(axe);
    const findings = await page.evaluate(
      'axe.run(document, { iframes: false }).then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.slice(0, 3).map(({ html }) => ({ html: html.slice(0, 200) })) })))',
    );
    const serious = (findings as Finding[]).filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious, `axe-core on ${name}`).toEqual([]);
  };

  const rows = () => page.locator('tbody tr');

  beforeAll(async () => {
    mkdirSync(shots, { recursive: true });
    const { incident } = await generateScenario({ directory: join(folder, 's3'), seed: 7, events: 1500, flows: 500 });
    keyId = incident.keyId;
    const source = await openSource(join(folder, 's3'));
    const store = await openStore(`duckdb:${database}`, 'write');
    await ingest({ source, store, logs: logNames, now: () => new Date(), onProgress: () => undefined });
    await store.close();
    await source.close();
    cli = startCli(['serve', '--store', `duckdb:${database}`]);
    const [printed] = await Promise.race([once(cli.child.stdout!, 'data'), cli.done.then((end) => [end.stderr])]);
    entry = String(printed).trim();
    expect(entry).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    origin = new URL(entry).origin;
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    context = await browser.newContext({ colorScheme: 'light', viewport: { width: 1280, height: 860 } });
    page = await context.newPage();
    watch(page);
    troubles = [];
    await page.goto(entry);
  }, 120_000);

  beforeEach(() => {
    troubles = [];
  });

  afterAll(async () => {
    await browser?.close();
    cli?.child.kill('SIGTERM');
    await cli?.done;
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows the pack by step, without the token in the address', async () => {
    expect(page.url()).toBe(`${origin}/`);
    expect(await page.locator('h2').first().textContent()).toBe('Identify the owner');
    expect(await page.locator('.questions > li').count()).toBeGreaterThan(70);
    await look('start');
    await page.keyboard.press('/');
    await page.keyboard.type('countries exfiltration');
    expect(await page.locator('.questions > li:visible').count()).toBe(0);
    await page.locator('#search').fill('who owns');
    expect(await page.locator('.questions > li:visible a').allTextContents()).toContain('Who owns the key');
    expect(await page.locator('#live').textContent()).toMatch(/^\d+ questions?$/);
    expect(troubles).toEqual([]);
  });

  it('asks a question with its parameters, pages through the answer and orders it', async () => {
    await page.goto(`${origin}/question/key-timeline`);
    await look('form');
    await page.getByLabel('key', { exact: false }).first().fill(keyId);
    await page.getByLabel('and of every credential issued from the key').check();
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.locator('[data-drawn=line] canvas').waitFor();
    expect(await rows().count()).toBe(50);
    await look('answer');
    const first = await rows().first().locator('.time').textContent();
    await page.getByRole('link', { name: 'Next' }).click();
    expect(await rows().first().locator('.time').textContent()).not.toBe(first);
    expect(await page.locator('caption').textContent()).toContain('rows 51 to 100 of');
    await page.getByRole('link', { name: 'event_time' }).click();
    await page.getByRole('link', { name: 'event_time' }).click();
    expect(await page.locator('th[aria-sort=descending]').textContent()).toContain('event_time');
    const times = await rows().locator('.time').allTextContents();
    expect(times).toEqual([...times].sort().reverse());
    expect(times[0]! > first!).toBe(true);
    expect(troubles).toEqual([]);
  });

  it('follows what stands in a cell: a key, then a question about it, then a record', async () => {
    const question = `${origin}/question/key-clients?ask=1&key=${keyId}`;
    await page.goto(question);
    await page.locator('[data-drawn]').waitFor();
    await look('clients');
    await page.locator('tbody a', { hasText: keyId }).first().click();
    await look('pivot');
    expect(await page.locator('.command').textContent()).toContain(`keytrail contain plan ${keyId}`);
    await page.getByRole('link', { name: 'Every call of the key' }).click();
    await page.locator('tbody a[aria-label^=Record]').first().click();
    const record = JSON.parse((await page.locator('pre.record').first().textContent()) ?? '');
    expect(record.userIdentity.accessKeyId).toBe(keyId);
    expect(page.url()).toContain(record.eventID);
    await look('record');
    expect(troubles).toEqual([]);
  });

  it('shows the same to a link that is opened anew, and nothing to a browser without the cookie', async () => {
    const link = `${origin}/question/key-owner?ask=1&key=${keyId}&sort=-events`;
    const opened = await context.newPage();
    watch(opened);
    await opened.goto(link);
    expect(await opened.locator('tbody').textContent()).toContain(keyId);
    await opened.close();
    const stranger = await browser.newContext();
    const shut = await stranger.newPage();
    expect((await shut.goto(link))?.status()).toBe(403);
    expect(await shut.locator('body').textContent()).not.toContain(keyId);
    await stranger.close();
    expect(troubles).toEqual([]);
  });

  it('is dark where the system is, and where the switch says so', async () => {
    const paper = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    await page.goto(`${origin}/question/actions-used?ask=1&key=${keyId}`);
    const light = await paper();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await paper()).not.toBe(light);
    await page.emulateMedia({ colorScheme: 'light' });
    // A click returns before the page that it leads to is there.
    await page.getByRole('link', { name: 'Dark' }).click();
    await page.locator('html[data-theme=dark]').waitFor();
    expect(await paper()).not.toBe(light);
    expect(page.url()).toContain('/question/actions-used?');
    await page.locator('[data-drawn]').waitFor();
    await look('dark');
    await page.goto(`${origin}/`);
    await look('start-dark');
    await page.getByRole('link', { name: 'System' }).click();
    await page.locator('html[data-theme=auto]').waitFor();
    expect(await paper()).toBe(light);
    expect(troubles).toEqual([]);
  });

  it('embeds the report of a key', async () => {
    await page.goto(`${origin}/investigate`);
    await page.getByLabel('id', { exact: false }).first().fill(keyId);
    await page.getByRole('button', { name: 'Investigate' }).click();
    const report = page.frameLocator('iframe.report');
    await report.locator('.verdict').waitFor();
    expect(await report.locator('h1').first().textContent()).toContain(keyId);
    // Its own style is let in.
    expect(await report.locator('.verdict').evaluate((element) => getComputedStyle(element).borderLeftWidth)).toBe(
      '5px',
    );
    await look('investigate');
    await page.goto(`${origin}/coverage`);
    expect(await page.locator('tbody').textContent()).toContain('cloudtrail');
    await look('coverage');
    expect(troubles).toEqual([]);
  });

  it('gives the whole answer as a file', async () => {
    await page.goto(`${origin}/question/key-timeline?ask=1&key=${keyId}`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'CSV', exact: true }).click(),
    ]);
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(download.suggestedFilename()).toBe('key-timeline.csv');
    expect(lines[0]).toMatch(/^event_time,event_id,/);
    const all = Number(
      /of ([\d,]+)/.exec((await page.locator('caption').textContent()) ?? '')?.[1]?.replaceAll(',', ''),
    );
    expect(lines).toHaveLength(all + 1);
    expect(troubles).toEqual([]);
  });

  it('fits a narrow screen', async () => {
    await page.setViewportSize({ width: 390, height: 780 });
    await page.goto(`${origin}/question/key-clients?ask=1&key=${keyId}`);
    await page.locator('[data-drawn]').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await look('narrow');
    await page.setViewportSize({ width: 1280, height: 860 });
    expect(troubles).toEqual([]);
  });
});
