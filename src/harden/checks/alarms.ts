import { type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { type MetricFilter, paginateDescribeMetricFilters } from '@aws-sdk/client-cloudwatch-logs';
import { collected } from '../../contain/account/paging.js';
import { KeytrailError } from '../../errors.js';
import type { Account } from '../account.js';
import { cisWatches, covers, keyWatches, type Watch } from '../alarms.js';
import type { AccountCheck, Found } from '../check.js';
import { awsCommand } from '../command.js';
import { read } from '../read.js';

/** Where a trail delivers its records to be searched. */
interface LogGroup {
  name: string;
  region: string;
}

async function logGroupsOf(account: Account): Promise<LogGroup[]> {
  const groups = (await account.trails()).flatMap(({ CloudWatchLogsLogGroupArn }) => {
    const [, , , region = '', owner = '', , name = ''] = CloudWatchLogsLogGroupArn?.split(':') ?? [];
    return name === '' ? [] : [{ region, owner, name }];
  });
  const own = groups.filter(({ owner }) => owner === account.accountId);
  if (own.length === 0 && groups.length > 0)
    throw new KeytrailError(
      'aws_failed',
      `the trail delivers to a log group of account ${groups[0]!.owner}; ask there`,
    );
  return own;
}

/** An alarm that nobody hears is none. */
const isHeard = ({ ActionsEnabled, AlarmActions = [] }: MetricAlarm): boolean =>
  ActionsEnabled !== false && AlarmActions.length > 0;

async function missingIn(
  { clients }: Account,
  { name, region }: LogGroup,
  watches: readonly Watch[],
): Promise<Watch[]> {
  const { logs, cloudWatch } = clients.in(region);
  const filters = await read('logs:DescribeMetricFilters', () =>
    collected(
      paginateDescribeMetricFilters({ client: logs }, { logGroupName: name }),
      ({ metricFilters }) => metricFilters,
    ),
  );
  const alarms = await read('cloudwatch:DescribeAlarms', () =>
    collected(
      paginateDescribeAlarms({ client: cloudWatch }, { AlarmTypes: ['MetricAlarm'] }),
      ({ MetricAlarms }) => MetricAlarms,
    ),
  );
  const alarmed = ({ metricTransformations = [] }: MetricFilter): boolean =>
    metricTransformations.some(({ metricName, metricNamespace }) =>
      alarms.some((alarm) => alarm.MetricName === metricName && alarm.Namespace === metricNamespace && isHeard(alarm)),
    );
  return watches.filter(
    (watch) => !filters.some((filter) => covers(filter.filterPattern ?? '', watch) && alarmed(filter)),
  );
}

async function* missing(account: Account, watches: readonly Watch[], flags: string): AsyncIterable<Found> {
  const groups = await logGroupsOf(account);
  if (groups.length === 0) {
    yield {
      severity: 'medium',
      resource: account.accountId,
      finding: 'no multi-Region trail delivers to CloudWatch Logs, so that no alarm can be raised',
      fix: `${awsCommand('cloudtrail update-trail')} --name TRAIL --cloud-watch-logs-log-group-arn LOG_GROUP_ARN --cloud-watch-logs-role-arn ROLE_ARN`,
    };
    return;
  }
  const lacking = await Promise.all(groups.map((group) => missingIn(account, group, watches)));
  const fewest = Math.min(...lacking.map(({ length }) => length));
  const place = lacking.findIndex(({ length }) => length === fewest);
  if (fewest === 0) return;
  const { name, region } = groups[place]!;
  yield {
    severity: 'medium',
    resource: name,
    region,
    finding: `no alarm on: ${lacking[place]!.map(({ control, title }) => `${title}${control === null ? '' : ` (CIS ${control})`}`).join(', ')}`,
    fix: `keytrail setup alarms --log-group ${name}${flags} --email ADDRESS --out alarms.json && ${awsCommand(
      'cloudformation deploy',
      { 'template-file': 'alarms.json', 'stack-name': 'keytrail-alarms', region },
    )}`,
  };
}

export const cisAlarms: AccountCheck = {
  id: 'alarms',
  title: 'Alarms of CIS AWS Foundations 4.1 to 4.15',
  scope: 'account',
  risk: 'The next intruder is noticed by the bill, not by the first refused call.',
  run: (account) => missing(account, cisWatches, ''),
};

export const keyAlarms: AccountCheck = {
  id: 'key-alarms',
  title: 'Alarms on the use of the keys given',
  scope: 'account',
  risk: 'Who still holds the leaked key tries it again; without an alarm nobody sees from where.',
  async *run(account) {
    const { keyIds } = account.options;
    if (keyIds.length === 0) return;
    yield* missing(account, keyIds.flatMap(keyWatches), keyIds.map((id) => ` --key ${id}`).join(''));
  },
};
