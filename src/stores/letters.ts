/** What one answer of `Store.deadLetters` holds at most; a letter is up to 1 MB. */
export const lettersPerPage = 1000;
const bytesPerPage = 8 * 1024 * 1024;

/** The ids of the first letters that make a page: one at least. */
export function withinPage(letters: readonly { id: string; bytes: number }[]): string[] {
  let bytes = 0;
  const page: string[] = [];
  for (const letter of letters) {
    bytes += letter.bytes;
    if (page.length > 0 && bytes > bytesPerPage) break;
    page.push(letter.id);
  }
  return page;
}
