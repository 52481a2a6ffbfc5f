import { describe, expect, it } from 'vitest';
import { printable } from '../../src/model/printable.js';
import { hostileTexts, megabyte, unsafe } from '../investigate/hostile.js';

describe('printable', () => {
  it.each([
    ['\u001b[31m', '\\u001b[31m'],
    ['\u009b31m\u007f', '\\u009b31m\\u007f'],
    ['gpj\u202eexe\u2066', 'gpj\\u202eexe\\u2066'],
    ['a\u200bb\ufeff\u00ad', 'a\\u200bb\\ufeff\\u00ad'],
    ['a\u2028b\u2029', 'a\\u2028b\\u2029'],
    ['a\ud800b', 'a\\ud800b'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['a\r\n\tb', 'a\\r\\n\\tb'],
    ['Zürich 東京 🚀', 'Zürich 東京 🚀'],
  ])('spells out what would be obeyed or hidden: %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('leaves lines and tabs when asked to, and nothing else', () => {
    expect(printable('a\n\tb\r\u001b', Number.POSITIVE_INFINITY, { lines: true })).toBe('a\n\tb\\r\\u001b');
  });

  it('cuts by code points and says so', () => {
    expect(printable('abcdef', 6)).toBe('abcdef');
    expect(printable('abcdefg', 6)).toBe('abcde…');
    expect(printable('🚀🚀🚀', 3)).toBe('🚀🚀🚀');
    expect(printable('🚀🚀🚀🚀', 3)).toBe('🚀🚀…');
    expect([...printable('\u001b'.repeat(50), 20)]).toHaveLength(20);
  });

  it.each([...hostileTexts, megabyte].map((text) => [text.slice(0, 30), text]))(
    'makes %j safe and short',
    (_, text) => {
      const shown = printable(text, 80);
      expect(shown).not.toMatch(unsafe);
      expect([...shown].length).toBeLessThanOrEqual(80);
    },
  );
});
