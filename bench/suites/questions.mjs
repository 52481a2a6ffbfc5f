import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { investigate } from '../../dist/investigate/investigate.js';
import { allTime } from '../../dist/model/question.js';
import { ask } from '../../dist/queries/ask.js';
import { openEngine } from '../../dist/stores/open.js';
import { keytrail } from '../children.mjs';
import { packOf } from '../pack.mjs';
import { askFiles, scannedBy } from '../raw.mjs';
import { startOpenSearch } from '../services.mjs';
import { median } from '../table.mjs';

const logs = ['cloudtrail', 'vpcflow'];
/** How many are named. */
const slowest = 8;

const count = (value) => value.toLocaleString('en-US');
const secondsSince = (began) => (performance.now() - began) / 1000;

/** Has `keytrail ingest` fill a store; every record must arrive. */
async function fill(store, inputs, tell) {
  for (const { log, directory, records } of inputs) {
    const done = await keytrail(['ingest', directory, '--log', log, '--store', store, '--format', 'json']);
    const { stored } = JSON.parse(done.output).records;
    if (stored !== records) throw new Error(`${stored} of ${records} records of ${log} arrived`);
    tell(`${count(records)} records of ${log} are there after ${done.seconds.toFixed(0)} s`);
  }
}

/** Asks each question of the pack by itself, one after another, `rounds` times; the slowest come first. */
async function timed(engine, pack, rounds) {
  const times = pack.map((asked) => ({ ...asked, values: [], rows: 0 }));
  // The first round reads from disk, and has a node compile what it runs often.
  for (let round = -1; round < rounds; round++)
    for (const one of times) {
      const began = performance.now();
      const rows = await ask(engine, one.bound);
      if (round >= 0) one.values.push(secondsSince(began));
      one.rows = rows.length;
    }
  return times.sort((a, b) => median(b.values) - median(a.values));
}

/** The questions that an investigation asks, as it binds them. */
async function investigated(engine, keyId) {
  const asked = [];
  const noting = {
    uri: engine.uri,
    coverage: (scope) => engine.coverage(scope),
    ask: (bound) => {
      asked.push({ name: bound.question.id, bound });
      return engine.ask(bound);
    },
  };
  const scope = { ...allTime, accounts: [], regions: [] };
  await investigate({ engine: noting, keyId, scope, now: new Date(), version: 'bench' });
  return asked;
}

/** `keytrail investigate`, from its start to its end, against the slowest of the questions that it asks, asked alone. */
async function whole(engine, store, keyId, rounds) {
  const [worst] = await timed(engine, await investigated(engine, keyId), rounds);
  const values = [];
  for (let round = 0; round < rounds; round++)
    values.push((await keytrail(['investigate', keyId, '--store', store, '--format', 'json'])).seconds);
  return { values, against: { name: `${worst.name}, its slowest question`, values: worst.values } };
}

function list(times, tell, more) {
  for (const one of times.slice(0, slowest))
    tell(`${one.name}: ${median(one.values).toFixed(3)} s, ${count(one.rows)} rows${more(one)}`);
  const all = times.map(({ values }) => median(values));
  tell(`${times.length} questions: ${all.reduce((a, b) => a + b, 0).toFixed(1)} s together`);
}

async function onDuckDb({ inputs, answers, rounds, tell, title }) {
  const scratch = await mkdtemp(join(tmpdir(), 'keytrail-bench-questions-'));
  const file = join(scratch, 'questions.duckdb');
  const store = `duckdb:${file}`;
  try {
    await fill(store, inputs, tell);
    const engine = await openEngine(store);
    const rows = [];
    const times = await timed(engine, await packOf(answers, 'duckdb'), rounds);
    rows.push({
      measure: `slowest question on DuckDB: ${times[0].name}; ${title}`,
      unit: 's',
      values: times[0].values,
      target: '≤ 1 s',
    });
    const investigation = await whole(engine, store, answers.incident.keyId, rounds);
    rows.push({ measure: `investigate on DuckDB; ${title}`, unit: 's', ...investigation, target: '≤ 3' });
    await engine.close();
    for (const one of times) one.scanned = await scannedBy(file, one.bound);
    list(times, tell, ({ scanned }) => `, ${count(scanned)} read`);
    for (const { log, directory } of inputs) {
      const worst = times.find(({ bound: { question } }) => question.logs.join() === log && !question.engines);
      tell(`${worst.name}, of the files of ${log} …`);
      rows.push({
        measure: `the files of ${log}, asked ${worst.name}`,
        unit: 's',
        values: [await askFiles(log, directory, worst.bound)],
        against: { name: 'the store, its slowest question', values: worst.values },
        target: '≥ 20',
      });
    }
    return rows;
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function request(node, method, path, body) {
  const headers = { 'content-type': 'application/json' };
  const reply = await fetch(`${node.url}${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  const answer = await reply.json();
  if (!reply.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  return answer;
}

/** Seconds that a node takes to count all events. */
async function countAll(node, rounds) {
  const values = [];
  const body = { size: 0, track_total_hits: true, query: { match_all: {} } };
  for (let round = -3; round < rounds; round++) {
    const began = performance.now();
    await request(node, 'POST', '/keytrail-cloudtrail-*/_search?request_cache=false', body);
    if (round >= 0) values.push(secondsSince(began));
  }
  return values;
}

async function onOpenSearch({ inputs, answers, rounds, tell, title }) {
  const node = await startOpenSearch();
  const store = `opensearch:${node.url}`;
  try {
    await keytrail(['setup', 'opensearch', '--store', store]);
    await fill(store, inputs, tell);
    for (const { log, records } of inputs) {
      await request(node, 'POST', `/keytrail-${log}-*/_refresh`);
      const there = (await request(node, 'GET', `/keytrail-${log}-*/_count`)).count;
      if (there !== records) throw new Error(`${there} of ${records} records of ${log} are in the node`);
    }
    const engine = await openEngine(store);
    const times = await timed(engine, await packOf(answers, 'opensearch'), rounds);
    list(times, tell, () => '');
    const [{ name, values }] = times;
    const measure = `slowest question on OpenSearch: ${name}; ${title}`;
    const against = { name: 'match_all count of the events', values: await countAll(node, rounds) };
    const investigation = await whole(engine, store, answers.incident.keyId, rounds);
    await engine.close();
    return [
      { measure, unit: 's', values, target: '≤ 2 s' },
      { measure, unit: 's', values, against, target: '≤ 20' },
      { measure: `investigate on OpenSearch; ${title}`, unit: 's', ...investigation, target: '≤ 3' },
    ];
  } finally {
    await node.stop();
  }
}

/** The whole pack, of stores that `keytrail ingest` filled. */
export async function questions({ rounds, tell, data, asked }) {
  const inputs = [];
  for (const log of logs) inputs.push(await data(log, asked[log]));
  const answers = JSON.parse(await readFile(join(inputs[0].directory, 'answers.json'), 'utf8'));
  const title = `${count(asked.cloudtrail)} events, ${count(asked.vpcflow)} flow rows`;
  const given = { inputs, answers, rounds, tell, title };
  return [...(await onDuckDb(given)), ...(await onOpenSearch(given))];
}
