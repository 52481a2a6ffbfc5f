import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWith } from '../services/index.js';
import { type Driven, drive, incident } from './browser.js';

describeWith('browser', 'the viewer in a browser', (executablePath) => {
  let driven: Driven;
  let page: Page;
  let keyId: string;
  let origin: string;
  let troubles: string[];
  const look = (name: string): Promise<void> => driven.look(name);
  const rows = () => page.locator('section > .scroll tbody tr');

  beforeAll(async () => {
    driven = await drive(executablePath, async (store, folder) => {
      keyId = await incident(store, folder);
    });
    ({ page, origin, troubles } = driven);
  }, 120_000);

  beforeEach(() => {
    troubles.length = 0;
  });

  afterAll(() => driven?.close());

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
    await page.locator('section > .scroll tbody a', { hasText: keyId }).first().click();
    await look('pivot');
    expect(await page.locator('.command').textContent()).toContain(`keytrail contain plan ${keyId}`);
    await page.getByRole('link', { name: 'Every call of the key' }).click();
    await page.locator('tbody a[aria-label*=": record "]').first().click();
    const record = JSON.parse((await page.locator('pre.record').first().textContent()) ?? '');
    expect(record.userIdentity.accessKeyId).toBe(keyId);
    expect(page.url()).toContain(record.eventID);
    await look('record');
    expect(troubles).toEqual([]);
  });

  it('shows the same to a link that is opened anew, and nothing to a browser without the cookie', async () => {
    const link = `${origin}/question/key-owner?ask=1&key=${keyId}&sort=-events`;
    const opened = await driven.open();
    await opened.goto(link);
    expect(await opened.locator('section > .scroll tbody').textContent()).toContain(keyId);
    await opened.close();
    const stranger = await driven.context.browser()!.newContext();
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
    await page.setViewportSize({ width: 1440, height: 900 });
    expect(troubles).toEqual([]);
  });
});
