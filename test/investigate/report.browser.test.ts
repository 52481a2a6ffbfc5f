import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { investigate } from '../../src/investigate/investigate.js';
import type { Investigation } from '../../src/investigate/investigation.js';
import { reportHtml } from '../../src/investigate/report-html.js';
import { allTime } from '../../src/model/question.js';
import { openStore } from '../../src/stores/open.js';
import { ingestAll } from '../queries/cases.js';
import { describeWith } from '../services/index.js';
import { leakedKey } from './calls.js';
import { everyAnswer } from './every-answer.js';
import { structure, unseenKey, withEveryText } from './fixture.js';
import { hostileTexts } from './hostile.js';
import { incidentIn } from './traced.js';

const shots = join('test-results', 'screens', 'report');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** The smallest screen on which the first look must suffice. */
const screen = { width: 1280, height: 800 };

interface Finding {
  id: string;
  impact: string | null;
  nodes: { html: string }[];
}

/** Of these the drawings and the moments are made. */
const whole: ReadonlySet<string> = new Set(['key-buckets', 'actions-used']);

/** With few rows of each other question: the same fields, and a browser has less to draw. */
const shortened = (investigation: Investigation): Investigation => ({
  ...investigation,
  answers: investigation.answers.map((each) =>
    whole.has(each.question.id) ? each : { ...each, answer: { ...each.answer, rows: each.answer.rows.slice(0, 12) } },
  ),
});

describeWith('browser', 'the report in a browser', (executablePath) => {
  const folder = mkdtempSync(join(tmpdir(), 'keytrail-report-'));
  let browser: Browser;
  let incidentKey: string;
  const pages: Record<string, string> = {};

  const investigated = async (store: string, keyId: string): Promise<string> => {
    const engine = await openStore(`duckdb:${store}`, 'read');
    try {
      const scope = { ...allTime, accounts: [], regions: [] };
      return reportHtml(
        await investigate({ engine, keyId, scope, now: new Date('2026-03-05T12:00:00Z'), version: '0' }),
      );
    } finally {
      await engine.close();
    }
  };

  beforeAll(async () => {
    mkdirSync(shots, { recursive: true });
    const [full, empty] = [join(folder, 'full.duckdb'), join(folder, 'empty.duckdb')];
    const { directory, incident } = await incidentIn(folder);
    incidentKey = incident.keyId;
    for (const file of [full, empty]) {
      const store = await openStore(`duckdb:${file}`, 'write');
      await store.prepare();
      if (file === full) await ingestAll(directory, store);
      await store.close();
    }
    pages.incident = await investigated(full, incidentKey);
    pages['empty-store'] = await investigated(empty, incidentKey);
    pages['every-answer'] = reportHtml(shortened(everyAnswer()));
    pages.unseen = reportHtml(unseenKey());
    const hostile = hostileTexts.join(' ');
    pages.hostile = reportHtml(withEveryText(shortened(everyAnswer()), (own) => `${own} ${hostile}`, structure));
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a report as a file, and tells what must never be: an error, a request. */
  async function open(
    name: string,
    colorScheme: 'light' | 'dark',
    size = screen,
  ): Promise<{ page: Page; troubles: string[] }> {
    const file = join(folder, `${name}.html`);
    writeFileSync(file, pages[name]!);
    const address = pathToFileURL(file).href;
    const context = await browser.newContext({ colorScheme, viewport: size });
    const page = await context.newPage();
    const troubles: string[] = [];
    page.on('console', (message) => troubles.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => {
      troubles.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (request.url() !== address) troubles.push(`request to ${request.url()}`);
    });
    await page.goto(address);
    return { page, troubles };
  }

  it.each<[string, 'light' | 'dark']>([
    ['incident', 'light'],
    ['every-answer', 'light'],
    ['every-answer', 'dark'],
    ['empty-store', 'dark'],
    ['unseen', 'light'],
    ['hostile', 'light'],
  ])(
    '%s in %s: no error, no request, nothing serious for axe-core, each link has its target',
    async (name, scheme) => {
      const { page, troubles } = await open(name, scheme);
      await page.screenshot({ path: join(shots, `${name}-${scheme}.png`), fullPage: name !== 'hostile' });
      expect(
        await page.evaluate(
          `[...document.querySelectorAll('a')].map((a) => a.getAttribute('href')).filter((href) => !href.startsWith('#') || !document.getElementById(href.slice(1)))`,
        ),
      ).toEqual([]);
      // Nothing but tables and drawings, which scroll by themselves, is wider than the page.
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(screen.width);
      expect(troubles).toEqual([]);
      // Through the debugger, which the page's own policy does not bind.
      await page.evaluate(axe);
      const findings = await page.evaluate(
        'axe.run(document).then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.slice(0, 3).map(({ html }) => ({ html: html.slice(0, 200) })) })))',
      );
      const serious = (findings as Finding[]).filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(serious).toEqual([]);
      await page.context().close();
    },
    60_000,
  );

  it.each([
    ['incident', ['.owner', '.level', '.intruder', '#clients', '#damage', '.next li:first-child .command']],
    ['every-answer', ['.owner', '.level', '.intruder', '#damage', '.next li:first-child .command']],
    ['unseen', ['.owner', '.level', '#damage', '.next li:first-child .command']],
  ])('%s: key, intruder, damage and the next step are seen without scrolling', async (name, parts) => {
    const { page } = await open(name, 'light');
    for (const part of parts) {
      const box = await page.locator(part).first().boundingBox();
      expect(box, part).not.toBeNull();
      expect(box!.y + box!.height, part).toBeLessThanOrEqual(screen.height);
    }
    await page.screenshot({ path: join(shots, `${name}-first-screen.png`) });
    await page.context().close();
  });

  it('leads from a number to the rows that it was counted from, by keyboard, too', async () => {
    const { page } = await open('every-answer', 'light');
    await page.locator('.damage a', { hasText: 'credentials issued' }).focus();
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toBe('#q-sts-children');
    const section = page.locator('#q-sts-children');
    expect((await section.boundingBox())!.y).toBeLessThan(screen.height);
    await section.locator('summary', { hasText: 'How this was asked' }).click();
    expect(await section.locator('dd').first().isVisible()).toBe(true);
    await page.context().close();
  });

  it('has the chain, the services and the countries as drawings, and as words and tables beside them', async () => {
    const { page } = await open('every-answer', 'light');
    const labels = await page
      .locator('svg[role=img]')
      .evaluateAll((all) => all.map((svg) => svg.getAttribute('aria-label')));
    expect(labels).toEqual([
      expect.stringMatching(/^4 credentials issued from the key, 1 of them alive/),
      expect.stringMatching(/^2,043 calls from /),
      'Calls came from 2 countries: NL 92 (named by the verdict), DE 1,200.',
    ]);
    expect(await page.locator('.graph .node.root .id').textContent()).toBe(leakedKey);
    expect(await page.locator('.graph .node.made .when').textContent()).toMatch(/does not expire$/);
    expect(await page.locator('.chart text.flag').allTextContents()).toContain('1');
    const moments = await page.locator('.moment b').allTextContents();
    for (const name of [
      'First abuse',
      'Persistence',
      'More rights',
      'Evasion',
      'Secrets read',
      'Quarantine',
      'Deactivation',
    ])
      expect(moments.join(' ')).toContain(name);
    expect(await page.locator('.map circle.calls.marked').count()).toBe(1);
    await page.context().close();
  });

  it('can be used on a narrow screen', async () => {
    const { page, troubles } = await open('every-answer', 'light', { width: 390, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(troubles).toEqual([]);
    await page.screenshot({ path: join(shots, 'every-answer-narrow.png') });
    await page.context().close();
  });

  it('prints without cutting a drawing off', async () => {
    const { page } = await open('every-answer', 'dark');
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 700, height: 1000 });
    const widths = await page.locator('svg').evaluateAll((all) => all.map((svg) => svg.getBoundingClientRect().width));
    for (const width of widths) expect(width).toBeLessThanOrEqual(700);
    expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(29, 28, 26)');
    await page.pdf({ path: join(shots, 'every-answer.pdf'), format: 'A4' });
    await page.context().close();
  });
});
