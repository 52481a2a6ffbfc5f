import { createHash } from 'node:crypto';

/** All items of all pages. */
export async function collected<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...(itemsOf(page) ?? []));
  return items;
}

/** What `describe` makes of each item, in the order of its JSON text. */
export async function each<Item>(
  items: readonly Item[],
  describe: (item: Item) => unknown | Promise<unknown>,
): Promise<unknown[]> {
  return byText(await Promise.all(items.map(async (item) => describe(item))));
}

export function byText<Item>(items: readonly Item[]): Item[] {
  const texts = new Map(items.map((item) => [item, JSON.stringify(item)]));
  return [...items].sort((a, b) => (texts.get(a)! < texts.get(b)! ? -1 : 1));
}

/** Stands for a value that may be a secret. */
export function hashed(value: string | Uint8Array | undefined): string | null {
  return value === undefined ? null : createHash('sha256').update(value).digest('hex');
}

/** IAM returns policy documents URL-encoded; moto returns some of them plain. */
export function decoded(document = ''): string {
  return document.trimStart().startsWith('{') ? document : decodeURIComponent(document);
}

export function tagsOf(tags: { Key: string | undefined; Value: string | undefined }[] = []): unknown[] {
  return byText(tags.map(({ Key, Value }) => [Key, Value]));
}

/** What a request answers, or null where it fails with one of these errors. */
export async function orNull<Answer>(request: Promise<Answer>, ...names: string[]): Promise<Answer | null> {
  return request.catch((error: Error) => {
    if (names.includes(error.name)) return null;
    throw error;
  });
}
