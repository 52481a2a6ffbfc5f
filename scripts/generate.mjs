// Writes what src/generate.ts makes of the contracts and the questions. `--check` writes nothing and fails when a file is stale.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { buildIfStale } from './fresh.mjs';

// What is generated is made by the build.
buildIfStale();
const { generatedFiles } = await import('../dist/generate.js');

const check = process.argv.includes('--check');
let stale = 0;
for (const { path, text } of await generatedFiles()) {
  const before = await readFile(path, 'utf8').catch(() => null);
  if (before === text) continue;
  if (check) {
    console.error(`${path} is stale: run npm run generate`);
    stale++;
    continue;
  }
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  console.log(`wrote ${path}`);
}
if (stale > 0) process.exitCode = 1;
