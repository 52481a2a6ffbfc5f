import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { KeytrailError } from '../../errors.js';

export interface Network {
  /** As policies take it: an address, or `ADDRESS/BITS`. */
  text: string;
  address: string;
  bits: number;
  family: 'ipv4' | 'ipv6';
}

const wholeOf = { ipv4: 32, ipv6: 128 } as const;

/** An address or a CIDR block as given by a user; null where it is neither. */
export function parseNetwork(text: string): Network | null {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) && !address.includes('%') ? 'ipv6' : null;
  if (family === null || more.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return null;
  const whole = wholeOf[family];
  const length = bits === undefined ? whole : Number(bits);
  if (length > whole) return null;
  return { text: length === whole ? address : `${address}/${length}`, address, bits: length, family };
}

/** Whether an address, or the whole of a network, lies in any of these. */
export function holds(networks: readonly Network[], { address, bits, family }: Network): boolean {
  return networks.some((network) => network.bits <= bits && listOf([network]).check(address, family));
}

/** Whether two have an address in common. */
export const overlap = (one: Network, other: Network): boolean => holds([one], other) || holds([other], one);

export function listOf(networks: readonly Network[]): BlockList {
  const list = new BlockList();
  for (const { address, bits, family } of networks) list.addSubnet(address, bits, family);
  return list;
}

/** IPv6 addresses of one place share their first half. */
const ipv6Bits = 64;

/** The network of an address: with so many bits of IPv4, or the /64 of IPv6. */
export function networkOf({ address, family }: Network, bits: number): Network {
  if (family === 'ipv6') return parseNetwork(`${halfOf(address)}::/${ipv6Bits}`)!;
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - bits);
  const base = number - (number % size);
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256);
  return parseNetwork(`${parts.join('.')}/${bits}`)!;
}

/** The first four groups of an IPv6 address. */
function halfOf(address: string): string {
  // A URL has the one spelling that is shortest.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? [] : new Array<string>(8 - first.length - last.length).fill('0');
  return [...first, ...gap, ...last].slice(0, 4).join(':');
}

/** A flag's network; throws `usage`. */
export function givenNetwork(flag: string, text: string): Network {
  const network = parseNetwork(text);
  if (network) return network;
  throw new KeytrailError('usage', `${flag} ${JSON.stringify(text)} is no address and no CIDR block`, {
    hint: 'For example 198.51.100.7, 198.51.100.0/24 or 2001:db8::/32.',
  });
}
