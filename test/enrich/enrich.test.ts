import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { remembered } from '../../src/enrich/cache.js';
import { openDatabases } from '../../src/enrich/databases.js';
import { enricher, openEnrichment } from '../../src/enrich/enrich.js';
import { contractOf } from '../../src/model/contract.js';
import { mmdb } from './mmdb.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-enrich-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(name: string, bytes: Buffer | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

const exampleNet = { autonomous_system_number: 4_200_000_001, autonomous_system_organization: 'Example Net' };

test('both logs are enriched, under the names of their contracts', async () => {
  const { databases, enrich } = await openEnrichment({
    countryFile: await fileOf(
      'country.mmdb',
      mmdb({ '203.0.113.0/24': { country: { iso_code: 'NL' } }, '2001:db8:0:0:0:0:0:0/32': { country_code: 'JP' } }),
    ),
    asnFile: await fileOf('asn.mmdb', mmdb({ '203.0.113.0/24': exampleNet })),
  });
  expect(databases.every(({ available, detail }) => available && detail.endsWith('built 2026-01-02'))).toBe(true);

  const event = enrich('cloudtrail', {
    sourceIPAddress: '203.0.113.9',
    userAgent: 'aws-cli/2.11.1 Python/3.9.13 Linux/5.10.109',
  });
  expect(event).toEqual({
    'keytrail.source.class': 'public',
    'source.geo.country_iso_code': 'NL',
    'source.as.number': 4_200_000_001,
    'source.as.organization.name': 'Example Net',
    'user_agent.name': 'aws-cli',
    'user_agent.version': '2.11.1',
    'user_agent.os.name': 'Linux',
  });
  expect(Object.keys(event).sort()).toEqual(
    contractOf('cloudtrail')
      .enriched.map(({ field }) => field)
      .sort(),
  );

  expect(enrich('vpcflow', { srcaddr: '2001:db8::7', dstaddr: '::ffff:203.0.113.9' })).toEqual({
    'keytrail.source.class': 'public',
    'source.geo.country_iso_code': 'JP',
    'keytrail.destination.class': 'public',
    'destination.geo.country_iso_code': 'NL',
    'destination.as.number': 4_200_000_001,
    'destination.as.organization.name': 'Example Net',
  });
});

test('what a record lacks or twists adds nothing', async () => {
  const enrich = enricher({ country: () => ({ country_code: 'NL' }), asn: null });
  expect(enrich('cloudtrail', {})).toEqual({});
  expect(enrich('cloudtrail', { sourceIPAddress: '', userAgent: '' })).toEqual({});
  expect(enrich('cloudtrail', { sourceIPAddress: { a: 1 }, userAgent: ['aws-cli/1'] })).toEqual({});
  expect(enrich('vpcflow', { srcaddr: 5, dstaddr: null })).toEqual({});
  // Only a public address has a country, whatever the database says.
  expect(enrich('vpcflow', { srcaddr: '10.0.0.1', dstaddr: '8.8.8.8' })).toEqual({
    'keytrail.source.class': 'private',
    'keytrail.destination.class': 'public',
    'destination.geo.country_iso_code': 'NL',
  });
});

test('the packaged database knows the countries of well-known addresses', async (context) => {
  const { databases, enrich } = await openEnrichment();
  const country = databases.find(({ what }) => what === 'country')!;
  if (!country.available) context.skip(country.detail);
  const countryOf = (sourceIPAddress: string) =>
    enrich('cloudtrail', { sourceIPAddress })['source.geo.country_iso_code'];
  expect(country.detail).toMatch(/^DB-IP Country Lite, built 20\d\d-\d\d-\d\d$/);
  expect(countryOf('8.8.8.8')).toBe('US');
  expect(countryOf('::ffff:8.8.8.8')).toBe('US');
  expect(countryOf('2a05:d018::1')).toBe('IE');
  expect(countryOf('193.0.6.139')).toBe('NL');
});

test('without databases it is said what is missing, and the rest is there', async () => {
  const { states, ...databases } = await openDatabases({}, '@nobody/has-this');
  expect(states).toEqual([
    { what: 'country', available: false, detail: 'no countries: @nobody/has-this is not installed' },
    { what: 'asn', available: false, detail: 'no autonomous systems: no database of them was named' },
  ]);
  expect(enricher(databases)('cloudtrail', { sourceIPAddress: '8.8.8.8', userAgent: 'Boto3/1.34.0' })).toEqual({
    'keytrail.source.class': 'public',
    'user_agent.name': 'Boto3',
    'user_agent.version': '1.34.0',
  });
});

test('a named file that is not there or no database is refused in one line', async () => {
  const missing = join(folder, 'missing.mmdb');
  const noDatabase = await fileOf('notes.mmdb', 'not a database');
  for (const file of [missing, noDatabase])
    await expect(openEnrichment({ asnFile: file })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(`${file} can't be read as a database of addresses: `),
    });
});

test('a database of IPv4 alone says nothing of IPv6', async () => {
  const asnFile = await fileOf('asn4.mmdb', mmdb({ '32.1.0.0/16': exampleNet }, 4));
  const { enrich } = await openEnrichment({ asnFile });
  expect(enrich('cloudtrail', { sourceIPAddress: '32.1.2.3' })).toMatchObject({ 'source.as.number': 4_200_000_001 });
  // 2001:… begins with the bits of 32.1.
  expect(enrich('cloudtrail', { sourceIPAddress: '2001:db8::1' })).not.toHaveProperty(['source.as.number']);
});

test('what is used again and again is computed once, what is not is forgotten, long texts are never kept', () => {
  const computed: string[] = [];
  const cached = remembered(2, (text) => {
    computed.push(text);
    return { text };
  });
  for (const text of ['a', 'b', 'a', 'c', 'a', 'd', 'a', 'e', 'a', 'b']) expect(cached(text)).toEqual({ text });
  expect(computed).toEqual(['a', 'b', 'c', 'd', 'e', 'b']);
  const long = 'x'.repeat(1025);
  cached(long);
  cached(long);
  expect(computed.slice(6)).toEqual([long, long]);
});
