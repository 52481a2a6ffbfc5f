import { printable } from '../model/printable.js';

/** Markup that is safe to send. `html` makes it; other code only of constants. */
export class Markup {
  constructor(readonly source: string) {}
}

export type Content = string | number | Markup | readonly Content[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

function sourceOf(content: Content): string {
  if (content instanceof Markup) return content.source;
  if (typeof content === 'object') return content.map(sourceOf).join('');
  return printable(String(content), Number.POSITIVE_INFINITY, { lines: true }).replace(
    /[&<>"'`]/g,
    (character) => entities[character]!,
  );
}

/**
 * A template whose literal parts are markup and whose values are text, as content or inside a double-quoted attribute:
 * markup characters become entities, controls and bidirectional characters are spelt out. The one way into a page.
 */
export function html(literals: TemplateStringsArray, ...values: Content[]): Markup {
  return new Markup(String.raw({ raw: literals }, ...values.map(sourceOf)));
}

export const nothing = html``;
