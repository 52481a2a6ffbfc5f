import { expect, test } from 'vitest';
import { cutToWidth, fitToWidth, textWidth } from '../../src/model/terminal.js';

test.each([
  ['', 0],
  ['plain text', 10],
  ['\u00e9 as one, e\u0301 as two', 18],
  ['東京', 4],
  ['ｆｕｌｌ', 8],
  ['ﾊﾝｶｸ', 4],
  ['한국', 4],
  ['\u1112\u1161\u11ab', 2],
  ['ก็', 1],
  ['⌚', 2],
  ['✅ ok', 5],
  ['🦊', 2],
  ['🇩🇪', 2],
  ['𝒜', 1],
  ['…─│', 3],
  ['z̸̢͓̈́', 1],
])('%s takes %i columns', (text, columns) => {
  expect(textWidth(text)).toBe(columns);
});

test('a text is cut between characters, marks with their letter, and padded to its columns', () => {
  expect(cutToWidth('東京都庁', 5)).toBe('東京…');
  expect(cutToWidth('東京都庁', 6)).toBe('東京…');
  expect(cutToWidth('e\u0301e\u0301e\u0301', 2)).toBe('e\u0301…');
  expect(fitToWidth('東京', 6)).toBe('東京  ');
  expect(fitToWidth('東京', 6, 'right')).toBe('  東京');
});
