import { describe, expect, it } from 'vitest';
import { formatAnswer, formatTable } from '../../../src/cli/output/index.js';
import type { Answer, Row } from '../../../src/model/question.js';
import { textWidth } from '../../../src/model/terminal.js';
import { hostileTexts, megabyte, unsafe } from '../../investigate/hostile.js';

const question = { next: { rows: 'Look closer.', none: 'Widen the time range.' }, order: ['source_ip'] };
const wide = { width: 120, colour: false };

function answer(rows: Row[], change: Partial<Answer> = {}): Answer {
  return {
    query: 'key-clients',
    params: { key: ['AKIAIOSFODNN7EXAMPLE'], limit: 1000 },
    columns: [
      { name: 'source_ip', type: 'string' },
      { name: 'user_agent', type: 'string' },
      { name: 'events', type: 'integer' },
      { name: 'last_seen', type: 'timestamp' },
    ],
    rows,
    truncated: false,
    coverage: { logs: [], missing: [] },
    ...change,
  };
}

const row = (user_agent: string | null, events = 7): Row => ({
  source_ip: '203.0.113.77',
  user_agent,
  events,
  last_seen: '2026-03-04T03:12:09Z',
});

const texts = [...hostileTexts, megabyte];
const hostile = answer(texts.map((text) => row(text)));

/** RFC 4180, strictly: fields between quotes may hold anything, others no quote, comma or line break. */
function readCsv(text: string): string[][] {
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/y;
  const rows: string[][] = [[]];
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const found = field.exec(text);
    if (!found) throw new Error(`no CSV at ${at}: ${text.slice(at, at + 40)}`);
    const [, raw = '', end] = found;
    rows.at(-1)!.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (end === '\r\n' && field.lastIndex < text.length) rows.push([]);
  }
  return rows;
}

describe('table', () => {
  it('has names above, numbers at the right, - for null', () => {
    const { out } = formatAnswer(answer([row('aws-cli', 12), row(null, 3)]), question, 'table', wide);
    expect(out).toBe(
      [
        'source_ip     user_agent  events  last_seen',
        '203.0.113.77  aws-cli         12  2026-03-04T03:12:09Z',
        '203.0.113.77  -                3  2026-03-04T03:12:09Z',
        '',
      ].join('\n'),
    );
  });

  it.each([60, 80, 120])('fits into %i columns, cutting texts and never numbers or times', (width) => {
    const long = row('Mozilla/5.0 '.repeat(30), 123_456_789);
    const { out } = formatAnswer(answer([long]), question, 'table', { width, colour: false });
    for (const line of out.trimEnd().split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(width);
    expect(out).toContain('…');
    expect(out).toContain('123456789  2026-03-04T03:12:09Z');
  });

  it('cuts and squeezes nothing where the width is not bounded', () => {
    const agents = ['Mozilla/5.0 '.repeat(300).trim(), 'aws-cli'];
    const { out } = formatAnswer(answer(agents.map((agent) => row(agent))), question, 'table', {
      width: Number.POSITIVE_INFINITY,
      colour: false,
    });
    for (const [index, agent] of agents.entries()) expect(out.split('\n')[index + 1]).toContain(agent);
    expect(out).not.toContain('…');
  });

  it('does not widen every row for one text of a megabyte', () => {
    const { out } = formatAnswer(answer([row('x'.repeat(1_000_000)), ...Array(99).fill(row('a'))]), question, 'table', {
      width: Number.POSITIVE_INFINITY,
      colour: false,
    });
    expect(out.length).toBeLessThan(1_100_000);
  });

  it('counts wide characters as two columns', () => {
    const { out } = formatAnswer(answer([row('東京'), row('abcd')]), question, 'table', wide);
    const [, first = '', second = ''] = out.split('\n');
    expect(textWidth(first)).toBe(textWidth(second));
  });

  it('keeps ids whole, and cuts sentences for them', () => {
    const columns = [
      { name: 'arn', type: 'string' as const },
      { name: 'error_message', type: 'string' as const },
      { name: 'event_id', type: 'string' as const },
    ];
    const arn = 'arn:aws:sts::111122223333:assumed-role/Deploy/i-0abc';
    const id = '3f2a1c9e-0000-4000-8000-000000000001';
    const rows = [{ arn, error_message: 'User is not authorized to perform ec2:RunInstances', event_id: id }];
    const shown = (width: number) =>
      formatAnswer(answer(rows, { columns }), question, 'table', { width, colour: false });
    expect(shown(108).out).toContain(`${arn}  User is not aut…  ${id}`);
    // Not both fit: the shorter one stays whole.
    expect(shown(80).out).toMatch(new RegExp(`…  User .*…  ${id}\n$`));
  });

  it('lets sentences go on below, whole, where they are to be read', () => {
    const fix = 'aws iam update-access-key --access-key-id AKIAIOSFODNN7EXAMPLE --status Inactive';
    const text = formatTable(['id', 'fix'], [{ id: 'one', fix }], { width: 40, colour: false, wrap: true });
    const lines = text.trimEnd().split('\n').slice(1);
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(40);
    expect(lines.map((line) => line.slice(5).trim()).join(' ')).toBe(fix);
    const word = 'x'.repeat(100);
    const long = formatTable(['fix'], [{ fix: word }], { width: 40, colour: false, wrap: true });
    expect(long.split('\n').slice(1).join('')).toBe(word);
  });

  it('draws how rows lie in time, on a terminal', () => {
    const columns = [
      { name: 'window_start', type: 'timestamp' as const },
      { name: 'events', type: 'integer' as const },
    ];
    const rows = [0, 1, 4].map((hour) => ({ window_start: `2026-03-02T0${hour}:00:00Z`, events: hour + 4 }));
    const series = { ...question, order: ['window_start'] };
    const shown = (style: { width: number; unicode: boolean }) =>
      formatAnswer(answer(rows, { columns }), series, 'table', { colour: false, ...style })
        .out.split('\n')
        .at(-2);
    expect(shown({ width: 80, unicode: true })).toBe('2026-03-02T00:00Z ▄▅··█ 2026-03-02T04:00Z');
    expect(shown({ width: 80, unicode: false })).toBe('2026-03-02T00:00Z +*..# 2026-03-02T04:00Z');
    expect(shown({ width: Number.POSITIVE_INFINITY, unicode: true })).toMatch(/^2026-03-02T04:00:00Z +8$/);
    const others = formatAnswer(answer(rows, { columns }), question, 'table', { ...wide, unicode: true }).out;
    expect(others).not.toContain('▄');
  });

  it('sets rows as records where columns no longer fit', () => {
    const { out } = formatAnswer(answer([row('aws-cli', 12), row(null)]), question, 'table', {
      width: 40,
      colour: false,
    });
    expect(out.split('\n\n')[0]).toBe(
      ['source_ip   203.0.113.77', 'user_agent  aws-cli', 'events      12', 'last_seen   2026-03-04T03:12:09Z'].join(
        '\n',
      ),
    );
  });

  it('says what the evidence lacks, that rows may be missing, and what no rows mean', () => {
    const coverage = { logs: [], missing: ['No CloudTrail logs were ingested.'] };
    const full = formatAnswer(answer([row('a')], { truncated: true, coverage }), question, 'table', wide);
    expect(full.out).toContain('the limit of 1 rows was reached');
    expect(full.out).toMatch(/\nnote: No CloudTrail logs were ingested\.\n$/);
    expect(full.notes).toEqual([]);
    const none = formatAnswer(answer([], { coverage }), question, 'table', wide);
    expect(none.out).toBe('no rows. Widen the time range.\nnote: No CloudTrail logs were ingested.\n');
  });

  it('has colour codes only when asked for', () => {
    const shown = (colour: boolean) => formatAnswer(answer([row('a')]), question, 'table', { width: 80, colour }).out;
    expect(shown(false)).not.toContain('\u001b');
    expect(shown(true)).toContain('\u001b[1m');
  });

  it('shows hostile text as text, a row a line', () => {
    const { out } = formatAnswer(hostile, question, 'table', wide);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(texts.length + 1);
    for (const line of lines) {
      expect(line).not.toMatch(unsafe);
      expect(textWidth(line)).toBeLessThanOrEqual(wide.width);
    }
  });

  it('lists what is no answer', () => {
    expect(formatTable(['id', 'rows'], [{ id: 'key-owner', rows: 3, other: 'x' }], wide)).toBe(
      'id         rows\nkey-owner     3\n',
    );
  });
});

describe('csv', () => {
  it('is RFC 4180 with nothing for null', () => {
    const rows = [row('a "b", c'), row(null), row('')];
    expect(formatAnswer(answer(rows), question, 'csv', wide).out).toBe(
      [
        'source_ip,user_agent,events,last_seen',
        '203.0.113.77,"a ""b"", c",7,2026-03-04T03:12:09Z',
        '203.0.113.77,,7,2026-03-04T03:12:09Z',
        '203.0.113.77,"",7,2026-03-04T03:12:09Z',
        '',
      ].join('\r\n'),
    );
  });

  it('lets no text be run as a formula, and leaves numbers alone', () => {
    const rows = ['=1+1', '+1', '-1', '@x', '\t=1', '\r=1'].map((text) => row(text, -5));
    const read = readCsv(formatAnswer(answer(rows), question, 'csv', wide).out).slice(1);
    expect(read.map(([, agent]) => agent)).toEqual(["'=1+1", "'+1", "'-1", "'@x", "'\\t=1", "'\\r=1"]);
    expect(read.map(([, , events]) => events)).toEqual(rows.map(() => '-5'));
  });

  it('keeps hostile text in its cell, on its line', () => {
    const { out } = formatAnswer(hostile, question, 'csv', wide);
    const read = readCsv(out);
    expect(read.map((cells) => cells.length)).toEqual(Array(texts.length + 1).fill(4));
    expect(out.replaceAll('\r\n', '')).not.toMatch(unsafe);
    for (const [, agent = ''] of read.slice(1)) expect(agent).not.toMatch(/^[=+\-@]/);
  });

  it('gives what a reader must know as notes, apart from the rows', () => {
    const coverage = { logs: [], missing: ['No CloudTrail logs were ingested.'] };
    for (const format of ['csv', 'ndjson'] as const) {
      const { out, notes } = formatAnswer(answer([], { coverage }), question, format, wide);
      expect(out).toBe(format === 'csv' ? 'source_ip,user_agent,events,last_seen\r\n' : '');
      expect(notes).toEqual(['no rows. Widen the time range.', 'note: No CloudTrail logs were ingested.']);
    }
  });
});

describe('json', () => {
  it('is exactly the answer, and safe to print', () => {
    const { out, notes } = formatAnswer(hostile, question, 'json', wide);
    expect(JSON.parse(out)).toEqual(hostile);
    expect(out.replaceAll('\n', '')).not.toMatch(unsafe);
    expect(notes).toEqual([]);
  });

  it('is one row a line as ndjson', () => {
    const { out } = formatAnswer(hostile, question, 'ndjson', wide);
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(hostile.rows);
    for (const line of lines) expect(line).not.toMatch(unsafe);
  });
});
