import type { FlowLog } from './flow-log.js';
import type { FlowRow, Interface, Traffic } from './flow-row.js';
import { randomOf } from './random.js';
import type { Timed } from './schedule.js';
import { acts, type Villain } from './villain.js';
import { platform, unusedRegion } from './world.js';

export interface PlannedFlow extends Timed {
  log: FlowLog;
  row: FlowRow;
}

/** What the launched instances do, and one row that says that rows were lost. In order of time. */
export function planFlows(seed: number, villain: Villain, logs: readonly FlowLog[]): PlannedFlow[] {
  const random = randomOf(seed, 'incident-flows');
  const log = logs.find(({ accountId, region }) => accountId === platform && region === unusedRegion)!;
  const launched = villain.began + acts.launch + 300;
  const end = villain.began + acts.end;
  const planned: PlannedFlow[] = [];
  const add = (at: Interface, start: number, traffic: Traffic) =>
    planned.push({ log, time: start, row: { at, start, end: start + random.between(20, 59), traffic, status: 'OK' } });
  const [scanner, operator] = villain.addresses as [string, string];

  villain.instances.forEach(({ instanceId, interfaceId, address }, index) => {
    const at: Interface = {
      accountId: platform,
      region: unusedRegion,
      interfaceId,
      address,
      instanceId,
      vpcId: villain.network.vpcId,
      subnetId: villain.network.subnetId,
      azId: 'sae1-az1',
    };
    const inbound = (start: number, srcaddr: string, dstport: number, packets: number) => {
      const ports = { srcport: random.between(32_768, 60_999), dstport };
      const both = { protocol: 6, packets, action: 'ACCEPT' } as const;
      add(at, start, {
        ...both,
        ...ports,
        srcaddr,
        dstaddr: address,
        bytes: packets * random.between(60, 220),
        direction: 'ingress',
      });
      add(at, start, {
        ...both,
        srcport: dstport,
        dstport: ports.srcport,
        srcaddr: address,
        dstaddr: srcaddr,
        bytes: packets * random.between(200, 900),
        direction: 'egress',
      });
    };
    const outbound = (start: number, dstaddr: string, dstport: number, packets: number, size: number) =>
      add(at, start, {
        srcaddr: address,
        dstaddr,
        srcport: 40_000 + index * 100 + random.between(0, 99),
        dstport,
        protocol: 6,
        packets,
        bytes: packets * size,
        action: 'ACCEPT',
        direction: 'egress',
      });
    for (let visit = 0; visit < 4; visit++)
      inbound(launched + index * 40 + visit * 2_700, operator, 22, random.between(40, 700));
    inbound(launched + 900 + index * 13, scanner, 22, 3);
    if (index === 3)
      for (let visit = 0; visit < 3; visit++)
        inbound(launched + 1_500 + visit * 3_600, operator, 3389, random.between(900, 4_000));
    for (let start = launched + 600 + index * 7; start < end - 60; start += 900)
      outbound(start, villain.sinks.pool, 3333, random.between(20, 60), 180);
    if (index === 0)
      for (let step = 0; step < 20; step++)
        outbound(launched + 7_200 + step * 60, villain.sinks.drop, 443, random.between(20_000, 60_000), 1400);
  });

  const quiet = logs[0]!;
  const start = villain.began + acts.steal;
  planned.push({
    log: quiet,
    time: start,
    row: { at: quiet.hosts[5]!, start, end: start + 60, traffic: null, status: 'SKIPDATA' },
  });
  return planned.sort((a, b) => a.time - b.time);
}
