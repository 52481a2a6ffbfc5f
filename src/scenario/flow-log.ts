import {
  customFormat,
  defaultFormat,
  type FlowFormat,
  type FlowRow,
  type Interface,
  type Traffic,
} from './flow-row.js';
import { type Random, randomOf } from './random.js';
import { type Cell, platform, production, sandbox, unusedRegion } from './world.js';

/** One flow log: a VPC's. */
export interface FlowLog {
  id: string;
  accountId: string;
  region: string;
  /** Share of the background rows. */
  share: number;
  format: FlowFormat;
  vpcId: string;
  hosts: Interface[];
  /** The hosts that the internet may reach by SSH. */
  bastion: Interface;
  nat: Interface;
}

const shares: readonly (readonly [accountId: string, region: string, share: number])[] = [
  [production, 'us-east-1', 0.44],
  [production, 'eu-west-1', 0.24],
  [platform, 'us-east-1', 0.18],
  [sandbox, 'us-east-1', 0.14],
  [platform, unusedRegion, 0],
];

export function flowLogsOf(seed: number, cells: readonly Cell[]): FlowLog[] {
  return shares.map(([accountId, region, share]) => {
    const random = randomOf(seed, 'flow-log', accountId, region);
    const cell = cells.find((one) => one.accountId === accountId && one.region === region)!;
    const vpcId = `vpc-0${random.hex(16)}`;
    const place = (index: number, instanceId: string | null): Interface => ({
      accountId,
      region,
      interfaceId: `eni-0${random.hex(16)}`,
      address: `10.${index % 3}.${random.between(0, 15)}.${10 + index * 7}`,
      instanceId,
      vpcId,
      subnetId: cell.subnets[index % 3]!,
      azId: `${region
        .split('-')
        .map((part) => part.slice(0, 1))
        .join('')}-az${1 + (index % 3)}`,
    });
    const hosts = Array.from({ length: 24 }, (_, index) => place(index, cell.instances[index] ?? null));
    return {
      id: `fl-0${random.hex(16)}`,
      accountId,
      region,
      share,
      format: accountId === platform ? customFormat : defaultFormat,
      vpcId,
      hosts,
      bastion: place(24, `i-0${random.hex(16)}`),
      nat: place(25, null),
    };
  });
}

const innerPorts = [443, 5432, 6379, 8080, 9092, 3306];
const scannedPorts = [22, 23, 80, 445, 1433, 3389, 5900, 6379, 8080, 9200];
/** People who work from home, one of them over IPv6. */
const bastionUsers = ['198.51.100.10', '198.51.100.12', '2001:db8:10::5'];

type Pattern = {
  weight: number;
  traffic: (log: FlowLog, random: Random) => { at: Interface; traffic: Traffic | null };
};

const ephemeral = (random: Random) => random.between(32_768, 60_999);

function sized(random: Random, most: number): { packets: number; bytes: number } {
  const packets = random.between(1, most);
  return { packets, bytes: packets * random.between(52, 1400) };
}

const patterns: readonly Pattern[] = [
  {
    weight: 40,
    traffic: (log, random) => {
      const index = random.between(0, log.hosts.length - 1);
      const from = log.hosts[index]!;
      const to = log.hosts[(index + random.between(1, log.hosts.length - 1)) % log.hosts.length]!;
      const reply = random.chance(0.5);
      const ports = { srcport: ephemeral(random), dstport: random.pick(innerPorts) };
      return {
        at: from,
        traffic: {
          srcaddr: reply ? to.address : from.address,
          dstaddr: reply ? from.address : to.address,
          srcport: reply ? ports.dstport : ports.srcport,
          dstport: reply ? ports.srcport : ports.dstport,
          protocol: 6,
          ...sized(random, 400),
          action: 'ACCEPT',
          direction: reply ? 'ingress' : 'egress',
        },
      };
    },
  },
  {
    weight: 20,
    traffic: (log, random) => {
      const at = log.hosts[random.between(0, 2)]!;
      return {
        at,
        traffic: {
          srcaddr: `198.51.100.${random.between(60, 190)}`,
          dstaddr: at.address,
          srcport: ephemeral(random),
          dstport: 443,
          protocol: 6,
          ...sized(random, 200),
          action: 'ACCEPT',
          direction: 'ingress',
        },
      };
    },
  },
  {
    weight: 16,
    traffic: (log, random) => ({
      at: log.nat,
      traffic: {
        srcaddr: log.nat.address,
        dstaddr: `192.0.2.${random.between(10, 60)}`,
        srcport: ephemeral(random),
        dstport: 443,
        protocol: 6,
        ...sized(random, 300),
        action: 'ACCEPT',
        direction: 'egress',
        pktSrcaddr: random.pick(log.hosts).address,
      },
    }),
  },
  {
    weight: 17,
    traffic: (log, random) => {
      const at = random.pick(log.hosts);
      return {
        at,
        traffic: {
          srcaddr: `192.0.2.${random.between(100, 170)}`,
          dstaddr: at.address,
          srcport: ephemeral(random),
          dstport: random.pick(scannedPorts),
          protocol: random.chance(0.9) ? 6 : 17,
          packets: 1,
          bytes: 44,
          action: 'REJECT',
          direction: 'ingress',
        },
      };
    },
  },
  {
    weight: 2,
    traffic: (log, random) => ({
      at: log.bastion,
      traffic: {
        srcaddr: random.pick(bastionUsers),
        dstaddr: log.bastion.address,
        srcport: ephemeral(random),
        dstport: 22,
        protocol: 6,
        ...sized(random, 900),
        action: 'ACCEPT',
        direction: 'ingress',
      },
    }),
  },
  { weight: 5, traffic: (log, random) => ({ at: random.pick(log.hosts), traffic: null }) },
];

/** A row of normal days that starts at this time. */
export function backgroundRow(log: FlowLog, start: number, random: Random): FlowRow {
  const { at, traffic } = random.weighted(patterns).traffic(log, random);
  return { at, start, end: start + random.between(15, 59), traffic, status: traffic ? 'OK' : 'NODATA' };
}
