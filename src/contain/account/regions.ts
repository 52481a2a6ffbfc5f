import { DescribeRegionsCommand } from '@aws-sdk/client-ec2';
import { ask, type ContainClients } from '../aws.js';

/** The Regions that the account has enabled, sorted. Throws what `ask` throws. */
export async function readRegions(clients: ContainClients): Promise<string[]> {
  const { Regions = [] } = await ask('ec2:DescribeRegions', () =>
    clients.in(clients.region).ec2.send(new DescribeRegionsCommand({})),
  );
  return Regions.flatMap(({ RegionName }) => RegionName ?? []).sort();
}
