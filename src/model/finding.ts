import { scalarText } from './exact-json.js';

/**
 * Where a GuardDuty finding holds what questions ask for, by the derived field's name: the first path with a value
 * counts, for the kind of action or resource decides which is there. Each begins with a field of the contract.
 * Source: "GuardDuty API reference: Finding, Resource, Action".
 */
export const findingPaths = {
  resource_type: ['resource.resourceType'],
  access_key_id: ['resource.accessKeyDetails.accessKeyId'],
  principal_id: ['resource.accessKeyDetails.principalId'],
  user_name: ['resource.accessKeyDetails.userName'],
  instance_id: ['resource.instanceDetails.instanceId'],
  remote_address: [
    'service.action.awsApiCallAction.remoteIpDetails.ipAddressV4',
    'service.action.networkConnectionAction.remoteIpDetails.ipAddressV4',
    'service.action.kubernetesApiCallAction.remoteIpDetails.ipAddressV4',
    'service.action.rdsLoginAttemptAction.remoteIpDetails.ipAddressV4',
    'service.action.portProbeAction.portProbeDetails.0.remoteIpDetails.ipAddressV4',
    'service.action.awsApiCallAction.remoteIpDetails.ipAddressV6',
    'service.action.networkConnectionAction.remoteIpDetails.ipAddressV6',
  ],
  api: ['service.action.awsApiCallAction.api'],
  event_first_seen: ['service.eventFirstSeen'],
  event_last_seen: ['service.eventLastSeen'],
} as const satisfies Record<string, readonly string[]>;

/** The first of the paths that leads to a value in the record, or null. */
export function firstText(record: Record<string, unknown>, paths: readonly string[]): string | null {
  for (const path of paths) {
    let value: unknown = record;
    for (const step of path.split('.'))
      value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : undefined;
    const text = scalarText(value);
    if (text) return text;
  }
  return null;
}

function sqlOf(paths: readonly string[]): string {
  const all = paths.map((path) => {
    const [column, ...steps] = path.split('.');
    const json = steps.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`)).join('');
    return `NULLIF(json_extract_scalar(${column}, '$${json}'), '')`;
  });
  return all.length === 1 ? all[0]! : `COALESCE(${all.join(', ')})`;
}

/** The same in SQL, where `resource` and `service` are JSON text: an expression for each derived column. */
export const findingColumns = (): string[] =>
  Object.entries(findingPaths).map(([name, paths]) => `${sqlOf(paths)} AS ${name}`);

/** The access key that a finding is about, in SQL. */
export const findingKey = sqlOf(findingPaths.access_key_id);
