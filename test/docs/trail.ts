import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { generateScenario, type Incident } from '../../src/scenario/index.js';

const hourMs = 3_600_000;

/**
 * Logs of a generated incident of the last two days, in which some ids are others: those of accounts and of a key
 * that there are. Gives the incident with the ids of the logs.
 */
export async function writeTrail(folder: string, others: (incident: Incident) => Record<string, string>) {
  const start = new Date((Math.floor(Date.now() / hourMs) - 48) * hourMs).toISOString().replace('.000Z', 'Z');
  const made = join(folder, '..', 'generated');
  const { incident } = await generateScenario({ directory: made, seed: 7, events: 2000, flows: 1000, start });
  const names = Object.entries(others(incident));
  const changed = (text: string): string => names.reduce((out, [from, to]) => out.replaceAll(from, to), text);
  for (const entry of await readdir(join(made, 'AWSLogs'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const to = join(folder, changed(relative(made, file)));
    await mkdir(dirname(to), { recursive: true });
    await writeFile(to, gzipSync(changed(gunzipSync(await readFile(file)).toString()), { level: 1 }));
  }
  await rename(join(made, 'answers.json'), join(folder, '..', 'answers.json'));
  await rm(made, { recursive: true });
  return JSON.parse(changed(JSON.stringify(incident))) as Incident;
}
