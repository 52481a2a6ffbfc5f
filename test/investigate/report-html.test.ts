import { describe, expect, it } from 'vitest';
import { reportHtml } from '../../src/investigate/report-html.js';
import { admin, backdoor, deploy, federated, leakedKey } from './calls.js';
import { everyAnswer } from './every-answer.js';
import { abusedKey, elsewhereKey, unseenKey, usedKey, withRows } from './fixture.js';
import { named, strangers } from './own-markup.js';
import { readPage } from './page.js';

/** What comes before the contents: the first screen. */
const firstScreen = (source: string) =>
  readPage(`${source.slice(0, source.indexOf('<nav'))}</main></body></html>`).text;

describe('the report', () => {
  it('shows key, owner, intruder, damage and next steps on the first screen', () => {
    const text = firstScreen(reportHtml(abusedKey()));
    for (const part of [
      leakedKey,
      'arn:aws:iam::111122223333:user/ci-deployer',
      'Abused',
      'was refused 58 times in 2 bursts',
      '203.0.113.77',
      'Whoever did it came from 203.0.113.77 aws-cli/1.32.1.',
      'called CreateUser, CreateAccessKey, AttachUserPolicy, StopLogging',
      'with Kali Linux, by its own account',
      '4 credentials issued',
      '2 console sign-ins',
      'calls with the key itself',
      'calls with the key and the 4 credentials issued from it',
      'Port 22 reached',
      `keytrail contain plan ${leakedKey}`,
    ])
      expect(text).toContain(part);
    expect(text.indexOf('203.0.113.77')).toBeLessThan(text.indexOf('198.51.100.24'));
  });

  it('tells the network of every address that has one, a hosting company’s or not', () => {
    const networks = [
      { source_ip: '203.0.113.77', as_number: 9009, as_name: 'M247' },
      { source_ip: '198.51.100.24', as_number: 64_496, as_name: 'Example Corp' },
    ];
    const source = reportHtml(withRows(abusedKey(), { 'networks-used': networks }));
    const table = source.slice(source.indexOf('Network (ASN)')).split('</table>')[0]!;
    const rows = [...table.matchAll(/<tr[^>]*>(.*)<\/tr>/g)].map(([, row]) => row!.replace(/<[^>]+>/g, ' '));
    expect(rows.find((row) => row.includes('203.0.113.77'))).toContain('AS9009 M247');
    expect(rows.find((row) => row.includes('198.51.100.24'))).toContain('AS64496 Example Corp');
  });

  it('marks the address of the intruder and no other', () => {
    const source = reportHtml(abusedKey());
    const flagged = [...source.matchAll(/<tr class="flagged"><th scope="row"><code class="whole">([^<]*)/g)];
    expect(flagged.map(([, address]) => address)).toEqual(['203.0.113.77', '203.0.113.77', '203.0.113.77']);
  });

  it('blames nobody where the verdict names nothing', () => {
    const source = reportHtml(usedKey());
    expect(source).not.toContain('class="flagged"');
    expect(firstScreen(source)).toContain('That is no all-clear');
    expect(firstScreen(source)).toContain('None that the calls show.');
  });

  it('says what the evidence lacks, above all where nothing was seen', () => {
    const text = readPage(reportHtml(unseenKey())).text;
    expect(text).toContain('Not seen');
    expect(text).toContain('Confidence: low');
    expect(text).toContain('No CloudTrail logs were ingested.');
    expect(text).toContain('No log is on record as read.');
  });

  it('has every answer with its question, rows, truncation, false positives and next step', () => {
    const investigation = abusedKey();
    investigation.answers.find(({ question }) => question.id === 'actions-used')!.answer.truncated = true;
    const page = readPage(reportHtml(investigation));
    const ids = page.elements.map(({ attributes }) => attributes.id);
    for (const { question, answer } of investigation.answers) {
      expect(ids).toContain(`q-${question.id}`);
      for (const part of [question.question, answer.rows.length > 0 ? question.next.rows : question.next.none])
        expect(page.text).toContain(part);
      if (answer.rows.length > 0) for (const sentence of question.falsePositives) expect(page.text).toContain(sentence);
    }
    expect(page.text).toContain('24 rows, the limit: there may be more');
  });

  it('follows the procedure, and appends questions that it does not know', () => {
    const investigation = abusedKey();
    const [first] = investigation.answers;
    investigation.answers.unshift({ ...first!, question: { ...first!.question, id: 'of-tomorrow' } });
    const page = readPage(reportHtml(investigation));
    const steps = named(page, 'section').filter(({ attributes }) => attributes.class === 'step');
    expect(steps.map(({ attributes }) => attributes.id)).toEqual([
      'owner',
      'use',
      'chain',
      'timeline',
      'origin',
      'privileges',
      'persistence',
      'evasion',
      'data',
      'logins',
      'config',
      'guardduty',
      'network',
      'evidence',
      'others',
      'reasons',
      'steps',
    ]);
    expect(named(page, 'section').map(({ attributes }) => attributes.id)).toContain('q-of-tomorrow');
  });

  it('nests every credential below the one that it was issued to', () => {
    const source = reportHtml(abusedKey());
    const tree = source.slice(source.indexOf('<div class="tree">'));
    const places = [leakedKey, deploy, admin, backdoor, federated].map((id) => tree.indexOf(id));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    const depths = places.map((place) => {
      const before = tree.slice(0, place);
      return before.split('<ul>').length - before.split('</ul>').length;
    });
    expect(depths).toEqual([1, 2, 3, 4, 2]);
  });

  it('shows siblings in the order of their issue', () => {
    const investigation = abusedKey();
    investigation.closure.credentials[2]!.issuedAt = '2026-03-04T03:00:00Z';
    const source = reportHtml(investigation);
    const tree = source.slice(source.indexOf('<div class="tree">'));
    expect(tree.indexOf(federated)).toBeLessThan(tree.indexOf(deploy));
  });

  it('names a key that was made in bold, on the first screen and in the tree', () => {
    const source = reportHtml(abusedKey());
    expect(source.slice(0, source.indexOf('<nav'))).toContain(
      `<li><b class="trouble">Access key <code class="whole">${backdoor}</code> made for <code class="whole">user/aws-support-sync</code></b>`,
    );
    const { text } = readPage(source);
    expect(text).toContain(`${backdoor} access key made for user/aws-support-sync: it does not expire`);
    expect(text).toContain(`CreateAccessKey made ${backdoor}, which does not expire`);
  });

  it('says above the tree who had the key issued', () => {
    const step = { eventName: 'AssumeRole', eventTime: '2026-03-04T03:19:21Z', accountId: '111122223333' };
    const issuers = [
      { ...step, accessKeyId: 'ASIAPARENT', issued: leakedKey, sourceIp: '203.0.113.77' },
      { ...step, accessKeyId: null, issued: 'ASIAPARENT', sourceIp: null },
    ];
    const { text } = readPage(reportHtml({ ...abusedKey(), issuers }));
    expect(text).toContain(
      `${leakedKey} was issued by ASIAPARENT with AssumeRole at 2026-03-04 03:19:21 from 203.0.113.77`,
    );
    expect(text).toContain('ASIAPARENT was issued by no recorded key with AssumeRole at 2026-03-04 03:19:21');
  });

  it('shows the sign-ins and flows of this incident, and has those of others on demand', () => {
    const source = reportHtml(abusedKey());
    const section = (id: string) => {
      const from = source.slice(source.indexOf(`id="q-${id}"`));
      return from.slice(0, from.indexOf('How this was asked'));
    };
    for (const [id, stranger, others] of [
      ['console-logins', 'mara', '1 sign-in of others in scope'],
      ['internet-accepted', '192.0.2.199', '1 address pair of others in scope'],
    ] as const) {
      const [shown = '', hidden = ''] = section(id).split('<details>');
      expect(shown).toContain('of this incident');
      expect(shown).toContain(others);
      expect(shown).toContain('203.0.113.77');
      expect(shown).not.toContain(stranger);
      expect(hidden).toContain(stranger);
    }
    expect(firstScreen(reportHtml(elsewhereKey()))).not.toMatch(/sign-in|Port 22/);
  });

  it.each([
    ['2026-03-04T22:05:00Z', '2026-03-04T22:50:00Z'],
    ['2026-03-04T22:05:00Z', '2026-03-04T23:50:00Z'],
    ['2026-03-04T20:05:00Z', '2026-03-04T23:50:00Z'],
    ['2026-02-04T20:05:00Z', '2026-03-04T23:50:00Z'],
  ])('labels the axis of the drawing from %s to %s with different times', (...times) => {
    const rows = times.map((event_time) => ({ event_time, event_name: 'GetObject' }));
    const source = reportHtml(withRows(usedKey(), { 'key-timeline': rows, 'key-buckets': [] }));
    const labels = [...source.matchAll(/<text class="tick [a-z]+"[^>]*>([^<]*)/g)].map(([, label]) => label);
    expect(labels.length).toBeGreaterThanOrEqual(2);
    expect(new Set(labels).size).toBe(labels.length);
  });

  it('has the plural only of what is many', () => {
    const actions = ['CreateUser', 'RunTask', 'StopLogging', 'SendCommand'];
    const rows = [...actions, 'GetSecretValue'].map((event_name) => ({ event_name, events: 1, failed: 0 }));
    expect(firstScreen(reportHtml(withRows(usedKey(), { 'actions-used': rows })))).toContain(
      '1 more action named by the verdict',
    );
  });

  it('says in words what the drawing shows', () => {
    const drawing = named(readPage(reportHtml(abusedKey())), 'svg').at(1);
    expect(drawing?.attributes['aria-label']).toBe(
      '2,043 calls from 2026-03-01 00:00 to 2026-03-06 00:00, 94 of them failed. Most in one hour: 83, from 2026-03-04 03:00, 67 of them failed.',
    );
  });

  it('draws a bar an hour, or of more hours where the range is long', () => {
    const bars = (days: number) => {
      const rows = Array.from({ length: days }, (_, day) => ({
        window_start: new Date(Date.UTC(2020, 0, 1 + day)).toISOString(),
        event_source: 's3.amazonaws.com',
        events: 1,
        failed: 0,
      }));
      const page = readPage(reportHtml(withRows(usedKey(), { 'key-buckets': rows })));
      return named(page, 'rect').filter(({ attributes }) => attributes.class === 'answered').length;
    };
    expect(bars(5)).toBe(5);
    for (const days of [30, 400, 4000]) expect(bars(days)).toBeLessThanOrEqual(168);
  });

  it('bounds long tables and says how many rows are left out, from the first sign of abuse on', () => {
    const page = readPage(reportHtml(abusedKey()));
    expect(page.text).toContain('Calls from ten minutes before the first sign of abuse: 847 of 2,043 rows');
    expect(page.text).toContain('250 of 847 rows are shown; the other 597 are in the JSON file.');
    expect(page.text).toContain('GetSecretValue');
    expect(named(page, 'tr').length).toBeLessThan(800);
  });

  it('loads, runs and sends nothing', () => {
    const source = reportHtml(everyAnswer());
    const page = readPage(source);
    expect(strangers(page)).toEqual([]);
    expect(source).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:`);
    expect(source).not.toMatch(/url\(|@import|src=/);
    for (const { attributes } of named(page, 'a')) expect(attributes.href).toMatch(/^#/);
  });

  it('has landmarks, one h1, a caption and scoped headings for every table, and targets for every link', () => {
    for (const investigation of [abusedKey(), usedKey(), unseenKey(), everyAnswer()]) {
      const page = readPage(reportHtml(investigation));
      const count = (name: string) => named(page, name).length;
      expect([count('main'), count('header'), count('nav'), count('h1')]).toEqual([1, 1, 1, 1]);
      expect(count('caption')).toBe(count('table'));
      for (const { attributes } of named(page, 'th')) expect(attributes.scope).toMatch(/^(col|row)$/);
      const ids = page.elements.flatMap(({ attributes }) => attributes.id ?? []);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { attributes } of named(page, 'a')) expect(ids).toContain(attributes.href!.slice(1));
      for (const { attributes } of named(page, 'section')) expect(ids).toContain(attributes['aria-labelledby']);
    }
  });

  it('is the same for the same investigation', () => {
    expect(reportHtml(abusedKey())).toBe(reportHtml(abusedKey()));
  });
});
