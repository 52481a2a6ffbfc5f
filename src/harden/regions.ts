import { DescribeRegionsCommand } from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { ask } from '../contain/aws.js';
import { KeytrailError } from '../errors.js';
import type { HardenClients } from './clients.js';
import { read } from './read.js';

/** The account that the clients speak for. Throws what `ask` throws: without it there is nothing to look at. */
export async function accountOf({ sts }: HardenClients): Promise<string> {
  const { Account = '' } = await ask('sts:GetCallerIdentity', () => sts.send(new GetCallerIdentityCommand({})));
  return Account;
}

/** The Regions that are enabled for the account, sorted, and the clients' own. Throws `Unreadable`. */
export async function enabledRegions(clients: HardenClients): Promise<string[]> {
  const { Regions = [] } = await read('ec2:DescribeRegions', () =>
    clients.in(clients.region).ec2.send(new DescribeRegionsCommand({})),
  );
  return [...new Set([clients.region, ...Regions.map(({ RegionName = '' }) => RegionName)])].filter(Boolean).sort();
}

/** A Region becomes part of a host's name. */
export function checkRegion(region: string): string {
  if (/^[a-z]{2,4}(-[a-z]{2,12}){1,3}-\d{1,2}$/.test(region)) return region;
  throw new KeytrailError('usage', `${JSON.stringify(region)} is no Region`, { hint: 'For example eu-central-1.' });
}
