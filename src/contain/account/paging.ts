/** The items of all pages. */
export async function collected<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...(itemsOf(page) ?? []));
  return items;
}

/** IAM returns policy documents URL-encoded ("GetUserPolicy"); some of its stand-ins return them plain. */
export function decodedDocument(document: string): string {
  return document.trimStart().startsWith('{') ? document : decodeURIComponent(document);
}
