/** Text that stands for itself in Markdown, on one line. */
export const plain = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\|<>*_`[\]]/g, '\\$&');

/** A code span, fit for a table's cell; nothing of nothing. */
export function code(value: unknown): string {
  if (value === null || value === undefined || value === '') return '';
  // Backticks have no escape inside a code span, and a pipe would end the cell.
  return `\`${String(value).replaceAll('`', "'").replaceAll('|', '\\|')}\``;
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

export const table = (names: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(names), row(names.map(() => '---')), ...rows.map(row)].join('\n');
