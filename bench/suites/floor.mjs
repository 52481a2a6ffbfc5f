import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keytrail, runScript } from '../children.mjs';
import { startSlowStore } from '../slow-store.mjs';

const titles = { cloudtrail: 'CloudTrail', vpcflow: 'flow rows' };

/** What an ingest spends on an event beside what plain code in one thread would: into a store that takes anything. */
export async function floor({ data, rounds }) {
  const scratch = await mkdtemp(join(tmpdir(), 'keytrail-bench-floor-'));
  const rows = [];
  for (const log of ['cloudtrail', 'vpcflow']) {
    const input = await data(log);
    const list = join(scratch, 'list');
    await writeFile(list, input.paths.join('\n'));
    const [own, plain] = [[], []];
    for (let round = 0; round < rounds; round++) {
      const reference = await runScript('floor.mjs', [log, list]);
      if (JSON.parse(reference.output).records !== input.records) throw new Error('the floor lost records');
      plain.push((reference.cpu / input.records) * 1e6);
      const store = await startSlowStore({ answerMs: 0 });
      const done = await keytrail(['ingest', input.directory, '--log', log, '--store', `opensearch:${store.url}`]);
      const arrived = store.written();
      await store.stop();
      if (arrived < input.records) throw new Error(`${arrived} of ${input.records} records arrived`);
      own.push((done.cpu / input.records) * 1e6);
    }
    const against = { name: 'gunzip, parse, map, stringify', values: plain };
    rows.push({ measure: `CPU of an ingest, ${titles[log]}`, unit: 'µs/event', values: own, against, target: '≤ 0.4' });
  }
  await rm(scratch, { recursive: true });
  return rows;
}
