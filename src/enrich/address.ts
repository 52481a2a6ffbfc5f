import { isIPv4, isIPv6 } from 'node:net';

/**
 * `private`: not on the internet (private use, carrier-grade NAT, loopback, link-local, multicast, reserved).
 * `aws-service`: AWS acted itself and gave a name for an address. `invalid`: neither a name of AWS nor an address.
 */
export type AddressClass = 'public' | 'private' | 'aws-service' | 'invalid';

export interface Address {
  class: AddressClass;
  /** What databases know a public address by: IPv4 inside IPv6 is IPv4. Null for every other class. */
  ip: string | null;
}

/** Labels of a host name, whole: `amazonaws.com.example.org` and `notamazonaws.com` are nobody's service. */
export const awsService = /^(?:[a-z0-9](?:[a-z0-9-]{0,62})\.){1,8}amazonaws\.(?:com|com\.cn|eu)$/i;
/** CloudTrail record contents, sourceIPAddress: calls that AWS makes for itself come from `AWS Internal`. */
export const awsInternal = /^AWS Internal$/i;
const maxNameLength = 253;

type RangeV4 = readonly [base: number, size: number];
type RangeV6 = readonly [base: bigint, bits: number];

/**
 * IANA IPv4 and IPv6 Special-Purpose Address Registries. The documentation ranges (192.0.2.0/24 …) are left out:
 * where they are met they stand for public addresses.
 */
const privateV4: RangeV4[] = [
  range4('0.0.0.0', 8),
  range4('10.0.0.0', 8),
  range4('100.64.0.0', 10),
  range4('127.0.0.0', 8),
  range4('169.254.0.0', 16),
  range4('172.16.0.0', 12),
  range4('192.0.0.0', 24),
  range4('192.168.0.0', 16),
  range4('198.18.0.0', 15),
  range4('224.0.0.0', 3),
];
const privateV6: RangeV6[] = [
  range6('::', 127),
  range6('100::', 64),
  range6('fc00::', 7),
  // Link-local, and the site-local addresses of old.
  range6('fe80::', 9),
  range6('ff00::', 8),
];
/** IPv4-mapped addresses, and the well-known prefix of NAT64, behind which a VPC reaches IPv4. */
const holdsV4: RangeV6[] = [range6('::ffff:0:0', 96), range6('64:ff9b::', 96)];

function range4(base: string, bits: number): RangeV4 {
  return [numberOfV4(base), 2 ** (32 - bits)];
}

function range6(base: string, bits: number): RangeV6 {
  return [numberOfV6(base), bits];
}

function numberOfV4(text: string): number {
  return text.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}

/** Of text that `isIPv6` accepts. */
function numberOfV6(text: string): bigint {
  const address = text.replace(/%.*$/, '').replace(/[\d.]+$/, (end) => {
    if (!end.includes('.')) return end;
    const number = numberOfV4(end);
    return `${Math.floor(number / 65_536).toString(16)}:${(number % 65_536).toString(16)}`;
  });
  const [head = [], tail] = address.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const groups = tail ? [...head, ...new Array<string>(8 - head.length - tail.length).fill('0'), ...tail] : head;
  return groups.reduce((number, group) => (number << 16n) | BigInt(`0x${group}`), 0n);
}

const within = (number: bigint, ranges: readonly RangeV6[]): boolean =>
  ranges.some(([base, bits]) => number >> BigInt(128 - bits) === base >> BigInt(128 - bits));

function classifyV4(ip: string): Address {
  const number = numberOfV4(ip);
  return privateV4.some(([base, size]) => number >= base && number < base + size)
    ? { class: 'private', ip: null }
    : { class: 'public', ip };
}

/** What a log calls an address: `sourceIPAddress` of CloudTrail, `srcaddr` and `dstaddr` of flow logs. */
export function classify(text: string): Address {
  if (isIPv4(text)) return classifyV4(text);
  if (isIPv6(text)) {
    const number = numberOfV6(text);
    if (within(number, holdsV4))
      return classifyV4([24n, 16n, 8n, 0n].map((shift) => (number >> shift) & 255n).join('.'));
    return within(number, privateV6)
      ? { class: 'private', ip: null }
      : { class: 'public', ip: text.replace(/%.*$/, '') };
  }
  const ofAws = text.length <= maxNameLength && (awsInternal.test(text) || awsService.test(text));
  return { class: ofAws ? 'aws-service' : 'invalid', ip: null };
}
