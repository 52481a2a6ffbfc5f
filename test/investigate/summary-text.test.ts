import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { summaryText } from '../../src/investigate/summary-text.js';
import { textWidth } from '../../src/model/terminal.js';
import { leakedKey } from './calls.js';
import { abusedKey, structure, unseenKey, usedKey, withEveryText } from './fixture.js';
import { hostileTexts, megabyte, unsafe } from './hostile.js';

const style = { width: 100, colour: false };
/** The lines of a block: its own and those below it that have no label. */
function block(summary: string, label: string): string[] {
  const lines = summary.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`${label} `));
  const length = lines.slice(start + 1).findIndex((line) => !line.startsWith(' '));
  return lines.slice(start, start + 1 + length).map((line) => line.slice(10));
}

describe('the summary', () => {
  it('fits on a screen and names key, verdict, owner and the next command', () => {
    const summary = summaryText(abusedKey(), style);
    expect(summary.split('\n').length).toBeLessThanOrEqual(46);
    expect(summary).toMatch(new RegExp(`^${leakedKey} \\(long-term, account 111122223333\\)`));
    expect(summary).toContain('\nABUSED  The key and 3 credentials issued from it show 7 signs of abuse.\n');
    expect(block(summary, 'owner')[0]).toBe('arn:aws:iam::111122223333:user/ci-deployer (IAMUser)');
    expect(summary).toContain(
      `keytrail contain plan ${leakedKey} --store duckdb:/cases/2026-03-ci-key/incident.duckdb --out plan.json`,
    );
  });

  it('puts the client that made the calls of the verdict first', () => {
    const [first, second, third] = block(summaryText(abusedKey(), style), 'clients');
    expect(first).toMatch(/^203\.0\.113\.77 {2}78 calls, 66 failed; /);
    expect(second).toMatch(/^ {2}made CreateUser, CreateAccessKey, /);
    expect(third).toMatch(/^198\.51\.100\.24 {2}1,270 calls, 18 failed; aws-cli\/2\.22\.7/);
    expect(summaryText(usedKey(), style)).not.toContain('made Create');
  });

  it('shows the chain as a tree and sign-ins from the same address first', () => {
    const summary = summaryText(abusedKey(), style);
    expect(block(summary, 'issued').map((line) => line.replace(/( {2}2026.*)/, ''))).toEqual([
      '└ ASIARTX3GSDSVJDEPLOY',
      '  └ ASIARTX3GSDSVJADMINS',
      '└ ASIARTX3GSDSVJFEDUSR',
    ]);
    expect(block(summary, 'sign-ins')[0]).toContain('from 203.0.113.77, MFA No');
  });

  it('never takes a log that was not read for nothing found', () => {
    const summary = summaryText(unseenKey(), style);
    expect(block(summary, 'network')).toEqual(['not known: no vpcflow log was read']);
    expect(block(summary, 'sign-ins')).toEqual(['not known: no cloudtrail log was read']);
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
        const summary = summaryText(withEveryText(abusedKey(), change, kept), style);
        expect(unsafe.test(summary.replaceAll('\n', ''))).toBe(false);
        expect(summary.split('\n').length).toBeLessThanOrEqual(60);
      }
  });

  it('cuts a megabyte in every field', () => {
    const summary = summaryText(
      withEveryText(abusedKey(), () => megabyte, structure),
      style,
    );
    expect(summary.length).toBeLessThan(10_000);
  });
});
