/**
 * The fields of flow log records by version, and which of them are numbers.
 * Sources: "Flow log records" of the Amazon VPC user guide; "Transit Gateway Flow Log records" of the Transit Gateway
 * guide.
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

/** The default format of Transit Gateway flow logs: every field of theirs, version 2 to 6. */
export const transitGatewayFields = [
  ...['version', 'resource-type', 'account-id', 'tgw-id', 'tgw-attachment-id'],
  ...['tgw-src-vpc-account-id', 'tgw-dst-vpc-account-id', 'tgw-src-vpc-id', 'tgw-dst-vpc-id'],
  ...['tgw-src-subnet-id', 'tgw-dst-subnet-id', 'tgw-src-eni', 'tgw-dst-eni', 'tgw-src-az-id', 'tgw-dst-az-id'],
  ...['tgw-pair-attachment-id', 'srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol', 'packets', 'bytes'],
  ...['start', 'end', 'log-status', 'type', 'packets-lost-no-route', 'packets-lost-blackhole'],
  ...['packets-lost-mtu-exceeded', 'packets-lost-ttl-expired', 'tcp-flags', 'region', 'flow-direction'],
  ...['pkt-src-aws-service', 'pkt-dst-aws-service'],
];

const laterFields = [
  // Version 3, 4, 5.
  ...['vpc-id', 'subnet-id', 'instance-id', 'tcp-flags', 'type', 'pkt-srcaddr', 'pkt-dstaddr'],
  ...['region', 'az-id', 'sublocation-type', 'sublocation-id'],
  ...['pkt-src-aws-service', 'pkt-dst-aws-service', 'flow-direction', 'traffic-path'],
  // Version 7.
  ...['ecs-cluster-arn', 'ecs-cluster-name', 'ecs-container-instance-arn', 'ecs-container-instance-id'],
  ...['ecs-container-id', 'ecs-second-container-id', 'ecs-service-name', 'ecs-task-definition-arn'],
  ...['ecs-task-arn', 'ecs-task-id'],
  // Version 8, 9, 10.
  ...['reject-reason', 'resource-id', 'encryption-status'],
  // Version 11.
  ...['instance-tag', 'instance-tag-2', 'interface-tag', 'interface-tag-2', 'asg-tag', 'asg-tag-2', 'interface-type'],
  ...['next-hop-interface-id', 'next-hop-subnet-id', 'next-hop-az-id', 'next-hop-vpc-id', 'next-hop-interface-type'],
];

export const knownFields: ReadonlySet<string> = new Set([...defaultFields, ...laterFields, ...transitGatewayFields]);

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
  'packets-lost-no-route',
  'packets-lost-blackhole',
  'packets-lost-mtu-exceeded',
  'packets-lost-ttl-expired',
]);

/** What the parser adds from the object's key. */
export const originFields = { account: 'aws-account-id', region: 'aws-region' } as const;
