import { type Command, InvalidArgumentError } from 'commander';
import { KeytrailError } from '../../errors.js';
import type { Question } from '../../model/question.js';
import { allQuestions } from '../../queries/load.js';
import { parametersOf } from '../../queries/parameters.js';
import type { SetupOptions, StoredQuestion } from '../../stores/opensearch/setup.js';
import type { Context } from '../context.js';
import { awsOptions, type ClusterFlags, storeLocation, storeOption, storeOptions } from '../settings.js';
import { setupAlarmsCommand } from './setup-alarms.js';
import { setupAthenaCommand } from './setup-athena.js';
import { importDashboards } from './setup-dashboards.js';
import { setupTrinoCommand } from './setup-trino.js';

interface OpenSearchFlags extends ClusterFlags {
  store?: string;
  retentionDays?: number;
  print?: boolean;
  dashboardsUrl?: string;
  dashboardsOnly?: boolean;
}

/** The defaults of the command line; the scope's keys are named otherwise in a template. */
function stored(question: Question): StoredQuestion {
  const defaults = parametersOf(question).flatMap(({ name, default: value }) =>
    value === undefined ? [] : [[name === 'key' ? 'keyIds' : name, value] as const],
  );
  return { question, defaults: new Map(defaults) };
}

function checkDashboardFlags({ dashboardsUrl, dashboardsOnly, print }: OpenSearchFlags): void {
  if (dashboardsOnly && dashboardsUrl === undefined)
    throw new KeytrailError('usage', '--dashboards-only needs --dashboards-url', {
      hint: 'Give the address of OpenSearch Dashboards: --dashboards-url https://HOST:5601.',
    });
  if (dashboardsUrl !== undefined && print)
    throw new KeytrailError('usage', '--print prints requests for Dev Tools, which takes no import', {
      hint: 'What is imported stands in dashboards/generated/dashboards.ndjson.',
    });
}

async function openSearch(flags: OpenSearchFlags, context: Context): Promise<void> {
  checkDashboardFlags(flags);
  const location = storeLocation(flags.store, context);
  if (!location.startsWith('opensearch:'))
    throw new KeytrailError('usage', 'setup opensearch needs an OpenSearch store', {
      hint: 'Give --store opensearch:https://HOST:9200.',
    });
  if (flags.dashboardsOnly) {
    await importDashboards(flags.dashboardsUrl!, location, flags, context);
    return;
  }
  const { setupOpenSearch, setupRequests } = await import('../../stores/opensearch/setup.js');
  const setup: SetupOptions = {
    questions: allQuestions().map(stored),
    ...(flags.retentionDays === undefined ? {} : { retentionDays: flags.retentionDays }),
  };
  if (flags.print) {
    const texts = setupRequests(location, setup).map(
      ({ method, path, body }) => `${method} ${path}\n${JSON.stringify(body, null, 2)}\n`,
    );
    context.out(texts.join('\n'));
    return;
  }
  const lines = await setupOpenSearch(location, storeOptions(flags, context), setup);
  context.out(`${lines.join('\n')}\n`);
  if (flags.dashboardsUrl !== undefined) await importDashboards(flags.dashboardsUrl, location, flags, context);
}

function days(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Give a number of days.');
  return Number(text);
}

export function setupCommand(setup: Command, context: Context): void {
  storeOption(awsOptions(setup.command('opensearch')))
    .description('index templates, read aliases, the questions as stored search templates, and retention')
    .option('--retention-days <days>', 'delete each month when all its events have been there so long', days)
    .option('--print', 'print the requests for Dev Tools, and send nothing')
    .option('--dashboards-url <url>', 'OpenSearch Dashboards, with its base path: import the dashboards there, too')
    .option('--dashboards-only', 'import the dashboards, and leave the cluster as it is')
    .addHelpText(
      'after',
      `
Run it again after an upgrade: indices of an older keytrail are extended in place.

Examples:
  keytrail setup opensearch --store opensearch:https://search-logs-x1.eu-west-1.es.amazonaws.com --retention-days 400
  keytrail setup opensearch --store opensearch:https://logs.example:9200 --ca ca.pem
  keytrail setup opensearch --store opensearch:https://logs.example:9200 --dashboards-url https://logs.example:5601

Then, in Dev Tools; what is left out has the default of the command line:
  GET keytrail-cloudtrail/_search/template
  { "id": "keytrail-key-owner", "params": { "key": ["AKIA…"], "from": "2026-03-01T00:00:00Z" } }`,
    )
    .action((flags: OpenSearchFlags) => openSearch(flags, context));
  setupAthenaCommand(setup, context);
  setupTrinoCommand(setup, context);
  setupAlarmsCommand(setup, context);
  setup.addHelpText(
    'after',
    `
Examples:
  keytrail setup opensearch --store opensearch:https://logs.example:9200 --print
  keytrail setup athena s3://my-trail-bucket --store athena:keytrail/keytrail --print`,
  );
}
