import { eastAsianWidth } from 'get-east-asian-width';

/** Marks, and the vowels and finals of Hangul syllables that are written in parts, stand in the column before. */
const combining = /[\p{M}\u1160-\u11ff\ud7b0-\ud7ff]/u;
const ascii = /^[ -~]*$/;

/** By Unicode Standard Annex 11, East Asian Width; what it calls ambiguous is narrow. */
function columnsOf(character: string): number {
  const code = character.codePointAt(0)!;
  // Most of all text; no mark and nothing wide is below.
  if (code < 0x300) return 1;
  return combining.test(character) ? 0 : eastAsianWidth(code);
}

/** Columns that printable text takes in a terminal. */
export function textWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += columnsOf(character);
  return width;
}

/** Printable text in at most `width` columns, ending in `…` where it was cut. */
export function cutToWidth(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const start = text.slice(0, Math.max(0, width - 1));
  // Then no mark of the last letter can be left behind: what follows doesn't fit.
  if (ascii.test(start) && columnsOf(text.charAt(start.length) || ' ') > 0) return `${start}…`;
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += columnsOf(character);
    if (used > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Printable text in exactly `width` columns: cut or padded. */
export function fitToWidth(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const kept = cutToWidth(text, width);
  const padding = ' '.repeat(Math.max(0, width - textWidth(kept)));
  return align === 'right' ? padding + kept : kept + padding;
}

/** Printable text in lines of at most `width` columns, broken at blanks; at most `maxLines`, the last one cut. */
export function wrapToWidth(text: string, width: number, maxLines: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || textWidth(longer) <= width || lines.length === maxLines - 1) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].map((each) => cutToWidth(each, width));
}

/** Printable text in lines of at most `width` columns, whole: broken at blanks, and within words that are longer. */
export function foldToWidth(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const put = (piece: string, columns: number): void => {
    line += piece;
    used += columns;
  };
  const next = (): void => {
    lines.push(line);
    line = '';
    used = 0;
  };
  for (const word of text.split(' ')) {
    const columns = textWidth(word);
    if (used > 0 && used + 1 + columns > width) next();
    else if (used > 0) put(' ', 1);
    if (columns <= width) put(word, columns);
    else
      for (const character of word) {
        const wide = columnsOf(character);
        if (used + wide > width) next();
        put(character, wide);
      }
  }
  return [...lines, line];
}

const styles = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;
export type Style = keyof typeof styles;

/** Wraps text in a terminal style, or leaves it alone where there is no colour. */
export type Paint = (style: Style, text: string) => string;

export function painter(colour: boolean): Paint {
  return (style, text) => (colour ? `\u001b[${styles[style][0]}m${text}\u001b[${styles[style][1]}m` : text);
}
