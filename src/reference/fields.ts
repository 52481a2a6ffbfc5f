import type { Contract } from '../model/contract.js';
import { code, plain, table } from '../model/markdown.js';

/** Our own words, whose code spans stay. */
const text = (meaning: string): string => meaning.replaceAll('|', '\\|');

const inOpenSearch = (targets: readonly { field: string; type: string }[]): string =>
  targets.map(({ field, type }) => `${code(field)} ${type}`).join(', ');

function section({ log, title, source, view, table: sqlTable, index, fields, derived, enriched }: Contract): string {
  const parts = [
    `## ${title}`,
    `In questions \`${view}\`, in SQL \`${sqlTable}\`, in OpenSearch \`${index}-YYYY.MM\`. From ingest/${log}/fields.yaml; source: ${plain(source)}.`,
    table(
      ['in the record', 'in SQL', 'type in SQL', 'in OpenSearch', ''],
      fields.map(({ raw, column, type, ecs, meaning }) => [
        code(raw),
        code(column),
        type,
        inOpenSearch(ecs),
        text(meaning),
      ]),
    ),
  ];
  if (derived.length > 0)
    parts.push(
      'Computed from the record:',
      table(
        ['in SQL', 'in OpenSearch', ''],
        derived.map(({ column, ecs, meaning }) => [code(column), inOpenSearch([ecs]), text(meaning)]),
      ),
    );
  if (enriched.length > 0)
    parts.push(
      'Added by ingest, in OpenSearch and DuckDB under one name:',
      table(
        ['name', 'type', ''],
        enriched.map(({ field, type, meaning }) => [code(field), type, text(meaning)]),
      ),
    );
  return parts.join('\n\n');
}

/** docs/reference/fields.md */
export const fieldsPage = (
  contracts: readonly Contract[],
): string => `<!-- Written by \`npm run generate\`: change ingest/*/fields.yaml. -->

# The fields

What each field of a record is called in SQL (DuckDB, Athena, Trino) and in OpenSearch. What is not listed, or is of
another type, is kept as JSON under \`unmapped\`.

${contracts.map(section).join('\n\n')}
`;
