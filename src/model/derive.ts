import type { LogName, RawRecord } from './event.js';
import { scalarText, toJson } from './exact-json.js';
import { findingPaths, firstText } from './finding.js';

/** An ARN inside JSON text: it ends at a quote, a backslash, a blank or a comma. RE2 and Java read it alike. */
export const arnPattern = 'arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:[a-z0-9]*:[^"\\\\ ,]+';
/** Longer ones are noise; AWS allows 2,048 characters. */
export const maxArnLength = 2048;

type Derivation = (record: RawRecord) => string | string[] | number | null;

/** As SQL computes it from the column, which takes numbers and booleans as text. */
const text = (value: unknown): string | null => scalarText(value) || null;

const inside = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

function arns(record: RawRecord): string[] {
  const found = new Set<string>();
  if (Array.isArray(record.resources))
    for (const resource of record.resources) {
      const arn = text(inside(resource, 'ARN'));
      if (arn) found.add(arn);
    }
  if (record.requestParameters)
    for (const [arn] of toJson(record.requestParameters, record).matchAll(new RegExp(arnPattern, 'g'))) found.add(arn);
  return [...found].filter((arn) => arn.length <= maxArnLength);
}

const ofFinding = Object.fromEntries(
  Object.entries(findingPaths).map(([name, paths]): [string, Derivation] => [
    name,
    (record) => firstText(record, paths),
  ]),
);

/** What the contracts' `derive` names mean, by log. */
export const derivations: Record<LogName, Record<string, Derivation>> = {
  cloudtrail: {
    account: (record) => text(record.recipientAccountId) ?? text(inside(record.userIdentity, 'accountId')),
    // An Insight is no call: it neither succeeded nor failed.
    outcome: (record) =>
      record.eventType === 'AwsCloudTrailInsight' ? null : text(record.errorCode) ? 'failure' : 'success',
    arns,
  },
  vpcflow: {
    account: (record) => text(record['aws-account-id']) ?? text(record['account-id']),
    region: (record) => text(record['aws-region']) ?? text(record.region),
    time: (record) => {
      const seconds = record.start ?? record.end;
      return typeof seconds === 'number' ? new Date(seconds * 1000).toISOString().replace('.000Z', 'Z') : null;
    },
  },
  config: {},
  guardduty: {
    ...ofFinding,
    remote_ip: (record) => firstText(record, findingPaths.remote_address),
  },
};
