import { KeytrailError } from '../../errors.js';
import { compareText } from '../../model/cell.js';
import type { PolicyDocument } from '../policy.js';
import { type Classify, type ClientAction, contextOf } from './call.js';
import { holds, type Network, networkOf, overlap, parseNetwork } from './network.js';

export interface SourceOptions {
  classify: Classify;
  /** Whose calls count for nothing: addresses of the intruder. */
  exclude: readonly Network[];
  excludeEndpoints: readonly string[];
  /** What is allowed besides. */
  allow: readonly Network[];
  allowEndpoints: readonly string[];
  /** Two IPv4 addresses with so many first bits in common become one network; null: addresses stay as they are. */
  widen: number | null;
}

/** From where a key may be used. */
export interface Sources {
  /** Sorted; none lies in another. */
  networks: Network[];
  /** Sorted. */
  endpoints: string[];
}

/** Whether a client is the intruder's, by its address. */
export function isExcluded({ source_ip, vpc_endpoint_id }: ClientAction, options: SourceOptions): boolean {
  if (vpc_endpoint_id !== null && options.excludeEndpoints.includes(vpc_endpoint_id)) return true;
  const address = parseNetwork(options.classify(source_ip ?? '').ip ?? source_ip ?? '');
  return address !== null && holds(options.exclude, address);
}

/** The sources of the calls, without those excluded. Throws `usage` where something is both allowed and excluded. */
export function sourcesOf(calls: readonly ClientAction[], options: SourceOptions): Sources {
  const { classify, exclude, allow, widen } = options;
  for (const network of allow) {
    const against = exclude.find((excluded) => overlap(network, excluded));
    if (against)
      throw new KeytrailError('usage', `${network.text} is allowed and ${against.text} is excluded`, {
        hint: 'Give --allow a smaller network, or leave --exclude out.',
      });
  }
  const addresses = new Map<string, Network>();
  const endpoints = new Set<string>(options.allowEndpoints);
  for (const call of calls) {
    if (isExcluded(call, options)) continue;
    const context = contextOf(call, classify);
    if (context['aws:SourceVpce'] !== undefined) endpoints.add(context['aws:SourceVpce']);
    const ip = classify(call.source_ip ?? '').ip;
    if (context['aws:SourceIp'] !== undefined && ip !== null) addresses.set(ip, parseNetwork(ip)!);
  }
  const used = widen === null ? [...addresses.values()] : widened([...addresses.values()], widen, exclude);
  return { networks: merged([...used, ...allow]), endpoints: [...endpoints].sort() };
}

/** Addresses that share a network become it, unless it holds what is excluded. */
function widened(addresses: readonly Network[], bits: number, exclude: readonly Network[]): Network[] {
  const shared = new Map<string, Network[]>();
  for (const address of addresses) {
    const { text } = networkOf(address, bits);
    shared.set(text, [...(shared.get(text) ?? []), address]);
  }
  return [...shared].flatMap(([text, some]) => {
    const network = parseNetwork(text)!;
    return some.length === 1 || exclude.some((excluded) => overlap(network, excluded)) ? some : [network];
  });
}

/** Without doubles and without those that lie in another. */
function merged(networks: readonly Network[]): Network[] {
  const single = [...new Map(networks.map((network) => [network.text, network])).values()];
  return single
    .filter(
      (network) =>
        !holds(
          single.filter((other) => other.bits < network.bits),
          network,
        ),
    )
    .sort((a, b) => compareText(a.family, b.family) || compareText(a.text, b.text));
}

/**
 * Denies everything from elsewhere. One statement does it for both ways in: a negated operator holds where its key is
 * absent (IAM user guide: IAM JSON policy elements: Condition operators), and a request has an address or an endpoint,
 * never both. Throws `usage` where nothing is allowed.
 */
export function policyFor({ networks, endpoints }: Sources): PolicyDocument {
  if (networks.length === 0 && endpoints.length === 0)
    throw new KeytrailError('usage', 'there is no address left that the key may be used from', {
      hint: 'Name one with --allow, exclude less, or ask of a longer time; to stop the key, use keytrail contain.',
    });
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'DenyFromElsewhere',
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: {
          ...(networks.length === 0 ? {} : { NotIpAddress: { 'aws:SourceIp': networks.map(({ text }) => text) } }),
          ...(endpoints.length === 0 ? {} : { StringNotEquals: { 'aws:SourceVpce': endpoints } }),
          Bool: { 'aws:ViaAWSService': 'false' },
        },
      },
    ],
  };
}

/** IAM and AWS STS quotas: characters of a policy, white space left out. */
export const limits = { userInline: 2048, managed: 6144, roleInline: 10_240 } as const;

export const sizeOf = (policy: PolicyDocument): number => JSON.stringify(policy).length;
