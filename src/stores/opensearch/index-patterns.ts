import type { Contract } from '../../model/contract.js';

/**
 * Index patterns as saved objects, a line each, for Dashboards Management → Saved objects → Import.
 * Source: "OpenSearch Dashboards: Saved objects API".
 */
export const generateIndexPatterns = (contracts: readonly Contract[]): string =>
  contracts
    .map(({ index, title }) =>
      JSON.stringify({
        id: index,
        type: 'index-pattern',
        attributes: { title: `${index}-*`, timeFieldName: '@timestamp', description: title },
        references: [],
        migrationVersion: { 'index-pattern': '7.6.0' },
      }),
    )
    .join('\n')
    .concat('\n');
