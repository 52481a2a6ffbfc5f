import { printable } from '../../model/printable.js';

/** Markup that is safe to put into the page. `html` makes it; other code only of constants. */
export class Markup {
  constructor(readonly source: string) {}
}

type Content = string | number | Markup | readonly Content[];

/** Longer texts are cut on the page; the JSON file has them whole. */
const maxText = 400;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/**
 * The one function through which text enters the page, as content or inside a double-quoted attribute value:
 * controls and bidirectional characters are spelt out, markup characters become entities, and length is bounded.
 */
function escaped(text: string): string {
  return printable(text, maxText).replace(/[&<>"'`]/g, (character) => entities[character]!);
}

function sourceOf(content: Content): string {
  if (content instanceof Markup) return content.source;
  if (typeof content === 'object') return content.map(sourceOf).join('');
  return escaped(String(content));
}

/** A template whose literal parts are markup and whose values are text, unless they are `Markup` themselves. */
export function html(literals: TemplateStringsArray, ...values: Content[]): Markup {
  return new Markup(String.raw({ raw: literals }, ...values.map(sourceOf)));
}

export const nothing = html``;
