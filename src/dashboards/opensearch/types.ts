export interface Reference {
  name: string;
  type: SavedObject['type'];
  id: string;
}

/**
 * A line of what Dashboards imports. `migrationVersion` is the last that OpenSearch Dashboards 1, 2 and 3 know of the
 * type: an older one would be migrated, a newer one refused. Source: "OpenSearch Dashboards: Saved objects API".
 */
export interface SavedObject {
  id: string;
  type: 'index-pattern' | 'visualization' | 'search' | 'dashboard';
  attributes: Record<string, unknown>;
  references: Reference[];
  migrationVersion: Record<string, string>;
}

const versions: Readonly<Record<SavedObject['type'], string>> = {
  'index-pattern': '7.6.0',
  visualization: '7.10.0',
  search: '7.9.3',
  dashboard: '7.9.3',
};

export const savedObject = (
  type: SavedObject['type'],
  id: string,
  attributes: Record<string, unknown>,
  references: Reference[] = [],
): SavedObject => ({ id, type, attributes, references, migrationVersion: { [type]: versions[type] } });

const noSearch = { query: { query: '', language: 'kuery' }, filter: [] };

/** A visualisation with a search of its own, or none. */
export const visualization = (
  id: string,
  title: string,
  kind: { type: string; params: Record<string, unknown> },
  references: Reference[] = [],
): SavedObject =>
  savedObject(
    'visualization',
    id,
    {
      title,
      visState: JSON.stringify({ title, ...kind, aggs: [] }),
      uiStateJSON: '{}',
      description: '',
      version: 1,
      kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify(noSearch) },
    },
    references,
  );
