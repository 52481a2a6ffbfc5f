/** The engines that the tests start, for measurements: a node and an S3 server of their own, with nothing else in them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// They are TypeScript: vitest's own vite reads it.
const require = createRequire(createRequire(import.meta.url).resolve('vitest/node'));
const { createServer } = await import(pathToFileURL(require.resolve('vite')).href);

const services = join(import.meta.dirname, '..', 'test', 'services');
/** What small nodes have; the rest of the machine's memory caches files. */
const heap = '2g';

let server;
async function load(name) {
  const settings = { middlewareMode: true, ws: false, hmr: false, watch: null };
  server ??= await createServer({ configFile: false, appType: 'custom', logLevel: 'error', server: settings });
  return server.ssrLoadModule(join(services, name));
}

const scratch = (name) => mkdtempSync(join(tmpdir(), `keytrail-bench-${name}-`));

/** An OpenSearch node from Maven's jars, as the tests have it. */
export async function startOpenSearch() {
  const { findJars, startNode } = await load('opensearch.ts');
  const base = scratch('node');
  const settings = { 'http.port': 0, 'transport.port': 0, 'discovery.type': 'single-node' };
  const node = await startNode({ ...(await findJars()), base, settings, heap, log: `${base}.log` });
  return {
    url: `http://127.0.0.1:${node.port}`,
    pid: node.pid,
    stop: async () => {
      await node.stop();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

/** moto, whose S3 is quick enough to be no bottleneck. */
export async function startS3() {
  const { startPrivateAws } = await load('aws.ts');
  const { url, stop } = await startPrivateAws(scratch('s3'), 's3');
  return { url, stop };
}
