import { expect, it } from 'vitest';
import { chunksOf, randomChunks, seeded } from '../s3/chunks.js';
import { type Collected, collect, originOf } from './collect.js';

const finding = {
  accountId: '111122223333',
  region: 'us-east-1',
  id: '44b7c4e9781822beb75d3fbd518abf5b',
  updatedAt: '2024-08-01T13:45:00.250Z',
  severity: 5.5,
  service: { count: 1, action: { awsApiCallAction: { api: 'ListBuckets' } } },
};

const parseText = (text: string): Promise<Collected> => collect(chunksOf([text]), originOf('guardduty'));
const parse = (...findings: unknown[]): Promise<Collected> =>
  parseText(findings.map((one) => `${JSON.stringify(one)}\n`).join(''));

it('turns a line into an event at its update time', async () => {
  const { parsed } = await parse(finding);
  expect(parsed).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      time: '2024-08-01T13:45:00Z',
      record: { ...finding, updatedAt: '2024-08-01T13:45:00Z' },
      bytes: JSON.stringify(finding).length,
      position: 0,
    },
  ]);
});

it('keeps each state of a finding, and each only once', async () => {
  const again = { ...finding, updatedAt: '2024-08-01T13:45:00.251Z', service: { count: 2 } };
  const ids = (await parse(finding, again, finding, { ...finding, accountId: '444455556666' })).events.map(
    ({ id }) => id,
  );
  expect(new Set(ids).size).toBe(3);
  expect(ids[2]).toBe(ids[0]);
  const { events } = await parse({ updatedAt: finding.updatedAt, title: 'a' }, { updatedAt: finding.updatedAt });
  expect(events[0]!.id).not.toBe(events[1]!.id);
});

it('reads the capitalised names of the API as the same finding', async () => {
  const { events } = await parse({
    AccountId: finding.accountId,
    Region: finding.region,
    Id: finding.id,
    UpdatedAt: finding.updatedAt,
    Severity: 5.5,
    Service: { Count: 1, Action: { AwsApiCallAction: { Api: 'ListBuckets' } } },
  });
  expect(events[0]).toMatchObject({ ...(await parse(finding)).events[0]!, bytes: expect.any(Number) });
});

it('tolerates CRLF, blank lines, a byte order mark and a missing last line end', async () => {
  const line = JSON.stringify(finding);
  const { parsed } = await parseText(`\ufeff${line}\r\n\r\n   \n${line}`);
  expect(parsed.map(({ position }) => position)).toEqual([0, 1]);
  expect((await parseText('')).parsed).toEqual([]);
});

it('rejects a line that is no finding, and reads on', async () => {
  const deep = `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`;
  const lines = [
    '{"cut":',
    '[]',
    '{}',
    '{"updatedAt":7}',
    deep,
    `"${'x'.repeat(1024 * 1024)}"`,
    JSON.stringify(finding),
  ];
  const { parsed, rejected, error } = await parseText(lines.join('\n'));
  expect(error).toBeNull();
  expect(rejected.map(({ reason }) => reason)).toEqual([
    'record is not valid JSON',
    'record is not a JSON object',
    'updatedAt is missing',
    'updatedAt is not an ISO 8601 time',
    'record is nested deeper than 256 levels',
    'line is longer than 1024 KB',
  ]);
  expect(parsed.map(({ position }) => position)).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

it('reads findings larger than a flow row may be, wherever chunks end', async () => {
  const large = { ...finding, title: 'é☃'.repeat(60_000) };
  const text = Buffer.from(`${JSON.stringify(large)}\n${JSON.stringify(finding)}\n`);
  for (let seed = 1; seed <= 5; seed++) {
    const { events, error } = await collect(randomChunks(text, seeded(seed)), originOf('guardduty'));
    expect(error).toBeNull();
    expect(events.map(({ record }) => record.title)).toEqual([large.title, undefined]);
  }
});
