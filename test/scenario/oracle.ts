import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { arnPattern } from '../../src/model/derive.js';
import { packagePath } from '../../src/model/paths.js';
import type { Row } from '../../src/model/question.js';

// The questions once more, in the plainest way: everything in memory, from the files as written, and by what
// queries/*/query.yaml says of columns and order. It shares no code with the generator.

// biome-ignore lint/suspicious/noExplicitAny: records are read as the JSON that they are
export type Json = any;

export interface Read {
  records: Json[];
  flows: Record<string, string>[];
  findings: Json[];
  items: Json[];
  /** Paths of the log files, and records or rows in each. */
  sizes: Map<string, number>;
}

export function readLogs(directory: string): Read {
  const read: Read = { records: [], flows: [], findings: [], items: [], sizes: new Map() };
  for (const entry of readdirSync(path.join(directory, 'AWSLogs'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const text = gunzipSync(readFileSync(file)).toString();
    if (file.endsWith('.jsonl.gz')) {
      const findings = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      read.findings.push(...findings);
      read.sizes.set(file, findings.length);
    } else if (file.includes('/ConfigHistory/')) {
      const { configurationItems } = JSON.parse(text);
      read.items.push(...configurationItems);
      read.sizes.set(file, configurationItems.length);
    } else if (file.endsWith('.json.gz')) {
      const { Records } = JSON.parse(text);
      read.records.push(...Records);
      read.sizes.set(file, Records.length);
    } else {
      const [header, ...lines] = text.trimEnd().split('\n');
      const names = header!.split(' ');
      const rows = lines.map((line) => Object.fromEntries(line.split(' ').map((value, i) => [names[i]!, value])));
      read.flows.push(...rows);
      read.sizes.set(file, rows.length);
    }
  }
  return read;
}

const none = (value: unknown): unknown => (value === undefined || value === '' || value === '-' ? null : value);

function groupBy<T>(items: T[], keyOf: (item: T) => Row): { key: Row; items: T[] }[] {
  const groups = new Map<string, { key: Row; items: T[] }>();
  for (const item of items) {
    const key = keyOf(item);
    const name = JSON.stringify(key);
    if (!groups.has(name)) groups.set(name, { key, items: [] });
    groups.get(name)!.items.push(item);
  }
  return [...groups.values()];
}

const seen = (times: string[]): Row => {
  const sorted = [...times].sort();
  return { first_seen: sorted[0]!, last_seen: sorted.at(-1)! };
};

const epochText = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000', '');
const failures = (records: Json[]): number => records.filter((record) => none(record.errorCode) !== null).length;
const eventTimes = (records: Json[]): string[] => records.map((record) => record.eventTime);

function arnsOf(record: Json): string[] {
  const named = (record.resources ?? []).map((resource: Json) => resource.ARN).filter(Boolean);
  const inText = JSON.stringify(record.requestParameters ?? null).match(new RegExp(arnPattern, 'g')) ?? [];
  return [...new Set<string>([...named, ...inText])];
}

const refused = [
  'AccessDenied',
  'AccessDeniedException',
  'Client.UnauthorizedOperation',
  'UnauthorizedOperation',
  'VpceAccessDenied',
];

function isPrivate(address: string): boolean {
  const [a, b] = address.split('.').map(Number) as [number, number];
  return a === 10 || a === 127 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168);
}

type Question = { columns: { name: string }[]; order: string[]; parameters?: { name: string; default: unknown }[] };

export const questionOf = (id: string): Question =>
  parse(readFileSync(packagePath(`queries/${id}/query.yaml`), 'utf8'));

const toSecond = (time: string): string => time.replace(/\.\d+Z$/, 'Z');

type Answer = (records: Json[], read: Read, params: Json, keyIds: string[]) => Row[];

const unordered: Record<string, Answer> = {
  'guardduty-findings': (_records, { findings }, _params, keyIds) =>
    findings
      .map((finding) => ({ finding, key: finding.resource.accessKeyDetails, action: finding.service.action }))
      .filter(({ key }) => keyIds.length === 0 || keyIds.includes(key?.accessKeyId))
      .map(({ finding, key, action }) => ({
        updated_at: toSecond(finding.updatedAt),
        finding_id: finding.id,
        account_id: finding.accountId,
        region: finding.region,
        severity: finding.severity,
        type: finding.type,
        title: finding.title,
        access_key_id: key?.accessKeyId ?? null,
        user_name: key?.userName ?? null,
        instance_id: finding.resource.instanceDetails?.instanceId ?? null,
        api: action.awsApiCallAction?.api ?? null,
        source_ip: /"ipAddressV4":"([^"]+)"/.exec(JSON.stringify(action))![1]!,
        occurrences: finding.service.count,
        first_seen: toSecond(finding.service.eventFirstSeen),
        last_seen: toSecond(finding.service.eventLastSeen),
      })),
  'config-history': (_records, { items }, { resource }) =>
    items
      .filter((item) => !resource || [item.ARN, item.resourceId, item.resourceName].includes(resource))
      .map((item) => ({
        captured_at: toSecond(item.configurationItemCaptureTime),
        state_id: String(item.configurationStateId),
        account_id: item.awsAccountId,
        region: item.awsRegion,
        resource_type: item.resourceType,
        resource_id: item.resourceId,
        resource_name: item.resourceName ?? null,
        arn: item.ARN,
        status: item.configurationItemStatus,
        event_id: item.relatedEvents[0] ?? null,
        configuration: item.configuration ? JSON.stringify(item.configuration) : null,
      })),
  'key-owner': (records) =>
    groupBy(
      records,
      ({ userIdentity: who }) =>
        ({
          access_key_id: who.accessKeyId,
          account_id: none(who.accountId),
          principal_type: none(who.type),
          principal_id: none(who.principalId),
          arn: none(who.arn),
          user_name: none(who.userName),
          issuer_arn: none(who.sessionContext?.sessionIssuer?.arn),
        }) as Row,
    ).map(({ key, items }) => ({ ...key, events: items.length, ...seen(eventTimes(items)) })),
  'key-clients': (records) =>
    groupBy(
      records,
      (record) =>
        ({
          access_key_id: record.userIdentity.accessKeyId,
          source_ip: none(record.sourceIPAddress),
          user_agent: none(record.userAgent),
          vpc_endpoint_id: none(record.vpcEndpointId),
        }) as Row,
    ).map(({ key, items }) => ({ ...key, events: items.length, failed: failures(items), ...seen(eventTimes(items)) })),
  'resources-touched': (records) =>
    groupBy(
      records.flatMap((record) => arnsOf(record).map((arn) => ({ arn, record }))),
      ({ arn, record }) => ({ arn, event_source: record.eventSource, event_name: record.eventName }),
    ).map(({ key, items }) => {
      const of = items.map(({ record }) => record);
      return { ...key, events: of.length, failed: failures(of), ...seen(eventTimes(of)) };
    }),
  'denied-burst': (records) =>
    groupBy(
      records.filter((record) => refused.includes(record.errorCode)),
      (record) =>
        ({
          window_start: `${record.eventTime.slice(0, 15)}0:00Z`,
          access_key_id: none(record.userIdentity.accessKeyId),
          arn: none(record.userIdentity.arn),
        }) as Row,
    )
      .filter(({ items }) => items.length >= 10)
      .map(({ key, items }) => ({ ...key, refused: items.length, ...seen(eventTimes(items)) })),
  'key-timeline': (records) =>
    records.map(
      (record) =>
        ({
          event_time: record.eventTime,
          event_id: record.eventID,
          access_key_id: record.userIdentity.accessKeyId,
          account_id: record.recipientAccountId,
          region: record.awsRegion,
          event_source: record.eventSource,
          event_name: record.eventName,
          source_ip: none(record.sourceIPAddress),
          user_agent: none(record.userAgent),
          error_code: none(record.errorCode),
          error_message: none(record.errorMessage),
        }) as Row,
    ),
  'sts-children': (records) =>
    records
      .filter(
        (record) => record.eventSource === 'sts.amazonaws.com' && record.responseElements?.credentials?.accessKeyId,
      )
      .map(({ responseElements: answer, ...record }) => ({
        issued_key_id: answer.credentials.accessKeyId,
        parent_key_id: record.userIdentity.accessKeyId,
        event_time: record.eventTime,
        event_id: record.eventID,
        event_name: record.eventName,
        issued_arn: answer.assumedRoleUser?.arn ?? answer.federatedUser?.arn ?? null,
        expiration: answer.credentials.expiration,
        account_id: record.recipientAccountId,
        source_ip: record.sourceIPAddress,
      })),
  'console-logins': (records, _read, { user }) =>
    records
      .filter((record) => record.eventSource === 'signin.amazonaws.com' && record.eventName === 'ConsoleLogin')
      .filter((record) => !user || record.userIdentity.userName === user)
      .map(
        (record) =>
          ({
            event_time: record.eventTime,
            event_id: record.eventID,
            account_id: record.recipientAccountId,
            principal_type: none(record.userIdentity.type),
            user_name: none(record.userIdentity.userName),
            arn: none(record.userIdentity.arn),
            result: none(record.responseElements?.ConsoleLogin),
            mfa_used: none(record.additionalEventData?.MFAUsed),
            source_ip: none(record.sourceIPAddress),
            user_agent: none(record.userAgent),
            error_message: none(record.errorMessage),
          }) as Row,
      ),
  'internet-accepted': (_records, { flows }, { ports }) => {
    const wanted = ports ?? questionOf('internet-accepted').parameters!.find(({ name }) => name === 'ports')!.default;
    return groupBy(
      flows.filter(
        (flow) => flow.action === 'ACCEPT' && wanted.includes(Number(flow.dstport)) && !isPrivate(flow.srcaddr!),
      ),
      (flow) => ({
        srcaddr: flow.srcaddr!,
        dstaddr: flow.dstaddr!,
        dstport: Number(flow.dstport),
        protocol: Number(flow.protocol),
        interface_id: flow['interface-id']!,
      }),
    ).map(({ key, items }) => ({
      ...key,
      flows: items.length,
      packets: items.reduce((sum, flow) => sum + Number(flow.packets), 0),
      bytes: items.reduce((sum, flow) => sum + Number(flow.bytes), 0),
      ...seen(items.map((flow) => epochText(Number(flow.start)))),
    }));
  },
};

function compare(a: unknown, b: unknown): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a === 'number') return a - (b as number);
  return Buffer.compare(Buffer.from(a as string), Buffer.from(b as string));
}

/** The rows of a question over what was read. Empty `keyIds`: no limit to keys. */
export function ask(id: string, read: Read, keyIds: string[], params: Json): Row[] {
  const { records } = read;
  const scoped =
    keyIds.length > 0 ? records.filter((record) => keyIds.includes(record.userIdentity?.accessKeyId)) : records;
  const order = questionOf(id).order.map((key) => ({
    name: key.replace(/^-/, ''),
    sign: key.startsWith('-') ? -1 : 1,
  }));
  return unordered[id]!(scoped, read, params, keyIds).sort((a, b) => {
    for (const { name, sign } of order) {
      const [x, y] = [a[name], b[name]];
      const difference = compare(x, y) * (x === null || y === null ? 1 : sign);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}
