import { expect, it } from 'vitest';
import { chunksOf } from '../s3/chunks.js';
import { type Collected, collect, originOf } from './collect.js';

const item = {
  configurationItemCaptureTime: '2024-08-01T13:45:00.123Z',
  configurationStateId: 1722519900123,
  awsAccountId: '111122223333',
  awsRegion: 'us-east-1',
  resourceType: 'AWS::S3::Bucket',
  resourceId: 'photos',
  configuration: { name: 'photos' },
};

const parseText = (text: string): Promise<Collected> => collect(chunksOf([text]), originOf('config'));
const parse = (...items: unknown[]): Promise<Collected> =>
  parseText(JSON.stringify({ fileVersion: '1.0', configSnapshotId: 'x', configurationItems: items }));

async function idOf(changed: Record<string, unknown>): Promise<string> {
  return (await parse({ ...item, ...changed })).events[0]!.id;
}

it('turns an item into an event at its capture time', async () => {
  const { parsed } = await parse(item);
  expect(parsed).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      time: '2024-08-01T13:45:00Z',
      record: { ...item, configurationItemCaptureTime: '2024-08-01T13:45:00Z' },
      bytes: JSON.stringify(item).length,
      position: 0,
    },
  ]);
});

it('gives an item the same id in the history and in every snapshot, and each state its own', async () => {
  const id = await idOf({});
  expect(await idOf({ relatedEvents: [] })).toBe(id);
  const others = await Promise.all([
    idOf({ configurationStateId: 1 }),
    idOf({ configurationItemCaptureTime: '2024-08-01T13:45:00.124Z' }),
    idOf({ resourceId: 'music' }),
    idOf({ resourceType: 'AWS::EC2::EIP' }),
    idOf({ awsRegion: 'eu-west-1' }),
    idOf({ awsAccountId: '444455556666' }),
  ]);
  expect(new Set([id, ...others]).size).toBe(7);
});

it('tells items that name no resource apart by their bytes', async () => {
  const bare = { configurationItemCaptureTime: item.configurationItemCaptureTime };
  const { events } = await parse(bare, { ...bare, a: 1 }, bare);
  expect(events[0]!.id).not.toBe(events[1]!.id);
  expect(events[2]!.id).toBe(events[0]!.id);
});

it("takes the names of the developer guide's examples for those that AWS Config writes", async () => {
  const { configurationStateId, awsAccountId, ...rest } = item;
  const { events } = await parse({
    ...rest,
    accountId: awsAccountId,
    configurationStateID: configurationStateId,
    arn: 'arn:aws:s3:::photos',
  });
  expect(events[0]!.id).toBe(await idOf({}));
  expect(events[0]!.record).toMatchObject({ awsAccountId, configurationStateId, ARN: 'arn:aws:s3:::photos' });
  expect(Object.keys(events[0]!.record)).not.toContain('accountId');
});

it('rejects what has no time, and what is no item', async () => {
  const { rejected } = await parse({ a: 1 }, { configurationItemCaptureTime: 'yesterday' }, 7);
  expect(rejected.map(({ reason, position }) => [reason, position])).toEqual([
    ['configurationItemCaptureTime is missing', 0],
    ['configurationItemCaptureTime is not an ISO 8601 time', 1],
    ['record is not a JSON object', 2],
  ]);
});

it('is no reader of other files, and says what it misses', async () => {
  expect((await parseText('{"Records":[]}')).error).toMatchObject({
    code: 'bad_object',
    message: expect.stringContaining('{"configurationItems": […]}'),
  });
  expect(await parse()).toMatchObject({ parsed: [], error: null });
  expect(await parseText('')).toMatchObject({ parsed: [], error: null });
});
