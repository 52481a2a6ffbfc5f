/**
 * The fields of VPC flow log records by version, and which of them are numbers.
 * Source: "Flow log records" of the Amazon VPC user guide.
 */
export const defaultFields = [
  'version',
  'account-id',
  'interface-id',
  'srcaddr',
  'dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'action',
  'log-status',
] as const;

const laterFields = [
  ...['vpc-id', 'subnet-id', 'instance-id', 'tcp-flags', 'type', 'pkt-srcaddr', 'pkt-dstaddr'],
  ...['region', 'az-id', 'sublocation-type', 'sublocation-id'],
  ...['pkt-src-aws-service', 'pkt-dst-aws-service', 'flow-direction', 'traffic-path'],
  ...['ecs-cluster-arn', 'ecs-cluster-name', 'ecs-container-instance-arn', 'ecs-container-instance-id'],
  ...['ecs-container-id', 'ecs-second-container-id', 'ecs-service-name', 'ecs-task-definition-arn'],
  ...['ecs-task-arn', 'ecs-task-id'],
  ...['reject-reason', 'resource-id', 'encryption-status'],
];

export const knownFields: ReadonlySet<string> = new Set([...defaultFields, ...laterFields]);

export const numberFields: ReadonlySet<string> = new Set([
  'version',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'tcp-flags',
  'traffic-path',
]);

/** What the parser adds from the object's key. */
export const originFields = { account: 'aws-account-id', region: 'aws-region' } as const;
