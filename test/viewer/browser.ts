import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { generateScenario } from '../../src/scenario/index.js';
import { openStore } from '../../src/stores/open.js';
import type { Store } from '../../src/stores/store.js';
import { startCli } from '../cli/run-cli.js';
import { ingestAll } from '../queries/cases.js';

/** Pictures of pages, to be looked at. */
const shots = join('test-results', 'screens', 'viewer');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  id: string;
  impact: string | null;
  nodes: { html: string }[];
}

/** A viewer as `keytrail serve` starts it, with a browser that has its token. */
export interface Driven {
  /** Of the viewer, without a path. */
  origin: string;
  /** What was printed, with the token. */
  entry: string;
  context: BrowserContext;
  page: Page;
  /** What must never be: an error in the console, a request to elsewhere. */
  troubles: string[];
  /** Another window whose troubles count, too. */
  open(): Promise<Page>;
  /** Keeps a picture, and has axe-core look at the page. */
  look(name: string): Promise<void>;
  close(): Promise<void>;
}

/** What of the console and of requests must not be. */
function watch(page: Page, origin: string, troubles: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      troubles.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) troubles.push(`request to ${request.url()}`);
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    // What a page had begun to load when it was left, and downloads.
    if (why !== 'net::ERR_ABORTED') troubles.push(`failed: ${request.url()} ${why}`);
  });
}

async function look(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  // Through the debugger, which the page's own policy does not bind.
  await page.evaluate(axe);
  const findings = await page.evaluate(
    'axe.run(document, { iframes: false }).then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.slice(0, 3).map(({ html }) => ({ html: html.slice(0, 200) })) })))',
  );
  const serious = (findings as Finding[]).filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(serious, `axe-core on ${name}`).toEqual([]);
}

/** Serves a store that `fill` fills, and opens it. */
export async function drive(
  executablePath: string,
  fill: (store: Store, folder: string) => Promise<void>,
): Promise<Driven> {
  mkdirSync(shots, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'keytrail-viewer-'));
  const location = `duckdb:${join(folder, 'incident.duckdb')}`;
  const store = await openStore(location, 'write');
  await store.prepare();
  await fill(store, folder);
  await store.close();
  const cli = startCli(['serve', '--store', location]);
  const [printed] = await Promise.race([once(cli.child.stdout!, 'data'), cli.done.then((end) => [end.stderr])]);
  const entry = String(printed).trim();
  expect(entry).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
  const { origin } = new URL(entry);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const context = await browser.newContext({ colorScheme: 'light', viewport: { width: 1440, height: 900 } });
  const troubles: string[] = [];
  const open = async (): Promise<Page> => {
    const page = await context.newPage();
    watch(page, origin, troubles);
    return page;
  };
  const page = await open();
  await page.goto(entry);
  return {
    origin,
    entry,
    context,
    page,
    troubles,
    open,
    look: (name) => look(page, name),
    close: async () => {
      await browser.close();
      cli.child.kill('SIGTERM');
      await cli.done;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What databases say of the incident's addresses, so that there is a map to draw. */
const networks = {
  '198.51.100.23': { country: 'DE', number: 64496, name: 'Office' },
  '198.51.100.201': { country: 'US', number: 64497, name: 'Another office' },
  '203.0.113.66': { country: 'BR', number: 9009, name: 'M247' },
};

/** Fills a store with a generated incident; its leaked key. */
export async function incident(store: Store, folder: string): Promise<string> {
  const directory = join(folder, 's3');
  const { incident } = await generateScenario({ directory, seed: 7, events: 1500, flows: 500 });
  await ingestAll(directory, store, networks);
  return incident.keyId;
}
