/**
 * Characters that a terminal or a page obeys, hides or reorders by instead of showing: controls (C0, DEL, C1),
 * format characters (bidirectional, zero-width, tags), lone surrogates, line and paragraph separators, and the rest
 * of what Unicode calls default-ignorable (fillers, variation selectors).
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function spelt(character: string): string {
  const code = character.codePointAt(0)!;
  if (code > 0xffff) return `\\u{${code.toString(16)}}`;
  return short[character] ?? `\\u${code.toString(16).padStart(4, '0')}`;
}

/** At most `maxLength` code points; the last is `…` where something was cut. */
function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  // As many UTF-16 units as could matter, so that a megabyte isn't taken apart for eighty characters.
  const points = [...text.slice(0, 2 * maxLength + 2)];
  return points.length <= maxLength ? text : `${points.slice(0, Math.max(0, maxLength - 1)).join('')}…`;
}

/**
 * Log text as plain characters, safe to print: what a terminal would obey, hide or reorder by is spelt out
 * (`\u001b`, `\u202e`, `\n`).
 * The result has at most `maxLength` code points. `lines: true` leaves line feeds and tabs as they are.
 */
export function printable(text: string, maxLength = Number.POSITIVE_INFINITY, { lines = false } = {}): string {
  const enough = maxLength < text.length ? text.slice(0, 2 * maxLength + 2) : text;
  return cut(
    enough.replace(unprintable, (character) =>
      lines && (character === '\n' || character === '\t') ? character : spelt(character),
    ),
    maxLength,
  );
}
