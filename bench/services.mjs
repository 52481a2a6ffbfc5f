/** The engines that the tests start, for measurements: a node and an S3 server of their own, with nothing else in them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

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

/** What S3's clients are given. */
export const aws = { AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench', AWS_REGION: 'eu-west-1' };

/** Puts the files of a log into a bucket of its own; where that is. */
export async function upload(s3, data) {
  const client = new S3Client({
    endpoint: s3.url,
    forcePathStyle: true,
    region: aws.AWS_REGION,
    credentials: { accessKeyId: aws.AWS_ACCESS_KEY_ID, secretAccessKey: aws.AWS_SECRET_ACCESS_KEY },
  });
  const bucket = `bench-${data.log}`;
  await client.send(
    new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: aws.AWS_REGION } }),
  );
  for (const key of data.keys)
    await client.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: await readFile(join(data.directory, key)) }),
    );
  client.destroy();
  return `s3://${bucket}/`;
}
