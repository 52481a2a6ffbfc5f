/** Draws docs/images/report.webp, the first screen of the demo's report, in Chromium (KEYTRAIL_CHROMIUM names another). */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { buildIfStale } from './fresh.mjs';

const root = resolve(import.meta.dirname, '..');
const browsers = [
  process.env.KEYTRAIL_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const executablePath = browsers.find((path) => path && existsSync(path));
if (!executablePath) {
  console.error('No Chromium was found: install it, or name its program in KEYTRAIL_CHROMIUM.');
  process.exit(1);
}

buildIfStale();
const folder = mkdtempSync(join(tmpdir(), 'keytrail-picture-'));
try {
  const demo = [join(root, 'dist', 'cli', 'main.js'), 'demo', '--quiet'];
  const { status, stderr } = spawnSync(process.execPath, demo, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the demo failed: ${stderr}`);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const page = await browser.newPage({ viewport: { width: 1200, height: 860 }, colorScheme: 'light' });
  await page.goto(pathToFileURL(join(folder, 'demo', 'report.html')).href);
  const png = (await page.screenshot()).toString('base64');
  // The report's own page may load nothing: another one makes a WebP of the picture, half as large.
  const canvas = await browser.newPage();
  const webp = await canvas.evaluate(async (data) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const drawn = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    drawn.getContext('2d').drawImage(image, 0, 0);
    return drawn.toDataURL('image/webp', 0.85).split(',')[1];
  }, png);
  await browser.close();
  mkdirSync(join(root, 'docs', 'images'), { recursive: true });
  writeFileSync(join(root, 'docs', 'images', 'report.webp'), Buffer.from(webp, 'base64'));
  console.log('wrote docs/images/report.webp');
} finally {
  rmSync(folder, { recursive: true });
}
