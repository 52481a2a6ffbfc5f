import {
  type IAMClient,
  ListServiceSpecificCredentialsCommand,
  type ListServiceSpecificCredentialsCommandOutput,
} from '@aws-sdk/client-iam';

/** The items of all pages. */
export async function collected<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...(itemsOf(page) ?? []));
  return items;
}

/** The one list of a user's credentials that the SDK has no paginator for ("ListServiceSpecificCredentials"). */
export async function* paginateServiceSpecificCredentials(
  iam: IAMClient,
  UserName: string,
): AsyncGenerator<ListServiceSpecificCredentialsCommandOutput> {
  let Marker: string | undefined;
  do {
    const page = await iam.send(new ListServiceSpecificCredentialsCommand({ UserName, Marker }));
    yield page;
    Marker = page.IsTruncated ? page.Marker : undefined;
  } while (Marker !== undefined);
}

/** IAM returns policy documents URL-encoded ("GetUserPolicy"); some of its stand-ins return them plain. */
export function decodedDocument(document: string): string {
  return document.trimStart().startsWith('{') ? document : decodeURIComponent(document);
}
