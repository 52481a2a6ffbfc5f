import { type Command, InvalidArgumentError } from 'commander';
import { KeytrailError } from '../../errors.js';
import { allContracts } from '../../model/contract.js';
import type { LogName } from '../../model/event.js';
import { printable } from '../../model/printable.js';
import type { Question } from '../../model/question.js';
import { allQuestions } from '../../queries/load.js';
import { bindQuestion, isNeeded, members, parametersOf, parseTime } from '../../queries/parameters.js';
import type { ObjectSource } from '../../s3/source.js';
import type { SurveyScope } from '../../s3/survey.js';
import type { SavedQuestion } from '../../stores/athena/saved.js';
import type { AthenaSetup, SetupStep } from '../../stores/athena/setup.js';
import type { TablePlace } from '../../stores/athena/tables.js';
import type { Context } from '../context.js';
import { leastBytes, parseSize } from '../scan.js';
import { type AwsFlags, awsOptions, awsSettings, collect, defaults, storeLocation } from '../settings.js';

interface AthenaFlags extends AwsFlags {
  store?: string;
  results?: string;
  maxScan: string;
  from?: string;
  accounts?: string[];
  regions?: string[];
  print?: boolean;
}

/** What stands in a saved question for what a person has to say; AWS's and the RFCs' own examples. */
const examples: Readonly<Record<string, string>> = {
  key: 'AKIAIOSFODNN7EXAMPLE',
  issued: 'ASIAIOSFODNN7EXAMPLE',
  ip: '203.0.113.10',
  ips: '203.0.113.10',
  from: '2026-03-01T00:00:00Z',
  t0: '2026-03-02T00:00:00Z',
};

function saved(question: Question, now: Date): SavedQuestion {
  const needed = parametersOf(question).filter((parameter) => isNeeded(question, parameter));
  const names = needed.map(({ name }) => name);
  const given = Object.fromEntries(names.map((name) => [name, [examples[name] ?? '1']]));
  return { bound: bindQuestion(question, given, now), examples: names };
}

function scopeOf(flags: AthenaFlags, context: Context): SurveyScope {
  const accounts = members(flags.accounts ?? []);
  const regions = members(flags.regions ?? []);
  for (const [flag, values, pattern] of [
    ['--accounts', accounts, /^\d{12}$/],
    ['--regions', regions, /^[a-z0-9-]{1,64}$/],
  ] as const)
    for (const value of values)
      if (!pattern.test(value))
        throw new KeytrailError('usage', `${flag} names ${JSON.stringify(value)}, which is none`, {
          hint: 'Separate them by commas: --accounts 111122223333,444455556666 or --regions eu-west-1,us-east-1.',
        });
  return {
    ...(accounts.length > 0 ? { accounts } : {}),
    ...(regions.length > 0 ? { regions } : {}),
    ...(flags.from === undefined ? {} : { from: parseTime(flags.from, '--from', context.now()).slice(0, 10) }),
  };
}

/** What stands for the bucket where a directory shows what it would be. */
const someBucket = 's3://BUCKET/';

interface Found {
  places: TablePlace[];
  leftOut: string[];
}

/** Surveys each bucket once, whichever of its prefixes were named. */
async function find(locations: readonly string[], flags: AthenaFlags, context: Context): Promise<Found> {
  const scope = scopeOf(flags, context);
  const { openSource } = await import('../../s3/source.js');
  const { startOf, survey } = await import('../../s3/survey.js');
  const { placesOf } = await import('../../pipeline/log-places.js');
  const found: Found = { places: [], leftOut: [] };
  const sources: ObjectSource[] = [];
  try {
    for (const location of locations) sources.push(await openSource(location, awsSettings(flags, context)));
    const buckets = new Map<string, ObjectSource[]>();
    for (const source of sources) {
      const root = source.lists ? `s3://${source.lists.bucket}/` : source.description;
      buckets.set(root, [...(buckets.get(root) ?? []), source]);
    }
    for (const [root, some] of buckets) {
      const source = some[0]!;
      const folders = await survey(source, some.map(startOf), scope);
      const { places, leftOut } = await placesOf(source, source.lists ? root : someBucket, folders, scope);
      found.places.push(...places);
      found.leftOut.push(...leftOut);
    }
  } finally {
    for (const source of sources) await source.close();
  }
  return found;
}

async function athena(locations: readonly string[], flags: AthenaFlags, context: Context): Promise<void> {
  const store = storeLocation(flags.store, context);
  if (!store.startsWith('athena:'))
    throw new KeytrailError('usage', 'setup athena needs an Athena store', {
      hint: 'Give --store athena:WORKGROUP/DATABASE.',
    });
  const directory = locations.find((location) => !/^s3:\/\//i.test(location));
  if (directory !== undefined && !flags.print)
    throw new KeytrailError('usage', `Athena reads buckets, and ${JSON.stringify(directory)} is none`, {
      hint: 'Name s3://BUCKET/PREFIX, or give --print to see what it would be.',
    });
  const maxScanBytes = limitOf(flags.maxScan);
  const { athenaTables } = await import('../../stores/athena/tables.js');
  const { setupAthena, setupSteps } = await import('../../stores/athena/setup.js');
  const { places, leftOut } = await find(locations, flags, context);
  const contracts = allContracts();
  const present = contracts.filter(({ log }) => places.some((place) => place.log === log));
  if (present.length === 0)
    throw new KeytrailError('source_not_found', `no logs lie below ${locations.join(', ')}`, {
      hint: 'Name the prefix that AWSLogs/ lies below.',
    });
  const has = (log: LogName): boolean => present.some((contract) => contract.log === log);
  const questions = allQuestions().filter(({ engines }) => engines?.includes('athena') ?? true);
  const answerable = questions.filter(({ logs }) => logs.every(has));
  const setup: AthenaSetup = {
    logs: present.map(({ log }) =>
      athenaTables(
        log,
        places.filter((place) => place.log === log),
      ),
    ),
    questions: answerable.map((question) => saved(question, context.now())),
    maxScanBytes,
    ...(flags.results === undefined ? {} : { results: flags.results }),
  };
  const absent = contracts.filter(({ log }) => !has(log));
  const notes = [
    ...leftOut.map((text) => `not covered: ${text}`),
    ...absent.map(({ title }) => `${title}: none there, so no table`),
    ...(absent.length > 0 ? [`questions saved: ${answerable.length} of ${questions.length}, the rest read those`] : []),
  ].map((line) => `${printable(line, 500)}\n`);
  if (flags.print) {
    context.out(setupSteps(store, setup).map(written).join('\n'));
    context.note(notes.join(''));
    return;
  }
  const tell = (line: string): void => context.out(`${printable(line, 500)}\n`);
  await setupAthena(store, awsSettings(flags, context), setup, tell, context.signal);
  context.out(notes.join(''));
}

const written = (step: SetupStep): string =>
  'sql' in step ? `${step.sql};\n` : `${step.request}\n${JSON.stringify(step.input, null, 2)}\n`;

/** Null: no limit. Throws `usage`. */
function limitOf(text: string): number | null {
  const size = parseSize('--max-scan', text);
  if (size >= leastBytes) return size === Number.POSITIVE_INFINITY ? null : size;
  throw new KeytrailError('usage', `--max-scan ${text} is less than Athena takes as a limit`, {
    hint: 'Give 10MB or more.',
  });
}

/** Athena wants the folder. */
function folder(text: string): string {
  if (!/^s3:\/\/[a-z0-9][a-z0-9.-]{1,62}(\/|$)/.test(text))
    throw new InvalidArgumentError('Give a place in a bucket, such as s3://BUCKET/athena/.');
  return text.endsWith('/') ? text : `${text}/`;
}

export function setupAthenaCommand(setup: Command, context: Context): void {
  awsOptions(setup.command('athena'))
    .argument('<source...>', 's3://bucket/prefix of the logs, as many as there are')
    .description('workgroup, database, tables and views over the logs, the questions as saved queries')
    .option('--store <store>', 'athena:WORKGROUP/DATABASE (default: KEYTRAIL_STORE)')
    .option('--results <place>', 's3://bucket/prefix for results, where the workgroup is to be made', folder)
    .option(
      '--max-scan <size>',
      'a query of that workgroup that would scan more is ended: 500MB, 2TB, none',
      defaults.maxScan,
    )
    .option('--from <time>', 'first day of the tables: 2026-03-01, or an age such as 90d (default: the first there is)')
    .option('--accounts <ids>', 'account ids, separated by commas (default: those that have folders)', collect)
    .option('--regions <names>', 'Regions, separated by commas (default: those that have folders)', collect)
    .option('--print', 'print the SQL and the requests, and send nothing to Athena')
    .addHelpText(
      'after',
      `
Run it again when accounts or Regions came, or after an upgrade; name every SOURCE each time.

Examples:
  keytrail setup athena s3://my-trail-bucket --store athena:keytrail/security_logs --results s3://my-results/athena/
  keytrail setup athena s3://my-trail-bucket --store athena:keytrail/security_logs --from 90d --print
  keytrail query run key-owner --key AKIA… --store athena:keytrail/security_logs`,
    )
    .action((locations: string[], flags: AthenaFlags) => athena(locations, flags, context));
}
