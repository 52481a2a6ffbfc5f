import { describe, expect, it } from 'vitest';
import { reportHtml } from '../../src/investigate/report-html.js';
import { everyAnswer } from './every-answer.js';
import { structure, withEveryText } from './fixture.js';
import { hostileTexts, megabyte, unsafe } from './hostile.js';
import { named, strangers } from './own-markup.js';
import { readPage } from './page.js';

describe('hostile text in every field of the report', () => {
  const changes = (text: string) => [
    ...[(own: string) => `${own}${text}`, (own: string) => `${text}${own}`].flatMap((change) => [
      withEveryText(everyAnswer(), change),
      withEveryText(everyAnswer(), change, structure),
    ]),
    withEveryText(everyAnswer(), () => text),
  ];

  it.each(hostileTexts.map((text) => [text.slice(0, 40), text]))('%j is shown as text', (_, text) => {
    for (const investigation of changes(text)) {
      const source = reportHtml(investigation);
      const page = readPage(source);
      expect(strangers(page)).toEqual([]);
      expect(unsafe.test(source.replaceAll('\n', ''))).toBe(false);
      for (const { attributes } of named(page, 'a')) expect(attributes.href).toMatch(/^#/);
    }
  });

  it('a megabyte in every field is cut', () => {
    for (const kept of [[], structure]) {
      const source = reportHtml(withEveryText(everyAnswer(), () => megabyte, kept));
      expect(strangers(readPage(source))).toEqual([]);
      expect(source.length).toBeLessThan(5_000_000);
    }
  });

  it('stays readable as what the caller wrote', () => {
    const shown = (text: string) =>
      readPage(reportHtml(withEveryText(everyAnswer(), (own) => `${own}${text}`, structure))).text;
    expect(shown('<script>alert(1)</script>')).toContain('203.0.113.77<script>alert(1)</script>');
    expect(shown('\u202egpj')).toContain('203.0.113.77\\u202egpj');
  });
});
