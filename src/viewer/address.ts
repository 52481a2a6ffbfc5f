/** What a link carries: a name's values, or nothing of it. */
export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/**
 * The address of a page of this viewer. It always begins with one slash and is encoded throughout, so that no text of a
 * log can make it lead elsewhere or be `javascript:`.
 */
export function address(path: readonly string[], query: Query = {}): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [String(value)]) if (one !== '') given.append(name, one);
  }
  const text = given.toString();
  return `/${path.map(wellEncoded).join('/')}${text === '' ? '' : `?${text}`}`;
}

/** A lone surrogate has no encoding; what a log says may hold one. */
const wellEncoded = (part: string): string => encodeURIComponent(part.replace(/\p{Cs}/gu, '\ufffd'));

/** What every page passes on, so that a case stays the same from question to question. */
const carried = ['key', 'from', 'to', 'accounts', 'regions', 'closure'] as const;

/** The case that an address is about. */
export function caseOf(query: URLSearchParams): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const name of carried) {
    const values = query.getAll(name).filter((value) => value !== '');
    if (values.length > 0) found[name] = values;
  }
  return found;
}
