import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { allDashboards } from '../../src/dashboards/load.js';
import { hostileTexts, megabyte } from '../investigate/hostile.js';
import { ingestAll, writeCase } from '../queries/cases.js';
import { describeWith } from '../services/index.js';
import { type Driven, drive, incident } from './browser.js';

const dashboards = allDashboards();

/** Opens a dashboard and waits until each of its panels has come. */
async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.locator('html[data-loaded]').waitFor();
}

const panel = (page: Page, id: string) => page.locator(`#panel-${id}`);

describeWith('browser', 'dashboards of an incident', (executablePath) => {
  let driven: Driven;
  let page: Page;
  let keyId: string;
  let origin: string;

  beforeAll(async () => {
    driven = await drive(executablePath, async (store, folder) => {
      keyId = await incident(store, folder);
    });
    ({ page, origin } = driven);
  }, 120_000);
  beforeEach(() => {
    driven.troubles.length = 0;
  });
  afterAll(() => driven?.close());

  it('are listed, each with what it answers', async () => {
    await page.getByRole('link', { name: 'Dashboards' }).click();
    await page.locator('h1', { hasText: 'Dashboards' }).waitFor();
    expect(await page.locator('.questions a').allTextContents()).toEqual(dashboards.map(({ title }) => title));
    await driven.look('dashboards');
    expect(driven.troubles).toEqual([]);
  });

  for (const { id, title, panels, filters } of dashboards)
    it(`shows every panel in light and dark: ${id}`, async () => {
      const key = filters.includes('key') ? `?key=${keyId}&closure=1` : '';
      await open(page, `${origin}/dashboard/${id}${key}`);
      expect(await page.locator('h1').textContent()).toContain(title);
      expect(await page.locator('.panel h2').allTextContents()).toEqual(panels.map((one) => one.title));
      // Nothing is left that waits, failed or was not drawn.
      expect(await page.locator('.panel[aria-busy], .panel div.trouble, .panel a.load').count()).toBe(0);
      expect(await page.locator('[data-drawing]:not([data-drawn])').count()).toBe(0);
      expect(await page.locator('.panel .amount, .panel table, .panel canvas').count()).toBeGreaterThan(3);
      for (const one of panels) {
        const found = panel(page, one.id);
        const empty = (await found.locator('.empty').count()) > 0;
        const drawn =
          { table: '.scroll > table', number: '.amount' }[one.draw as 'table'] ?? `[data-drawn=${one.draw}] canvas`;
        expect(await found.locator(empty ? '.empty' : drawn).count(), one.id).toBe(1);
      }
      await driven.look(`dashboard-${id}`);
      await page.emulateMedia({ colorScheme: 'dark' });
      await driven.look(`dashboard-${id}-dark`);
      await page.emulateMedia({ colorScheme: 'light' });
      expect(driven.troubles).toEqual([]);
    });

  it('narrows every panel by what is filled in, in an address that shows the same again', async () => {
    const calls = async (where: Page): Promise<number> =>
      Number((await panel(where, 'calls').locator('.amount').textContent())?.replaceAll(',', ''));
    await open(page, `${origin}/dashboard/credential-overview`);
    const all = await calls(page);
    await page.getByLabel('Access keys', { exact: true }).fill(keyId);
    await page.getByLabel('From, UTC').fill('2026-03-02T20:00:00Z');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.waitForURL(/from=2026-03-02T20/);
    await page.locator('html[data-loaded]').waitFor();
    const narrowed = await calls(page);
    expect(narrowed).toBeGreaterThan(0);
    expect(narrowed).toBeLessThan(all);
    expect(await panel(page, 'owners').locator('tbody tr').count()).toBe(1);
    expect(page.url()).toBe(`${origin}/dashboard/credential-overview?key=${keyId}&from=2026-03-02T20%3A00%3A00Z`);
    const other = await driven.open();
    await open(other, page.url());
    expect(await calls(other)).toBe(narrowed);
    await other.close();
    // The time is lifted, the key stays.
    await page.getByRole('link', { name: 'Without from 2026-03-02T20:00:00Z' }).click();
    await page.waitForURL(`${origin}/dashboard/credential-overview?key=${keyId}`);
    await page.locator('html[data-loaded]').waitFor();
    expect(await calls(page)).toBeGreaterThan(narrowed);
    expect(driven.troubles).toEqual([]);
  });

  it('leads from a key to its dashboard, from an address to who else was there, from an account to itself', async () => {
    await open(page, `${origin}/dashboard/credential-overview?from=2026-03-01`);
    await panel(page, 'owners').getByRole('link', { name: keyId }).click();
    await page.waitForURL(`${origin}/dashboard/key-investigation?from=2026-03-01&key=${keyId}`);
    await page.locator('html[data-loaded]').waitFor();
    await panel(page, 'clients').getByRole('link', { name: '203.0.113.66' }).click();
    await page.waitForURL(/\/question\/ip-pivot\?.*ip=203\.0\.113\.66/);
    expect(await page.locator('section > .scroll tbody').textContent()).toContain(keyId);
    await open(page, `${origin}/dashboard/credential-overview`);
    await panel(page, 'owners').getByRole('link', { name: '444455556666', exact: true }).first().click();
    await page.waitForURL(`${origin}/dashboard/credential-overview?accounts=444455556666`);
    await page.locator('html[data-loaded]').waitFor();
    expect(new Set(await panel(page, 'owners').locator('td:nth-child(4)').allTextContents())).toEqual(
      new Set(['444455556666']),
    );
    expect(driven.troubles).toEqual([]);
  });

  it('leads from a bar to what it stands for', async () => {
    await open(page, `${origin}/dashboard/credential-overview`);
    const drawing = panel(page, 'refusals').locator('.drawing');
    await drawing.scrollIntoViewIfNeeded();
    const { width, height } = (await drawing.boundingBox())!;
    const places = JSON.parse((await drawing.getAttribute('data-drawing'))!) as { labels: string[]; links: string[] };
    // The first of the bars, near its beginning.
    await drawing.click({ position: { x: width * 0.5, y: (height - 25) / places.labels.length / 2 } });
    await page.waitForURL(`${origin}${places.links[0]}`);
    expect(places.links[0]).toBe(`/dashboard/key-investigation?key=${places.labels[0]}`);
    expect(driven.troubles).toEqual([]);
  });

  it('narrows the time by a drag over a chart, and by its links with the keyboard alone', async () => {
    const start = `${origin}/dashboard/key-investigation?key=${keyId}`;
    await open(page, start);
    const drawing = panel(page, 'timeline').locator('.drawing');
    const { x, y, width, height } = (await drawing.boundingBox())!;
    await page.mouse.move(x + width * 0.4, y + height * 0.5);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.5, y + height * 0.5, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(/[?&]from=2026-03-02T\d\d%3A00%3A00Z&to=2026-03-0\d/);
    await page.locator('html[data-loaded]').waitFor();
    await driven.look('zoomed');
    const dragged = new URL(page.url()).searchParams;
    const hours = (Date.parse(dragged.get('to')!) - Date.parse(dragged.get('from')!)) / 3_600_000;
    expect(hours).toBeGreaterThan(2);
    expect(hours).toBeLessThan(10);
    // The same by keys.
    await open(page, start);
    await panel(page, 'timeline').getByRole('link', { name: 'Zoom in' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/from=/);
    await page.locator('html[data-loaded]').waitFor();
    const zoomed = page.url();
    expect(await panel(page, 'timeline').locator('[data-drawn=line]').count()).toBe(1);
    await panel(page, 'timeline').getByRole('link', { name: 'All times' }).click();
    await page.waitForURL(start);
    await page.goBack();
    expect(page.url()).toBe(zoomed);
    expect(driven.troubles).toEqual([]);
  });

  it('leads from a panel to its question, whose rows are those of the panel', async () => {
    await open(page, `${origin}/dashboard/data-exposure?key=${keyId}&closure=1`);
    const count = (await panel(page, 'secrets').locator('footer span').textContent())?.replace(/\D/g, '');
    await panel(page, 'secrets').locator('footer a').click();
    await page.waitForURL(/\/question\/secrets-read\?/);
    expect(await page.locator('caption').textContent()).toContain(`of ${count}`);
    expect(driven.troubles).toEqual([]);
  });

  it('says what it lacks: a key, and a right filter', async () => {
    await open(page, `${origin}/dashboard/key-investigation`);
    expect(await panel(page, 'calls-in-order').textContent()).toContain('Choose a key');
    expect(await panel(page, 'map').locator('canvas').count()).toBe(1);
    await driven.look('dashboard-without-key');
    expect(driven.troubles).toEqual([]);
    // The status of a page that is refused is an error to a console.
    const refused = await page.goto(`${origin}/dashboard/key-investigation?from=yesterday`);
    expect(refused?.status()).toBe(400);
    expect(await page.locator('.trouble').textContent()).toContain('which is no time');
    expect(await page.locator('.panel').count()).toBe(0);
  });

  it('is whole without a script: every panel as a table', async () => {
    const context = await driven.context.browser()!.newContext({ javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(driven.entry);
    await plain.goto(`${origin}/dashboard/credential-overview?key=${keyId}`);
    await plain.getByRole('link', { name: 'Show all panels' }).click();
    await plain.locator('#panel-owners table').waitFor();
    expect(await plain.locator('#panel-owners table').textContent()).toContain(keyId);
    expect(await plain.locator('#panel-kinds details table').textContent()).toContain('IAMUser');
    expect(await plain.locator('#panel-kinds details').getAttribute('open')).toBe('');
    expect(await plain.locator('#panel-map details table').textContent()).toContain('Brazil (BR)');
    expect(await plain.locator('.panel a.load').count()).toBe(0);
    await context.close();
  });

  it('fits a narrow screen and fills a wide one', async () => {
    await page.setViewportSize({ width: 390, height: 780 });
    await open(page, `${origin}/dashboard/key-investigation?key=${keyId}`);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await driven.look('dashboard-narrow');
    await page.setViewportSize({ width: 2200, height: 1200 });
    await open(page, `${origin}/dashboard/key-investigation?key=${keyId}`);
    expect(await page.evaluate("document.querySelector('.panels').clientWidth > 2000")).toBe(true);
    await driven.look('dashboard-wide');
    await page.setViewportSize({ width: 1440, height: 900 });
    expect(driven.troubles).toEqual([]);
  });
});

describeWith('browser', 'dashboards of an empty store', (executablePath) => {
  let driven: Driven;
  beforeAll(async () => {
    driven = await drive(executablePath, async () => undefined);
  }, 60_000);
  afterAll(() => driven?.close());

  for (const { id, panels, filters } of dashboards)
    it(`says of every panel that there are no rows, and why: ${id}`, async () => {
      const { page, origin, troubles } = driven;
      await open(page, `${origin}/dashboard/${id}${filters.includes('key') ? '?key=AKIAIOSFODNN7EXAMPLE' : ''}`);
      for (const { id, draw } of panels) {
        const text = (await panel(page, id).textContent()) ?? '';
        expect(text, id).toContain(draw === 'number' ? '0' : 'No rows.');
        expect(text, id).toMatch(/were ingested/);
      }
      expect(await page.locator('canvas').count()).toBe(0);
      await driven.look(`empty-${id}`);
      expect(troubles).toEqual([]);
    });
});

describeWith('browser', 'dashboards of hostile logs', (executablePath) => {
  let driven: Driven;
  const key = 'AKIAIOSFODNN7EXAMPLE';
  const texts = [...hostileTexts, megabyte, '{a|styled}', 'bar}'];
  beforeAll(async () => {
    driven = await drive(executablePath, async (store, folder) => {
      const cloudtrail = texts.map((text) => ({
        eventName: text,
        eventSource: text,
        sourceIPAddress: text,
        userAgent: text,
        errorCode: text,
        requestParameters: { bucketName: text },
        userIdentity: { type: text, accessKeyId: key, arn: `arn:aws:iam::111122223333:user/${text}`, userName: text },
      }));
      await writeCase(join(folder, 'logs'), { cloudtrail, asks: [] });
      await ingestAll(join(folder, 'logs'), store);
    });
  }, 60_000);
  afterAll(() => driven?.close());

  it('draw them as text, also where the mouse points', async () => {
    const { page, origin, troubles } = driven;
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await open(page, `${origin}/dashboard/key-investigation?key=${key}`);
    const bars = panel(page, 'actions').locator('.drawing');
    await bars.scrollIntoViewIfNeeded();
    const { width, height } = (await bars.boundingBox())!;
    for (let step = 1; step < 20; step++) await bars.hover({ position: { x: width / 2, y: (height * step) / 20 } });
    await driven.look('hostile');
    // No text became an element, in the page or in what follows the mouse.
    expect(await page.locator('main :is(img, b, svg, style, script, iframe)').count()).toBe(0);
    expect(await page.locator('.drawing :not(div, canvas)').count()).toBe(0);
    expect(await page.locator('a:not([href^="/"]):not([href^="#"])').count()).toBe(0);
    expect(dialogs).toEqual([]);
    expect(troubles).toEqual([]);
  });
});
