/** A page as an HTML parser would see it, for pages that keep to a grammar in which nothing is left to guess. */
export interface Page {
  elements: { name: string; attributes: Record<string, string> }[];
  /** All text outside of tags and the style sheet, decoded. */
  text: string;
}

const empty: ReadonlySet<string> = new Set(['meta', 'link', 'input', 'rect', 'path', 'circle']);
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#96': '`' };

function decoded(text: string): string {
  return text.replace(/&([^;]*);?/g, (whole, name: string) => {
    const character = entities[name];
    if (character === undefined || !whole.endsWith(';')) throw new Error(`stray & in ${text.slice(0, 80)}`);
    return character;
  });
}

/**
 * Reads a page and throws where it leaves the grammar: every `<` begins a tag, every value stands between double
 * quotes and holds neither `<` nor a stray `&`, elements nest, and there is no comment. Within that grammar the HTML
 * standard's parser sees the same elements and attributes.
 */
export function readPage(source: string): Page {
  const doctype = '<!doctype html>\n';
  if (!source.startsWith(doctype)) throw new Error('no doctype');
  const token = /([^<>]+)|<(\/?)([a-z][a-z0-9]*)((?: [a-zA-Z-]+="[^"<>]*")*)(\/?)>/y;
  token.lastIndex = doctype.length;
  const page: Page = { elements: [], text: '' };
  const open: string[] = [];
  while (token.lastIndex < source.length) {
    const at = token.lastIndex;
    const found = token.exec(source);
    if (!found) throw new Error(`no tag or text at ${at}: ${source.slice(at, at + 80)}`);
    const [, text, closing, name = '', attributes = '', selfClosing] = found;
    if (text !== undefined) {
      page.text += decoded(text);
    } else if (closing) {
      const last = open.pop();
      if (last !== name) throw new Error(`</${name}> closes <${last}> at ${at}`);
    } else {
      const pairs = [...attributes.matchAll(/ ([a-zA-Z-]+)="([^"]*)"/g)];
      page.elements.push({
        name,
        attributes: Object.fromEntries(pairs.map(([, key = '', value = '']) => [key, decoded(value)])),
      });
      if (!selfClosing && !empty.has(name)) open.push(name);
      // A style sheet is raw text up to its end tag, as in the standard.
      if (name === 'style') token.lastIndex = source.indexOf('</style>', at);
    }
  }
  if (open.length > 0) throw new Error(`left open: ${open.join(', ')}`);
  return page;
}
