import { isIPv6 } from 'node:net';

type Value = string | number | { [name: string]: Value };

/** A value of a file's data section; numbers are uint32. Source: "MaxMind DB File Format Specification". */
function encode(value: Value): Buffer {
  const control = (type: number, size: number) =>
    size < 29 ? Buffer.of((type << 5) | size) : Buffer.of((type << 5) | 29, size - 29);
  if (typeof value === 'string') return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), bytes]);
  }
  const entries = Object.entries(value);
  return Buffer.concat([
    control(7, entries.length),
    ...entries.flatMap(([name, inner]) => [encode(name), encode(inner)]),
  ]);
}

/** The bits of an IPv4 address, or of an IPv6 address that is written in full. */
function bitsOf(address: string): string {
  const [parts, base, width] = isIPv6(address) ? [address.split(':'), 16, 16] : [address.split('.'), 10, 8];
  return parts.map((part) => Number.parseInt(part, base).toString(2).padStart(width, '0')).join('');
}

/** A file in MaxMind's format with a record for each network `ADDRESS/BITS`. Version 6 holds IPv4 at `::/96`. */
export function mmdb(networks: Record<string, Value>, version: 4 | 6 = 6): Buffer {
  const empty = -1;
  const nodes: [number, number][] = [[empty, empty]];
  const records: Buffer[] = [];
  let length = 0;
  // A record's place in the data, below `empty`, until the number of nodes is known.
  const placeOf = (offset: number) => -2 - offset;
  for (const [network, value] of Object.entries(networks)) {
    const [address, bits] = network.split('/') as [string, string];
    const path = bitsOf(address).slice(0, Number(bits));
    const steps = [...(version === 6 && !isIPv6(address) ? '0'.repeat(96) : ''), ...path].map(Number) as (0 | 1)[];
    let node = 0;
    for (const step of steps.slice(0, -1)) {
      if (nodes[node]![step] === empty) nodes[node]![step] = nodes.push([empty, empty]) - 1;
      node = nodes[node]![step];
    }
    nodes[node]![steps.at(-1)!] = placeOf(length);
    const record = encode(value);
    records.push(record);
    length += record.length;
  }
  const tree = Buffer.alloc(nodes.length * 6);
  nodes.flat().forEach((pointer, i) => {
    const record = pointer >= 0 ? pointer : pointer === empty ? nodes.length : nodes.length + 16 - pointer - 2;
    tree.writeUIntBE(record, i * 3, 3);
  });
  const metadata = {
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: Date.UTC(2026, 0, 2) / 1000,
    database_type: 'test',
    description: {},
    ip_version: version,
    languages: {},
    node_count: nodes.length,
    record_size: 24,
  };
  const marker = Buffer.from('abcdef4d61784d696e642e636f6d', 'hex');
  return Buffer.concat([tree, Buffer.alloc(16), ...records, marker, encode(metadata)]);
}
