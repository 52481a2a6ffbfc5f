import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Investigation } from '../../src/investigate/investigation.js';
import { summaryText } from '../../src/investigate/summary-text.js';
import { textWidth } from '../../src/model/terminal.js';
import { abuse, backdoor, everyday, leakedKey } from './calls.js';
import { everyAnswer } from './every-answer.js';
import { abusedKey, elsewhereKey, structure, unseenKey, usedKey, withEveryText, withRows } from './fixture.js';
import { hostileTexts, megabyte, unsafe } from './hostile.js';

const style = { width: 100, colour: false };
/** The lines of a block: its own and those below it that have no label. */
function block(summary: string, label: string): string[] {
  const lines = summary.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`${label} `));
  const length = lines.slice(start + 1).findIndex((line) => !line.startsWith(' '));
  return lines.slice(start, start + 1 + length).map((line) => line.slice(10));
}

const tree = (investigation: Investigation) =>
  block(summaryText(investigation, style), 'issued').map((line) => line.replace(/( {2}2026.*)/, ''));

const ownCalls = () =>
  everyday()
    .concat(abuse())
    .filter(({ key }) => key === leakedKey)
    .length.toLocaleString('en-US');

describe('the summary', () => {
  it('fits on a screen and names key, verdict, owner and the next command', () => {
    const summary = summaryText(abusedKey(), style);
    expect(summary.split('\n').length).toBeLessThanOrEqual(52);
    expect(summary).toMatch(new RegExp(`^${leakedKey} \\(long-term, account 111122223333\\)`));
    expect(summary).toContain('\nABUSED  The key and 4 credentials issued from it show 8 signs of abuse.\n');
    expect(block(summary, 'owner')[0]).toBe('arn:aws:iam::111122223333:user/ci-deployer (IAMUser)');
    expect(summary).toContain(
      `keytrail contain plan ${leakedKey} --store duckdb:/cases/2026-03-ci-key/incident.duckdb --out plan-${leakedKey}.json`,
    );
  });

  it('puts the client that the verdict is about first', () => {
    const [, first, second, third] = block(summaryText(abusedKey(), style), 'clients');
    expect(first).toMatch(/^203\.0\.113\.77 {2}78 calls, 66 failed; /);
    expect(second).toMatch(/^ {2}called CreateUser, CreateAccessKey, /);
    expect(third).toMatch(/^198\.51\.100\.24 {2}1,270 calls, 18 failed; aws-cli\/2\.22\.7/);
    expect(summaryText(usedKey(), style)).not.toContain('called ');
  });

  it('marks a client by its software alone', () => {
    const agent = 'stratus-red-team_83c9a458-ffab-4d43-8b02-9691311e8c0a';
    const client = { access_key_id: leakedKey, source_ip: '192.0.2.5', user_agent: agent, events: 3, failed: 0 };
    const summary = summaryText(withRows(usedKey(), { 'key-clients': [client] }), { ...style, colour: true });
    expect(summary).toContain('\u001b[31m192.0.2.5\u001b[39m');
    expect(summary).toContain('with stratus-red-team, by its own account');
  });

  it("tells the key's own calls from those of all that was issued from it", () => {
    const summary = summaryText(abusedKey(), style);
    expect(block(summary, 'owner')[1]).toMatch(
      new RegExp(`^${ownCalls()} calls with the key itself, 2026-03-01 00:00 to 2026-03-05 23:`),
    );
    expect(block(summary, 'clients')[0]).toMatch(/^[\d,]+ calls with the key and the 4 credentials issued from it$/);
    expect(block(summaryText(usedKey(), style), 'clients')[0]).toMatch(/^198/);
  });

  it('names the keys that were made, above all that is only used', () => {
    const made = 'AKIARTX3GSDSVJBACKDR for user/aws-support-sync does not expire; made 2026-03-04 03:22';
    const summary = summaryText(abusedKey(), { ...style, colour: true });
    expect(block(summaryText(abusedKey(), style), 'new keys')).toEqual([made]);
    expect(summary).toContain(`\u001b[31m${made}\u001b[39m`);
    expect(summary.indexOf(backdoor)).toBeLessThan(summary.indexOf('owner'));
    expect(summaryText(usedKey(), style)).not.toContain('new keys');
  });

  it('says who had the key issued', () => {
    const step = { eventName: 'AssumeRole', eventTime: '2026-03-04T03:19:21Z', accountId: '111122223333' };
    const issuers = [
      { ...step, accessKeyId: 'ASIAPARENT', issued: leakedKey, sourceIp: '203.0.113.77' },
      { ...step, accessKeyId: null, issued: 'ASIAPARENT', sourceIp: null },
    ];
    expect(block(summaryText({ ...abusedKey(), issuers }, style), 'issued by')).toEqual([
      'ASIAPARENT with AssumeRole at 2026-03-04 03:19 from 203.0.113.77',
      '  which was issued by no recorded key with AssumeRole at 2026-03-04 03:19',
    ]);
    expect(summaryText(abusedKey(), style)).not.toContain('issued by');
  });

  it('shows the chain as a tree, siblings in the order of their issue', () => {
    const investigation = abusedKey();
    expect(tree(investigation)).toEqual([
      '├ ASIARTX3GSDSVJDEPLOY',
      '│ └ ASIARTX3GSDSVJADMINS',
      '│   └ AKIARTX3GSDSVJBACKDR',
      '└ ASIARTX3GSDSVJFEDUSR',
    ]);
    expect(block(summaryText(investigation, { ...style, width: 130 }), 'issued')[2]).toMatch(
      /access key made for user\/aws-support-sync: it does not expire$/,
    );
    const federated = investigation.closure.credentials.find(({ accessKeyId }) => accessKeyId.endsWith('FEDUSR'))!;
    federated.issuedAt = '2026-03-04T03:00:00Z';
    expect(tree(investigation)).toEqual([
      '├ ASIARTX3GSDSVJFEDUSR',
      '└ ASIARTX3GSDSVJDEPLOY',
      '  └ ASIARTX3GSDSVJADMINS',
      '    └ AKIARTX3GSDSVJBACKDR',
    ]);
  });

  it('shows the sign-ins and flows of this incident, and counts those of others', () => {
    const summary = summaryText(abusedKey(), { ...style, width: 120 });
    expect(block(summary, 'sign-ins')).toEqual([
      '2 of this incident; 1 sign-in of others in scope (console-logins)',
      '2026-03-04 04:02 aws-support-sync Failure from 203.0.113.77, MFA No',
      '2026-03-04 04:02 aws-support-sync Success from 203.0.113.77, MFA No',
    ]);
    expect(block(summary, 'network')).toEqual([
      '1 of this incident; 1 address pair of others in scope (internet-accepted)',
      expect.stringMatching(/^203\.0\.113\.77 to 10\.20\.3\.17 port 22/),
    ]);
  });

  it.each([
    ['a user who was given an access key', { user_name: 'aws-support-sync' }, true],
    ['the same name in another account', { user_name: 'aws-support-sync', account_id: '999999999999' }, false],
    ['the owner', { user_name: 'ci-deployer' }, true],
    ['a session issued from the key', { arn: 'arn:aws:sts::111122223333:assumed-role/deploy/ci-deployer' }, true],
    ['a marked address', { source_ip: '203.0.113.77' }, true],
    ['anybody else', { user_name: 'mara' }, false],
  ])('a sign-in of %s is part of it: %j %s', (_, who, own) => {
    const login = { event_time: '2026-03-04T05:00:00Z', account_id: '111122223333', source_ip: '192.0.2.40', ...who };
    const lines = block(summaryText(withRows(abusedKey(), { 'console-logins': [login] }), style), 'sign-ins');
    expect(lines[0]).toMatch(own ? /^1 of this incident/ : /^none of this incident; 1 sign-in of others in scope/);
  });

  it('shows nothing of others for a key that was never seen', () => {
    const summary = summaryText(elsewhereKey(), style);
    expect(block(summary, 'sign-ins')).toEqual([
      'none of this incident; 3 sign-ins of others in scope (console-logins)',
    ]);
    expect(block(summary, 'network')).toEqual([
      'none of this incident; 2 address pairs of others in scope (internet-accepted)',
    ]);
    expect(summary).not.toMatch(/mara|203\.0\.113\.77/);
  });

  it('says what was read, one line a log, and refers to it where nothing was seen', () => {
    const shown = (width: number) => block(summaryText(elsewhereKey(), { ...style, width }), 'evidence');
    expect(shown(200)).toEqual([
      'cloudtrail: 412 objects, 48,213 records, 2026-03-01 00:00 to 2026-03-05 23:58; accounts 111122223333, 444455556666; Regions eu-central-1, us-east-1',
      'vpcflow: 96 objects, 310,442 records, 2026-03-03 00:00 to 2026-03-05 23:59; account 111122223333; Region eu-central-1',
    ]);
    expect(summaryText(elsewhereKey(), { ...style, width: 120 })).toMatch(
      /^NOT SEEN {2}No call of this key is in the logs read \(see evidence\)/m,
    );
    expect(block(summaryText(unseenKey(), style), 'evidence')).toEqual(['no log is on record as read']);
    expect(block(summaryText(usedKey(), { ...style, width: 200 }), 'evidence')).toHaveLength(2);
  });

  it('counts accounts and Regions where they are many', () => {
    const investigation = usedKey();
    investigation.coverage.logs[0]!.accounts = Array.from({ length: 40 }, (_, n) => `${100_000_000_000 + n}`);
    expect(block(summaryText(investigation, { ...style, width: 200 }), 'evidence')[0]).toMatch(
      /; 40 accounts; Regions eu-central-1/,
    );
  });

  it('cuts nothing where the width is not bounded', () => {
    const agent = `aws-cli/2.22.7 ${'md/x#y '.repeat(100)}end`;
    const client = { access_key_id: leakedKey, source_ip: '192.0.2.5', user_agent: agent, events: 3, failed: 0 };
    const investigation = withRows(abusedKey(), { 'key-clients': [client] });
    const summary = summaryText(investigation, { width: Number.POSITIVE_INFINITY, colour: false });
    expect(summary).toContain(agent);
    expect(summary).not.toContain('…');
    expect(summary).toMatch(/read secrets: .*GetSecretValue/);
  });

  it('has the plural only of what is many', () => {
    const used = withRows(usedKey(), {
      'actions-used': Array.from({ length: 4 }, (_, n) => ({ event_source: 'x', event_name: `Get${n}`, events: 1 })),
    });
    expect(summaryText(used, style)).toMatch(/ and 1 more action\n/);
  });

  it('never takes a log that was not read for nothing found', () => {
    const summary = summaryText(unseenKey(), style);
    expect(block(summary, 'network')).toEqual(['not known: no vpcflow log is on record as read']);
    expect(block(summary, 'sign-ins')).toEqual(['not known: no cloudtrail log is on record as read']);
    expect(block(summary, 'lacking')).toContain('No CloudTrail logs were ingested.');
    expect(block(summaryText(usedKey(), style), 'network')).toEqual([
      'nothing accepted from the internet on sensitive ports',
    ]);
  });

  it.each([60, 80, 100, 200])('fits into %i columns, commands excepted', (width) => {
    const lines = summaryText(abusedKey(), { width, colour: false }).split('\n');
    for (const line of lines.filter((text) => !text.startsWith(`${' '.repeat(13)}keytrail `)))
      expect(textWidth(line)).toBeLessThanOrEqual(width);
  });

  it('has colour codes only when asked for, around the same text', () => {
    const coloured = summaryText(abusedKey(), { ...style, colour: true });
    const plain = summaryText(abusedKey(), style);
    expect(coloured).toContain('\u001b[31m203.0.113.77\u001b[39m');
    expect(plain).not.toContain('\u001b');
    expect(stripVTControlCharacters(coloured)).toBe(plain);
  });

  it.each(hostileTexts.map((text) => [text.slice(0, 40), text]))('shows hostile %j as text', (_, text) => {
    for (const change of [(own: string) => `${own}${text}`, (own: string) => `${text}${own}`, () => text])
      for (const kept of [[], structure]) {
        const summary = summaryText(withEveryText(everyAnswer(), change, kept), style);
        expect(unsafe.test(summary.replaceAll('\n', ''))).toBe(false);
        expect(summary.split('\n').length).toBeLessThanOrEqual(60);
      }
  });

  it('cuts a megabyte in every field', () => {
    const summary = summaryText(
      withEveryText(everyAnswer(), () => megabyte, structure),
      style,
    );
    expect(summary.length).toBeLessThan(10_000);
  });
});
