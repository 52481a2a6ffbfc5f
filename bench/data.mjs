/** The logs that are measured: made once a size by src/scenario, kept below `.cache/bench`. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { generateScenario } from '../dist/scenario/index.js';

const cache = join(import.meta.dirname, '..', '.cache', 'bench');

/** Flow logs of its own: an incident's share of CloudTrail events would be too small beside so many rows. */
const shapes = {
  cloudtrail: (records) => ({ seed: 7, events: records, flows: 2000 }),
  vpcflow: (records) => ({ seed: 7, events: 2000, flows: records }),
};

/** Files of one log, by key; `bytes` are compressed. */
export async function dataOf(log, records, tell) {
  const directory = join(cache, `${log}-${records}`);
  if (!existsSync(directory)) {
    tell(`making ${records} records of ${log} in ${directory} …`);
    const made = `${directory}.${process.pid}`;
    await mkdir(cache, { recursive: true });
    await generateScenario({ directory: made, ...shapes[log](records) });
    await rename(made, directory).catch(() => rm(made, { recursive: true }));
  }
  const { events, flows } = JSON.parse(await readFile(join(directory, 'answers.json'), 'utf8'));
  const folder = log === 'cloudtrail' ? '/CloudTrail/' : '/vpcflowlogs/';
  const found = await readdir(join(directory, 'AWSLogs'), { recursive: true, withFileTypes: true });
  const paths = found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path.includes(folder))
    .sort();
  let bytes = 0;
  for (const path of paths) bytes += (await stat(path)).size;
  const keys = paths.map((path) => relative(directory, path));
  return { log, directory, paths, keys, bytes, records: log === 'cloudtrail' ? events : flows };
}
