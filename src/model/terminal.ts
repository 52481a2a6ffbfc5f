/** Scripts and symbols that a terminal shows two columns wide (Unicode Standard Annex 11, East Asian Width). */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const combining = /\p{M}/u;
const ascii = /^[ -~]*$/;

const columnsOf = (character: string): number => (combining.test(character) ? 0 : wide.test(character) ? 2 : 1);

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

const styles = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;
export type Style = keyof typeof styles;

/** Wraps text in a terminal style, or leaves it alone where there is no colour. */
export type Paint = (style: Style, text: string) => string;

export function painter(colour: boolean): Paint {
  return (style, text) => (colour ? `\u001b[${styles[style][0]}m${text}\u001b[${styles[style][1]}m` : text);
}
