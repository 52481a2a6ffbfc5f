import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { packagePath } from '../model/paths.js';
import type { Reply } from './reply.js';
import { icon, style } from './style.js';

const script = 'text/javascript; charset=utf-8';
const fromPackage = (name: string): string => createRequire(import.meta.url).resolve(name);

interface Asset {
  type: string;
  read(): string | Promise<Buffer>;
}

const ownScript = (name: string): Asset => ({
  type: script,
  read: () => readFile(packagePath(`dist/viewer/page/${name}.js`)),
});

/** Everything that pages load, by name: what is not named here is not there, whatever a path looks like. */
const assets: Readonly<Record<string, Asset>> = {
  'style.css': { type: 'text/css; charset=utf-8', read: () => style },
  'icon.svg': { type: 'image/svg+xml', read: () => icon },
  'page.js': ownScript('page'),
  'chart.js': ownScript('chart'),
  'options.js': ownScript('options'),
  'dashboard.js': ownScript('dashboard'),
  'echarts.js': { type: script, read: () => readFile(fromPackage('echarts/dist/echarts.esm.min')) },
};

/**
 * Null where there is none of that name. A browser may keep these files, which are the same for everybody, and asks
 * each time whether they still are: over a tunnel the chart library takes a second.
 */
export async function assetReply(name: string, known: string | undefined): Promise<Reply | null> {
  const asset = Object.hasOwn(assets, name) ? assets[name] : undefined;
  if (!asset) return null;
  const body = await asset.read();
  const tag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  const headers = { 'Cache-Control': 'private, no-cache', ETag: tag };
  if (known === tag) return { status: 304, type: asset.type, body: '', headers };
  return { status: 200, type: asset.type, body, headers };
}
