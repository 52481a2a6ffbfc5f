import { randomOf } from './random.js';

/** The accounts have the numbers that AWS's documentation uses, so that none is somebody's. */
export const production = '111122223333';
export const platform = '444455556666';
export const sandbox = '777788889999';
export const accountIds: readonly string[] = [production, platform, sandbox];

/** Where the organisation works. */
export const homeRegions: readonly string[] = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];
/** Where it has nothing, until the intruder launches instances there. */
export const unusedRegion = 'sa-east-1';

/** The one bucket whose object calls are logged: a data-event selector of the trail names it. */
export const dataBucket = 'meadow-customer-exports';

/** What one account has in one Region. A share of 0: no background traffic. */
export interface Cell {
  accountId: string;
  region: string;
  share: number;
  instances: string[];
  functions: string[];
  vpcEndpointId: string;
  natAddress: string;
  keyArn: string;
  subnets: string[];
  cluster: string;
}

const shares: Readonly<Record<string, readonly number[]>> = {
  [production]: [0.34, 0.2, 0.06],
  [platform]: [0.16, 0.08, 0.02],
  [sandbox]: [0.09, 0.04, 0.01],
};

const functionNames = ['order-intake', 'invoice-render', 'stock-sync', 'mail-bounce', 'image-resize'];

/** Every account in every Region, accounts first. */
export function cellsOf(seed: number): Cell[] {
  return accountIds.flatMap((accountId, account) =>
    [...homeRegions, unusedRegion].map((region, index): Cell => {
      const random = randomOf(seed, 'cell', accountId, region);
      return {
        accountId,
        region,
        share: shares[accountId]![index] ?? 0,
        instances: Array.from({ length: 12 }, () => `i-0${random.hex(16)}`),
        functions: functionNames.map((name) => `${name}-${random.hex(6)}`),
        vpcEndpointId: `vpce-0${random.hex(16)}`,
        natAddress: `203.0.113.${10 + account * 4 + index}`,
        keyArn: `arn:aws:kms:${region}:${accountId}:key/${random.uuid()}`,
        subnets: Array.from({ length: 3 }, () => `subnet-0${random.hex(16)}`),
        cluster: `${region}-main`,
      };
    }),
  );
}

/** The identity provider of the cell's Kubernetes cluster. */
export const oidcProviderOf = (cell: Cell): string =>
  `arn:aws:iam::${cell.accountId}:oidc-provider/oidc.eks.${cell.region}.amazonaws.com/id/${cell.keyArn.slice(-12).toUpperCase()}`;

export const people = ['amara.okafor', 'bela.kovacs', 'chen.wei', 'dina.haddad', 'emil.larsen', 'farah.nasser'];

/** The address of an office or a home: one for each person. */
export const addressOf = (person: string): string => `198.51.100.${10 + people.indexOf(person)}`;
