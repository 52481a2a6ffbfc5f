import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { startSlowStore } from '../slow-store.mjs';
import { limitOf, measured } from './measured.mjs';
import { trailOf } from './reissue.mjs';

/** Far behind the copies that any trail begins with. */
const others = 9000;
const name = (count) => count.toLocaleString('en-US');
const perEvent = ({ cpu }, records) => (cpu / records) * 1e6;

/** Into a store that takes anything: what the ingester itself spends. */
async function intoNothing({ directory, records }, scratch) {
  const store = await startSlowStore({ answerMs: 0 });
  const done = await measured(['ingest', directory, '--store', `opensearch:${store.url}`], scratch);
  const arrived = store.written();
  await store.stop();
  if (arrived < records) throw new Error(`${arrived} of ${records} records arrived`);
  return done;
}

async function intoFile({ directory, records }, file, scratch) {
  const done = await measured(['ingest', directory, '--store', `duckdb:${file}`, '--format', 'json'], scratch);
  const { stored } = JSON.parse(done.output).records;
  if (stored !== records) throw new Error(`${stored} of ${records} records arrived`);
  return { ...done, bytes: (await stat(file)).size };
}

/** What an event costs in large stores, against one of 100,000; what the ingest takes of memory; what the file has. */
export async function eventGrowth({ base, most, rounds, scratch, tell }) {
  const compared = Math.min(100_000, most);
  const trail = (events, from) => trailOf(base, events, tell, from);
  const sizes = [10_000, compared, most].filter((size, at, all) => size <= most && all.indexOf(size) === at);
  const found = new Map(sizes.map((size) => [size, { file: [], nothing: [], peaks: [], bytes: [] }]));
  for (const size of sizes) {
    const { file, nothing, peaks, bytes } = found.get(size);
    const input = await trail(size);
    for (let round = 0; round < (size > compared ? 1 : rounds); round++) {
      const done = await intoFile(input, join(scratch, `${size}-${round}.duckdb`), scratch);
      file.push(perEvent(done, input.records));
      peaks.push(done.peak);
      bytes.push(done.bytes / input.records);
      nothing.push(perEvent(await intoNothing(input, scratch), input.records));
      tell(
        `  ${name(size)}: ${file.at(-1).toFixed(0)} µs an event, ${done.seconds.toFixed(0)} s, ${done.peak.toFixed(0)} MB`,
      );
    }
  }
  const more = await trail(compared, others);
  const next = await intoFile(more, join(scratch, `${most}-0.duckdb`), scratch);
  for (const size of sizes)
    for (let round = 0; round < rounds; round++) await rm(join(scratch, `${size}-${round}.duckdb`), { force: true });

  const against = (values) => ({ name: `${name(compared)} events`, values });
  const cost = (measure, values, of) => ({ measure, unit: 'µs/event', values, against: against(of), target: '≤ 1.2' });
  const plain = found.get(compared);
  return [
    ...sizes
      .filter((size) => size !== compared)
      .flatMap((size) => [
        {
          ...cost(`CPU of ${name(size)} events → DuckDB`, found.get(size).file, plain.file),
          ...(size < compared && { target: undefined }),
        },
        {
          ...cost(`CPU of ${name(size)} events, ingester alone`, found.get(size).nothing, plain.nothing),
          ...(size < compared && { target: undefined }),
        },
      ]),
    cost(`CPU of ${name(compared)} events more → DuckDB of ${name(most)}`, [perEvent(next, more.records)], plain.file),
    ...sizes.map((size) => limitOf(`peak memory, ${name(size)} events → DuckDB`, found.get(size).peaks)),
    limitOf(`peak memory, ${name(compared)} events more → DuckDB of ${name(most)}`, [next.peak]),
    ...sizes.map((size) => ({
      measure: `DuckDB file of ${name(size)} events`,
      unit: 'bytes/event',
      values: found.get(size).bytes,
    })),
  ];
}
