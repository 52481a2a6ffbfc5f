import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { KeytrailError } from '../../errors.js';
import { summaryText } from '../../investigate/summary-text.js';
import { traceOf } from '../../investigate/trace.js';
import { logNames } from '../../model/event.js';
import { ingest } from '../../pipeline/ingest.js';
import { openSource } from '../../s3/source.js';
import { generateScenario } from '../../scenario/index.js';
import { openStore } from '../../stores/open.js';
import type { Context } from '../context.js';
import { ingestProgress } from '../output/progress.js';
import { writeReport } from '../report-files.js';
import { writeOut } from '../write-out.js';
import { investigateIn } from './investigate.js';

interface DemoFlags {
  dir: string;
  events: number;
  seed: number;
}

/** With half as many flow records, the fewest that have room for the incident. */
const fewestEvents = 400;

/** Reads a whole number; what is none is refused before anything is done. */
const wholeNumber =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`Give a whole number of at least ${least}.`);
    return value;
  };

/** Makes the folder ready: an earlier demo's files go, anybody else's are never touched. */
async function clear(folder: string, logs: string, database: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const ours = existsSync(join(logs, 'answers.json'));
  if (!ours && (await readdir(folder)).length > 0)
    throw new KeytrailError('usage', `${folder} is not empty and holds no earlier demo`, {
      hint: 'Name another folder after --dir.',
    });
  await rm(logs, { recursive: true, force: true });
  for (const file of [database, `${database}.wal`]) await rm(file, { force: true });
}

async function run(flags: DemoFlags, context: Context): Promise<void> {
  const step = (text: string) => context.out(`\n── ${text}\n`);
  const logs = join(flags.dir, 's3');
  const database = join(flags.dir, 'incident.duckdb');
  await clear(flags.dir, logs, database);

  step(`A CI key leaks. Its trail is generated below ${logs}`);
  const scenario = await generateScenario({
    directory: logs,
    seed: flags.seed,
    events: flags.events,
    flows: Math.floor(flags.events / 2),
    allLogs: true,
  });
  context.out(`${scenario.files} files, laid out as in a bucket\n`);

  step(`keytrail ingest ${logs} --store duckdb:${database}`);
  const source = await openSource(logs);
  const store = await openStore(`duckdb:${database}`, 'write');
  const progress = ingestProgress(context);
  try {
    const summary = await ingest({ source, store, logs: logNames, now: context.now, onProgress: progress.update });
    progress.stop();
    const { read, stored, duplicates, deadLettered } = summary.records;
    context.out(`${read} records read: ${stored} stored, ${duplicates} duplicates, ${deadLettered} dead letters\n`);

    const { keyId } = scenario.incident;
    step(`keytrail investigate ${keyId} --store duckdb:${database} --out ${join(flags.dir, 'report.html')}`);
    const investigation = await investigateIn(store, keyId, {}, context);
    context.out(summaryText(investigation, context));

    step(`keytrail contain plan ${keyId} --store duckdb:${database} --out ${join(flags.dir, 'plan.json')}`);
    const [{ planOfOwner }, { formatPlan }, { renderPlan }] = await Promise.all([
      import('../../scenario/plan-of-owner.js'),
      import('../../contain/plan-file.js'),
      import('../../contain/render.js'),
    ]);
    const trace = await traceOf({ engine: store, keyId, now: context.now() });
    const plan = planOfOwner(scenario.ownerState, keyId, trace, context.now());
    context.out(renderPlan(plan));
    context.out('This plan is of the generated account: no AWS account was asked, and none can be changed by it.\n');

    const report = join(flags.dir, 'report.html');
    await writeReport(investigation, { out: report });
    await writeOut(join(flags.dir, 'plan.json'), formatPlan(plan));
    step('Done');
    context.out(`report  ${report}\nplan    ${join(flags.dir, 'plan.json')}\nstore   duckdb:${database}\n`);
    context.out(
      `next    npm run -s keytrail -- query run key-timeline --key ${keyId} --store duckdb:${database}\nbrowse  npm run -s keytrail -- serve --store duckdb:${database}\n`,
    );
  } finally {
    progress.stop();
    await store.close();
    await source.close();
  }
}

export function demoCommand(command: Command, context: Context): void {
  command
    .option('--dir <folder>', 'where to put it', 'demo')
    .option('--events <count>', 'CloudTrail events to generate', wholeNumber(fewestEvents), 20_000)
    .option('--seed <number>', 'another seed, another incident', wholeNumber(0), 7)
    .addHelpText('after', '\nExamples:\n  keytrail demo\n  keytrail demo --dir incident --events 100000 --seed 8')
    .action((flags) => run(flags, context));
}
