import { describe, expect, it } from 'vitest';
import { KeytrailError } from '../../src/errors.js';
import { jsonRecords } from '../../src/logs/json-records.js';
import { maxDeadLetterBytes } from '../../src/model/event.js';
import { chunksOf, randomChunks, seeded } from '../s3/chunks.js';

interface Outcome {
  records: string[];
  faults: { reason: string; length: number }[];
  error: unknown;
}

async function scan(bytes: AsyncIterable<Buffer>, member: string | null = 'Records'): Promise<Outcome> {
  const outcome: Outcome = { records: [], faults: [], error: null };
  try {
    for await (const spans of jsonRecords(bytes, member)) {
      for (const { raw, fault } of spans) {
        if (fault === null) outcome.records.push(raw.toString());
        else outcome.faults.push({ reason: fault, length: raw.length });
      }
    }
  } catch (error) {
    outcome.error = error;
  }
  return outcome;
}

function scanText(text: string): Promise<Outcome> {
  return scan(chunksOf([text]));
}

/** Any JSON value, with strings that look like JSON's own outline. */
function value(random: (below: number) => number, depth: number): unknown {
  const texts = [
    '',
    'Records',
    '"',
    '\\',
    '\\"',
    '{"Records":[{',
    '}],',
    'é☃😀',
    '\u0000\n',
    '__proto__',
    'a'.repeat(300),
  ];
  switch (random(depth > 3 ? 4 : 6)) {
    case 0:
      return texts[random(texts.length)];
    case 1:
      return random(1000) - 500;
    case 2:
      return random(2) === 0;
    case 3:
      return null;
    case 4:
      return Array.from({ length: random(4) }, () => value(random, depth + 1));
    default:
      return object(random, depth + 1);
  }
}

function object(random: (below: number) => number, depth = 0): Record<string, unknown> {
  const names = ['a', 'Records', 'x"y', '\\', 'é'];
  return Object.fromEntries(Array.from({ length: random(5) }, () => [names[random(5)], value(random, depth)]));
}

it('finds any records, whatever lies around them and wherever chunks end', async () => {
  for (let seed = 1; seed <= 150; seed++) {
    const random = seeded(seed);
    const records = Array.from({ length: random(8) }, () => object(random));
    const around = (name: string): string => `${JSON.stringify(name)}: ${JSON.stringify(value(random, 0))}`;
    const indent = random(3);
    const listed = records.map((record) => JSON.stringify(record, null, indent)).join(random(2) ? ',' : ' ,\r\n\t');
    const text = `\ufeff \n{${around('before')} , "Records" : [ ${listed} ],${around('after')}}\n`;
    const { records: found, faults, error } = await scan(randomChunks(Buffer.from(text), random));
    expect(error, `seed ${seed}`).toBeNull();
    expect(faults).toEqual([]);
    expect(
      found.map((record) => JSON.parse(record)),
      `seed ${seed}`,
    ).toEqual(JSON.parse(JSON.stringify(records)));
  }
});

it('gives the bytes as they are', async () => {
  const { records } = await scanText('{"Records":[{ "a" : "b\\u0000" },{"c":[1,{}]}]}');
  expect(records).toEqual(['{ "a" : "b\\u0000" }', '{"c":[1,{}]}']);
});

it('finds records split at every byte', async () => {
  const text = Buffer.from('{"x":"\\\\","Records":[{"a\\"":"}]\\\\"},7,"s\\"",[{}],{"é":{}}],"y":[{"Records":[{}]}]}');
  for (let split = 0; split <= text.length; split++) {
    const { records, error } = await scan(chunksOf([text.subarray(0, split), text.subarray(split)]));
    expect(error).toBeNull();
    expect(records).toEqual(['{"a\\"":"}]\\\\"}', '7', '"s\\""', '[{}]', '{"é":{}}']);
  }
});

it('has no records in nothing, nor in an empty list', async () => {
  for (const text of ['', '{"Records":[]}', '\ufeff{ "Records" : [ \n ] }  ', '{"Records":[],"a":{}}']) {
    expect(await scanText(text)).toEqual({ records: [], faults: [], error: null });
  }
});

it('reads objects that follow one another', async () => {
  expect((await scanText('{"Records":[{"a":1}]}\n{"Records":[{"b":2}]}')).records).toEqual(['{"a":1}', '{"b":2}']);
});

describe('text that is no such object', () => {
  it.each([
    ['<html>', /begins with "<html>"/],
    ['[{"eventID":"x"}]', /begins with "\[\{/],
    ['\u001b[31m', /begins with "\.\[31m"/],
    ['  \n ', /nothing but white space/],
    ['{}', /an object without it/],
    ['{"awsAccountId":"1","logFiles":[]}', /without it; its first member is "awsAccountId"/],
    ['{"Records":{"a":1}}', /"Records" that is no array/],
    ['{"Records":null}', /"Records" that is no array/],
    ['{"x":{"Records":[{}]}}', /an object without it/],
  ])('%j', async (text, message) => {
    const { records, error } = await scanText(text);
    expect(records).toEqual([]);
    expect(error).toBeInstanceOf(KeytrailError);
    expect(error).toMatchObject({ code: 'bad_object', message });
  });

  it.each([
    ['{"Records":[{"a":1}]} garbage', 'garbage'],
    ['{"Records":[{"a":1}}', '}'],
    ['{"Records":[{"a":1}],,"x":}', '}'],
    ['{"Records":[{"a":1}],"x"[{}]}', '[{}]}'],
    ['{"Records":[{"a":1}],x:1}', 'x:1}'],
    ['{"Records":[{"a":1}, \u0003]}', '\u0003]}'],
    ['{"Records":[{"a":1}],"x":\u0000}', '\u0000}'],
  ])('%j, after its records', async (text, found) => {
    const { records, error } = await scanText(text);
    expect(records).toEqual(['{"a":1}']);
    const at = Buffer.from(text).lastIndexOf(found);
    expect(error).toMatchObject({
      code: 'bad_object',
      message: `the JSON breaks at byte ${at} with ${JSON.stringify(found.replace(/[^ -~]/g, '.'))}`,
    });
  });
});

it('ends with the partial record and an error, wherever the text ends early', async () => {
  const all = ['{"a":"}"}', '{"b":[2]}'];
  const text = `{"Records":[${all.join()}]}`;
  for (let end = 1; end < text.length; end++) {
    const { records, faults, error } = await scanText(text.slice(0, end));
    const ends = all.map((record) => text.indexOf(record) + record.length);
    expect(records).toEqual(all.filter((_record, at) => ends[at]! <= end));
    const partial = all.filter((record, at) => text.indexOf(record) < end && end < ends[at]!);
    expect(faults).toEqual(
      partial.map((record) => ({
        reason: 'the object ends in the middle of this record',
        length: end - text.indexOf(record),
      })),
    );
    expect(error, `cut at ${end}`).toMatchObject({ code: 'bad_object' });
  }
});

it('yields what came before a source that breaks, and passes other errors on as they are', async () => {
  async function* breaking(code: 'bad_object' | 'source_unreachable'): AsyncIterable<Buffer> {
    yield Buffer.from('{"Records":[{"a":1},{"b":');
    throw new KeytrailError(code, 'it broke');
  }
  expect(await scan(breaking('bad_object'))).toMatchObject({
    records: ['{"a":1}'],
    faults: [{ reason: 'the object ends in the middle of this record', length: 5 }],
    error: { code: 'bad_object', message: 'it broke' },
  });
  expect(await scan(breaking('source_unreachable'))).toMatchObject({
    records: ['{"a":1}'],
    faults: [],
    error: { code: 'source_unreachable' },
  });
});

it('rejects a record that is too long or too deep, and goes on behind it', async () => {
  const limit = 1024 * 1024;
  const long = `{"a":"${'x'.repeat(limit)}"}`;
  const longest = `{"a":"${'x'.repeat(limit - 8)}"}`;
  const deep = (levels: number): string => '{"a":'.repeat(levels - 1) + '{}' + '}'.repeat(levels - 1);
  const text = Buffer.from(`{"Records":[${[long, longest, deep(257), deep(256), '{"last":1}'].join(',')}]}`);
  for (const chunks of [chunksOf([text]), randomChunks(text, seeded(3))]) {
    const { records, faults, error } = await scan(chunks);
    expect(error).toBeNull();
    expect(records).toEqual([longest, deep(256), '{"last":1}']);
    expect(faults).toEqual([
      { reason: 'record is longer than 1 MB', length: maxDeadLetterBytes },
      { reason: 'record is nested deeper than 256 levels', length: deep(257).length },
    ]);
  }
});

it('skips other members of any size and depth without holding them', async () => {
  const megabyte = Buffer.alloc(1024 * 1024, 'x');
  async function* large(): AsyncIterable<Buffer> {
    yield Buffer.from(`{"deep":${'['.repeat(100_000)}${']'.repeat(100_000)},"long":"`);
    for (let count = 0; count < 100; count++) yield megabyte;
    yield Buffer.from('","Records":[{"a":1}]}');
  }
  const before = process.memoryUsage().arrayBuffers;
  const { records, error } = await scan(large());
  expect(error).toBeNull();
  expect(records).toEqual(['{"a":1}']);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * 1024 * 1024);
});

it('hands out batches of at most 1000', async () => {
  const text = `{"Records":[${'{},'.repeat(2500)}{}]}`;
  const sizes: number[] = [];
  for await (const spans of jsonRecords(chunksOf([text]), 'Records')) sizes.push(spans.length);
  expect(sizes).toEqual([1000, 1000, 501]);
});

describe('values that follow one another', () => {
  it('are the records, with or without anything between', async () => {
    const text = '\ufeff{"a":"}{"}{"b":[1]}\n\n[2] "x" 7,{"c":{}}8';
    const all = ['{"a":"}{"}', '{"b":[1]}', '[2]', '"x"', '7', '{"c":{}}', '8'];
    for (let split = 0; split <= text.length; split++) {
      const { records, error } = await scan(chunksOf([text.slice(0, split), text.slice(split)]), null);
      expect(error).toBeNull();
      expect(records).toEqual(all);
    }
    expect(await scan(chunksOf(['']), null)).toEqual({ records: [], faults: [], error: null });
  });

  it.each([
    ['{"a":1}}', 'the JSON breaks at byte 7 with "}"'],
    ['{"a":1}\u0001', 'the JSON breaks at byte 7 with "."'],
    ['{"a":1}{"b":', 'the text ends before its JSON does'],
    [' \n', 'not a file of JSON records: found nothing but white space'],
  ])('%j end with an error, after what was whole', async (text, message) => {
    const { records, error } = await scan(chunksOf([text]), null);
    expect(records).toEqual(text.trim() === '' ? [] : ['{"a":1}']);
    expect(error).toMatchObject({ code: 'bad_object', message });
  });
});
