/** Where a row was recorded. */
export interface Interface {
  accountId: string;
  region: string;
  interfaceId: string;
  address: string;
  instanceId: string | null;
  vpcId: string;
  subnetId: string;
  azId: string;
}

/** The traffic of a row; a row without it is NODATA or SKIPDATA. */
export interface Traffic {
  srcaddr: string;
  dstaddr: string;
  srcport: number;
  dstport: number;
  protocol: number;
  packets: number;
  bytes: number;
  action: 'ACCEPT' | 'REJECT';
  direction: 'ingress' | 'egress';
  /** Behind a NAT gateway, the addresses of the packet itself. */
  pktSrcaddr?: string;
  pktDstaddr?: string;
}

export interface FlowRow {
  at: Interface;
  /** Seconds since 1970. */
  start: number;
  end: number;
  traffic: Traffic | null;
  status: 'OK' | 'NODATA' | 'SKIPDATA';
}

type Cell = (row: FlowRow, version: number) => string | number | null | undefined;

/** Source: Amazon VPC user guide, Flow log records. */
const cells = {
  version: (_row, version) => version,
  'account-id': ({ at }) => at.accountId,
  'interface-id': ({ at }) => at.interfaceId,
  srcaddr: ({ traffic }) => traffic?.srcaddr,
  dstaddr: ({ traffic }) => traffic?.dstaddr,
  srcport: ({ traffic }) => traffic?.srcport,
  dstport: ({ traffic }) => traffic?.dstport,
  protocol: ({ traffic }) => traffic?.protocol,
  packets: ({ traffic }) => traffic?.packets,
  bytes: ({ traffic }) => traffic?.bytes,
  start: ({ start }) => start,
  end: ({ end }) => end,
  action: ({ traffic }) => traffic?.action,
  'log-status': ({ status }) => status,
  'vpc-id': ({ at }) => at.vpcId,
  'subnet-id': ({ at }) => at.subnetId,
  'instance-id': ({ at }) => at.instanceId,
  'tcp-flags': ({ traffic }) => (traffic?.protocol === 6 ? (traffic.action === 'ACCEPT' ? 19 : 2) : traffic && 0),
  type: ({ traffic }) => traffic && (traffic.srcaddr.includes(':') ? 'IPv6' : 'IPv4'),
  'pkt-srcaddr': ({ traffic }) => traffic?.pktSrcaddr ?? traffic?.srcaddr,
  'pkt-dstaddr': ({ traffic }) => traffic?.pktDstaddr ?? traffic?.dstaddr,
  region: ({ at }) => at.region,
  'az-id': ({ at }) => at.azId,
  'flow-direction': ({ traffic }) => traffic?.direction,
  'traffic-path': ({ traffic }) =>
    traffic?.direction === 'egress' ? (traffic.dstaddr.startsWith('10.') ? 1 : 8) : null,
} satisfies Record<string, Cell>;

export interface FlowFormat {
  version: number;
  fields: readonly (keyof typeof cells)[];
}

/** What a flow log has unless told otherwise. */
export const defaultFormat: FlowFormat = {
  version: 2,
  fields: [
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
  ],
};

/** Chosen fields in an order of their own. */
export const customFormat: FlowFormat = {
  version: 5,
  fields: [
    'region',
    'az-id',
    'vpc-id',
    'subnet-id',
    'instance-id',
    'interface-id',
    'flow-direction',
    'type',
    'srcaddr',
    'srcport',
    'dstaddr',
    'dstport',
    'pkt-srcaddr',
    'pkt-dstaddr',
    'protocol',
    'tcp-flags',
    'bytes',
    'packets',
    'action',
    'traffic-path',
    'start',
    'end',
    'account-id',
    'log-status',
    'version',
  ],
};

export const lineOf = (row: FlowRow, format: FlowFormat): string =>
  format.fields.map((field) => (cells[field] as Cell)(row, format.version) ?? '-').join(' ');
