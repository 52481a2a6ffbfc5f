/**
 * npm run bench -- [NAME…] [--quick] [--events N] [--flows N] [--growth N] [--rounds N] [--write]: measures side by
 * side, and prints a table with the targets. NAME: opensearch, mapping, floor, duckdb, sieve, questions, start,
 * growth; all without one. `--write` puts the table into bench/README.md. Fails where a record is lost, not where a
 * target is missed.
 */
import { parseArgs } from 'node:util';
import { buildIfStale } from '../scripts/fresh.mjs';

buildIfStale();
const { dataOf } = await import('./data.mjs');
const { captionOf, meets, ratioOf, tableOf, writeTable } = await import('./table.mjs');

const suites = ['opensearch', 'mapping', 'floor', 'duckdb', 'sieve', 'questions', 'start', 'growth'];
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    events: { type: 'string' },
    flows: { type: 'string' },
    growth: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    write: { type: 'boolean', default: false },
  },
});
const unknown = positionals.filter((name) => !suites.includes(name));
if (unknown.length > 0) {
  console.error(`nothing is called ${unknown.join(', ')}: give ${suites.join(', ')}, or none for all`);
  process.exit(2);
}
// Children and files of a measurement that is broken off go with it.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

const tell = (text) => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
const records = {
  cloudtrail: Number(flags.events ?? (flags.quick ? 20_000 : 200_000)),
  vpcflow: Number(flags.flows ?? (flags.quick ? 200_000 : 2_000_000)),
};
const growth = Number(flags.growth ?? (flags.quick ? 100_000 : 1_000_000));
/** Questions are quick where there is little: they are asked of more. */
const asked = { ...records, cloudtrail: Number(flags.events ?? (flags.quick ? 20_000 : 1_000_000)) };
const options = {
  rounds: Number(flags.rounds),
  tell,
  records,
  data: (log, count = records[log]) => dataOf(log, count, tell),
  asked,
  growth,
};

const rows = [];
for (const name of positionals.length > 0 ? positionals : suites) {
  tell(name);
  const suite = await import(`./suites/${name}.mjs`);
  for (const row of await suite[name](options)) {
    rows.push(row);
    if (row.against) tell(`  ${row.measure}: ${ratioOf(row).toFixed(2)} of ${row.against.name}`);
  }
}

const count = (value) => value.toLocaleString('en-US');
const sizes = `${count(records.cloudtrail)} events, ${count(records.vpcflow)} flow rows`;
const command = ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' ');
const caption = captionOf(command, sizes);
const table = tableOf(rows);
console.log(`\n${caption}\n\n${table}`);
const missed = rows.filter((row) => meets(row) === false);
if (missed.length > 0) console.log(`\nNot met: ${missed.map(({ measure }) => measure).join('; ')}.`);
if (flags.write) await writeTable(caption, table);
// vite, which loads the services, would keep the process.
process.exit(0);
