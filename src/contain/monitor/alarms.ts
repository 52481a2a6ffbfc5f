import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  type MetricAlarm,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  DeleteMetricFilterCommand,
  type MetricFilter,
  PutMetricFilterCommand,
  paginateDescribeMetricFilters,
} from '@aws-sdk/client-cloudwatch-logs';
import { KeytrailError } from '../../errors.js';
import { ask } from '../aws.js';
import type { RegionClients } from '../clients.js';
import type { AlarmState } from './status.js';

/** Alarms on the use of a key, over a trail's log group. */
export interface AlarmOptions {
  clients: Pick<RegionClients, 'cloudWatch' | 'logs'>;
  keyId: string;
  logGroup: string;
  /** SNS topic that is told; null: the one that the alarms have, if any. */
  topicArn: string | null;
}

export interface AlarmChange {
  kind: 'metric filter' | 'alarm';
  name: string;
  /** `foreign`: something that keytrail did not make has the name, and is left alone. */
  outcome: 'made' | 'changed' | 'unchanged' | 'removed' | 'absent' | 'foreign';
}

/** A filter, and the alarm on what it counts; both have the same name. */
interface Watch {
  name: string;
  pattern: string;
  description: string;
}

const namespace = 'keytrail';
const periodSeconds = 300;

/**
 * What is watched of a key: every call, and the refused ones. "Filter pattern syntax for metric filters" (CloudWatch
 * Logs) has the form; the errors are those of the CIS benchmark's control for unauthorised calls.
 */
export function watchesOf(keyId: string): Watch[] {
  if (!/^A[KS]IA[A-Z0-9]{12,124}$/.test(keyId))
    throw new KeytrailError('bad_parameter', `${JSON.stringify(keyId.slice(0, 128))} is not an access key id`, {
      hint: 'Give an id such as AKIAIOSFODNN7EXAMPLE.',
    });
  const byKey = `$.userIdentity.accessKeyId = "${keyId}"`;
  return [
    { name: `keytrail-${keyId}-use`, pattern: `{ ${byKey} }`, description: `${keyId} was used` },
    {
      name: `keytrail-${keyId}-refused`,
      pattern: `{ (${byKey}) && (($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*")) }`,
      description: `${keyId} was refused`,
    },
  ];
}

/** Makes filters and alarms, or what differs of them. Throws what `ask` throws; `aws_failed` where there is no log group. */
export async function setUpAlarms(options: AlarmOptions): Promise<AlarmChange[]> {
  const changes: AlarmChange[] = [];
  for (const watch of watchesOf(options.keyId)) {
    const filter = await readFilter(options, watch.name);
    changes.push(
      await settle('metric filter', watch.name, filter, isOwnFilter, isSame(watch), () => putFilter(options, watch)),
    );
  }
  const alarms = await readAlarms(options);
  for (const watch of watchesOf(options.keyId)) {
    const alarm = alarms.get(watch.name);
    const actions = options.topicArn === null ? (alarm?.AlarmActions ?? []) : [options.topicArn];
    const wanted = alarmOf(watch, actions);
    changes.push(
      await settle(
        'alarm',
        watch.name,
        alarm,
        isOwnAlarm,
        (found) => isAlarmed(found, wanted),
        () =>
          ask('cloudwatch:PutMetricAlarm', () => options.clients.cloudWatch.send(new PutMetricAlarmCommand(wanted))),
      ),
    );
  }
  return changes;
}

/** Takes down what `setUpAlarms` made of a key, and nothing else. */
export async function takeDownAlarms(options: Omit<AlarmOptions, 'topicArn'>): Promise<AlarmChange[]> {
  const { clients, logGroup, keyId } = options;
  const changes: AlarmChange[] = [];
  const alarms = await readAlarms(options);
  for (const { name } of watchesOf(keyId))
    changes.push(
      await remove('alarm', name, alarms.get(name), isOwnAlarm, () =>
        ask('cloudwatch:DeleteAlarms', () => clients.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] }))),
      ),
    );
  for (const { name } of watchesOf(keyId))
    changes.push(
      await remove('metric filter', name, await readFilter(options, name), isOwnFilter, () =>
        ask('logs:DeleteMetricFilter', () =>
          clients.logs.send(new DeleteMetricFilterCommand({ logGroupName: logGroup, filterName: name })),
        ),
      ),
    );
  return changes;
}

/**
 * How each alarm of a key stands. With a log group, an alarm whose filter is gone counts as absent: nothing would ever
 * reach it.
 */
export async function readAlarmStates(
  options: Pick<AlarmOptions, 'clients' | 'keyId'> & { logGroup: string | null },
): Promise<AlarmState[]> {
  const { clients, keyId, logGroup } = options;
  const alarms = await readAlarms(options);
  const states: AlarmState[] = [];
  for (const { name } of watchesOf(keyId)) {
    const fed = logGroup === null || (await readFilter({ clients, logGroup }, name)) !== undefined;
    const alarm = fed ? alarms.get(name) : undefined;
    states.push({
      name,
      state: alarm?.StateValue ?? null,
      since: alarm?.StateUpdatedTimestamp?.toISOString() ?? null,
    });
  }
  return states;
}

async function settle<Found>(
  kind: AlarmChange['kind'],
  name: string,
  found: Found | undefined,
  isOwn: (found: Found) => boolean,
  isRight: (found: Found) => boolean,
  put: () => Promise<unknown>,
): Promise<AlarmChange> {
  if (found !== undefined && !isOwn(found)) return { kind, name, outcome: 'foreign' };
  if (found !== undefined && isRight(found)) return { kind, name, outcome: 'unchanged' };
  await put();
  return { kind, name, outcome: found === undefined ? 'made' : 'changed' };
}

async function remove<Found>(
  kind: AlarmChange['kind'],
  name: string,
  found: Found | undefined,
  isOwn: (found: Found) => boolean,
  send: () => Promise<unknown>,
): Promise<AlarmChange> {
  if (found === undefined) return { kind, name, outcome: 'absent' };
  if (!isOwn(found)) return { kind, name, outcome: 'foreign' };
  await send();
  return { kind, name, outcome: 'removed' };
}

async function readFilter(
  { clients, logGroup }: Pick<AlarmOptions, 'clients' | 'logGroup'>,
  name: string,
): Promise<MetricFilter | undefined> {
  const input = { logGroupName: logGroup, filterNamePrefix: name };
  return ask('logs:DescribeMetricFilters', async () => {
    for await (const { metricFilters = [] } of paginateDescribeMetricFilters({ client: clients.logs }, input)) {
      const found = metricFilters.find(({ filterName }) => filterName === name);
      if (found) return found;
    }
    return undefined;
  }).catch((error: unknown) => {
    const cause = error instanceof KeytrailError ? error.cause : null;
    if (!(cause instanceof Error) || cause.name !== 'ResourceNotFoundException') throw error;
    throw new KeytrailError('aws_failed', `there is no log group ${JSON.stringify(logGroup)} in this Region`, {
      hint: 'Name the log group that the trail delivers to, and its Region with --region.',
      cause,
    });
  });
}

const isOwnFilter = ({ metricTransformations = [] }: MetricFilter): boolean =>
  metricTransformations.every(({ metricNamespace }) => metricNamespace === namespace);

const isSame =
  ({ name, pattern }: Watch) =>
  ({ filterPattern, metricTransformations = [] }: MetricFilter): boolean =>
    filterPattern === pattern && metricTransformations.length === 1 && metricTransformations[0]?.metricName === name;

const putFilter = ({ clients, logGroup }: AlarmOptions, { name, pattern }: Watch): Promise<unknown> =>
  ask('logs:PutMetricFilter', () =>
    clients.logs.send(
      new PutMetricFilterCommand({
        logGroupName: logGroup,
        filterName: name,
        filterPattern: pattern,
        metricTransformations: [{ metricNamespace: namespace, metricName: name, metricValue: '1' }],
      }),
    ),
  );

async function readAlarms({
  clients,
  keyId,
}: Pick<AlarmOptions, 'clients' | 'keyId'>): Promise<Map<string, MetricAlarm>> {
  const names = watchesOf(keyId).map(({ name }) => name);
  const { MetricAlarms = [] } = await ask('cloudwatch:DescribeAlarms', () =>
    clients.cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: names, AlarmTypes: ['MetricAlarm'] })),
  );
  return new Map(MetricAlarms.map((alarm) => [alarm.AlarmName ?? '', alarm]));
}

const isOwnAlarm = ({ Namespace }: MetricAlarm): boolean => Namespace === namespace;

const alarmOf = ({ name, description }: Watch, AlarmActions: string[]) => ({
  AlarmName: name,
  AlarmDescription: description,
  Namespace: namespace,
  MetricName: name,
  Statistic: 'Sum' as const,
  Period: periodSeconds,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold' as const,
  // No call, no data point.
  TreatMissingData: 'notBreaching',
  AlarmActions,
});

/** Whether an alarm is as wanted, in everything that is wanted of it. */
const isAlarmed = (found: MetricAlarm, wanted: ReturnType<typeof alarmOf>): boolean =>
  Object.entries(wanted).every(
    ([member, value]) => JSON.stringify(found[member as keyof MetricAlarm]) === JSON.stringify(value),
  );
