/** Text of others in Markdown that is also read in a terminal: shown as it is, and never obeyed. */

/** Between back quotes Markdown shows text as it is, so the text must not hold one. */
export function code(text: string): string {
  return `\`${escaped(text).replaceAll('`', '\\u{60}')}\``;
}

/** Outside of code, characters that start a link, HTML or a table cell are escaped too. */
export function plain(text: string): string {
  return escaped(text).replace(/[<>[\]`|]/g, (character) => `\\${character}`);
}

/** Control, format (bidirectional and zero-width) and line-separating characters and lone surrogates, spelt out. */
function escaped(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
