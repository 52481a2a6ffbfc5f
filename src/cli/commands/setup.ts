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
import { type RoleFlags, roleOptions, rolesOf, setupRoles } from './setup-roles.js';
import { setupTrinoCommand } from './setup-trino.js';

interface OpenSearchFlags extends ClusterFlags, RoleFlags {
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
  const roles = rolesOf(flags);
  const { setupOpenSearch, setupRequests } = await import('../../stores/opensearch/setup.js');
  const setup: SetupOptions = {
    questions: allQuestions().map(stored),
    ...(flags.retentionDays === undefined ? {} : { retentionDays: flags.retentionDays }),
  };
  if (flags.print) {
    const { roleRequests } = await import('../../stores/opensearch/security.js');
    const requests = [...setupRequests(location, setup), ...(roles ? roleRequests(location, roles.grants) : [])];
    const texts = requests.map(({ method, path, body }) => `${method} ${path}\n${JSON.stringify(body, null, 2)}\n`);
    context.out(texts.join('\n'));
    return;
  }
  const options = await storeOptions(location, flags, context);
  // First, for who may not write roles is to know at once.
  if (roles) await setupRoles(location, options, roles, context);
  context.out(`${(await setupOpenSearch(location, options, setup)).join('\n')}\n`);
  if (flags.dashboardsUrl !== undefined) await importDashboards(flags.dashboardsUrl, location, flags, context);
}

function days(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Give a number of days.');
  return Number(text);
}

export function setupCommand(setup: Command, context: Context): void {
  roleOptions(storeOption(awsOptions(setup.command('opensearch'))))
    .description('index templates, read aliases, the questions as stored search templates, and retention')
    .option('--retention-days <days>', 'delete each month when all its events have been there so long', days)
    .option('--print', 'print the requests for Dev Tools, and send nothing')
    .option('--dashboards-url <url>', 'OpenSearch Dashboards, with its base path: import the dashboards there, too')
    .option('--dashboards-only', 'import the dashboards, and leave the cluster as it is')
    .addHelpText(
      'after',
      `
Run it again after an upgrade: indices of an older keytrail are extended in place. --roles needs the rights of the
cluster's own security administrator (all_access); without it keytrail-administrator suffices.

Examples:
  keytrail setup opensearch --store opensearch:https://search-logs-x1.eu-west-1.es.amazonaws.com --retention-days 400
  keytrail setup opensearch --store opensearch:https://logs.example:9200 --ca ca.pem
  keytrail setup opensearch --store opensearch:https://logs.example:9200 --dashboards-url https://logs.example:5601
  keytrail setup opensearch --store opensearch:https://logs.example:9200 --roles --grant-backend-role analyst=soc \\
    --create-user ingester=keytrail-ingest --password-dir /etc/keytrail/secrets

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
