import { tmpdir } from 'node:os';
import type { Command } from 'commander';
import { checked, type Finding, failed } from '../../doctor/finding.js';
import { shownUrl, withoutSecret } from '../../model/location.js';
import { printable } from '../../model/printable.js';
import type { Context } from '../context.js';
import { jsonText } from '../output/json.js';
import {
  awsSettings,
  type EngineFlags,
  engineOptions,
  enrichmentFiles,
  formatOption,
  openFlaggedEngine,
  storeLocation,
  storeOptions,
} from '../settings.js';

interface DoctorFlags extends EngineFlags {
  source?: string;
  queue?: string;
  job?: string;
  format: 'text' | 'json';
}

/** Where the SDK's chain may find credentials; with none of it, nobody means AWS. */
const awsVariables = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_ROLE_ARN',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
];

function asksAws(flags: DoctorFlags, store: string, { env }: Context): boolean {
  const amazon = /\.(amazonaws\.com(\.cn)?|on\.aws)(:\d+)?(\/|\?|$)/.test(store);
  return (
    /^s3:/i.test(flags.source ?? '') ||
    flags.queue !== undefined ||
    flags.profile !== undefined ||
    flags.awsSigv4 !== undefined ||
    store.startsWith('athena:') ||
    amazon ||
    awsVariables.some((name) => env[name])
  );
}

async function storeFindings(location: string, flags: DoctorFlags, context: Context): Promise<Finding[]> {
  if (location.startsWith('duckdb:')) {
    const { duckDbFindings } = await import('../../doctor/duckdb.js');
    // That somebody has the file is what one wants to know, at once.
    const { wait } = await storeOptions(location, { wait: 0, ...flags }, context);
    return duckDbFindings(location.slice('duckdb:'.length), wait);
  }
  if (location.startsWith('opensearch:')) {
    const { openSearchFindings } = await import('../../doctor/opensearch.js');
    const { parseLocation } = await import('../../stores/opensearch/location.js');
    return openSearchFindings(parseLocation(location), await storeOptions(location, flags, context), context.now);
  }
  const engine = await openFlaggedEngine(flags, context);
  await engine.close();
  return [{ what: `store ${engine.uri}`, level: 'ok', detail: 'can be opened' }];
}

async function sourceFindings(location: string, flags: DoctorFlags, context: Context): Promise<Finding[]> {
  const { openSource } = await import('../../s3/source.js');
  const doctor = await import('../../doctor/source.js');
  const source = await openSource(location, awsSettings(flags, context));
  try {
    return await doctor.sourceFindings(source, context.now());
  } finally {
    await source.close();
  }
}

async function settle(flags: DoctorFlags): Promise<DoctorFlags> {
  if (flags.job === undefined) return flags;
  const { loadJob } = await import('../../jobs/load.js');
  const { schedule: _, from: __, to: ___, accounts: ____, regions: _____, ...job } = loadJob(flags.job);
  return { ...job, ...flags };
}

async function findings(given: DoctorFlags, context: Context): Promise<Finding[]> {
  const machine = await import('../../doctor/machine.js');
  const found = [
    machine.nodeVersion(),
    ...(await machine.modules()),
    ...(await machine.databases(enrichmentFiles(context))),
    await machine.disk('temporary files', tmpdir()),
  ];
  let flags: DoctorFlags;
  try {
    flags = await settle(given);
  } catch (error) {
    return [...found, failed('job', error)];
  }
  const location = storeLocation(flags.store, context);
  if (asksAws(flags, location, context)) {
    const { credentials } = await import('../../doctor/aws.js');
    const { clientConfig } = await import('../client-config.js');
    found.push(...(await credentials(await clientConfig(flags, context), context.now)));
  }
  const { source, queue } = flags;
  if (source !== undefined)
    found.push(...(await checked(`source ${shownUrl(source)}`, () => sourceFindings(source, flags, context))));
  if (queue !== undefined) {
    const { queueFindings } = await import('../../doctor/queue.js');
    const { clientConfig } = await import('../client-config.js');
    const bucket = /^s3:\/\/([^/]+)/i.exec(source ?? '')?.[1] ?? null;
    found.push(...(await queueFindings(queue, bucket, await clientConfig(flags, context), context.now())));
  }
  const store = `store ${withoutSecret(location)}`;
  found.push(...(await checked(store, () => storeFindings(location, flags, context))));
  return found;
}

const lines = ({ what, level, detail, fix }: Finding): string =>
  `${printable(`${level.padEnd(4)} ${what}: ${detail}`)}\n${fix === undefined ? '' : `     fix: ${printable(fix)}\n`}`;

async function run(flags: DoctorFlags, context: Context): Promise<void> {
  const found = await findings(flags, context);
  const failures = found.some(({ level }) => level === 'FAIL');
  context.out(
    flags.format === 'json' ? `${jsonText({ ok: !failures, findings: found }, 2)}\n` : found.map(lines).join(''),
  );
  if (failures) process.exitCode = 1;
}

export function doctorCommand(command: Command, context: Context): void {
  formatOption(engineOptions(command), ['text', 'json'])
    .option('--source <source>', 's3://BUCKET/PREFIX or a directory: can it be listed and read, and what lies there')
    .option('--queue <url>', 'the SQS queue of notifications: what waits, what was given up, who fills it')
    .option('--job <name>', 'source, queue and store of ingest/jobs/NAME.yaml, or of a file; flags win')
    .addHelpText(
      'after',
      `
Changes nothing: it takes no message and writes no document. Each finding that is not "ok" has its fix.
Exit codes: 0 all works, perhaps with warnings (warn); 1 something does not (FAIL).

Examples:
  keytrail doctor
  keytrail doctor --source s3://my-trail-bucket --queue https://sqs.eu-west-1.amazonaws.com/111122223333/trail
  keytrail doctor --store opensearch:https://logs.example:9200 --ca ca.pem --format json
  keytrail doctor --job example`,
    )
    .action((flags: DoctorFlags) => run(flags, context));
}
