import { allContracts } from '../../model/contract.js';
import { deadLetterIndex, indexBase, indexPattern, ledgerIndex, prefixed } from './names.js';

/** Whom a cluster's users are for keytrail. */
export const roleNames = ['ingester', 'analyst', 'administrator'] as const;
export type RoleName = (typeof roleNames)[number];

/** The body of `PUT _plugins/_security/api/roles/NAME` ("OpenSearch documentation: Access control API"). */
export interface SecurityRole {
  description: string;
  cluster_permissions: string[];
  index_permissions: { index_patterns: string[]; allowed_actions: string[] }[];
}

/** The role's name in the cluster. */
export const roleId = (role: RoleName, prefix = ''): string => prefixed(prefix, `keytrail-${role}`);

/** What marks a role as keytrail's: a role has no other place for it. */
export const roleMark = 'keytrail: ';

/** What an OpenSearch client may always ask: which cluster and release it talks to. */
const hello = 'cluster:monitor/main';
const asWritten = ['indices:data/write/bulk*', 'indices:data/write/index'];
const asKept = [
  ...asWritten,
  'indices:admin/create',
  'indices:admin/mappings/get',
  'indices:admin/refresh*',
  'indices:data/read/get',
  'indices:data/read/mget*',
  'indices:data/read/search',
];

/**
 * What each role may do: what keytrail asks of a cluster for it, and nothing else. The actions of a bulk request and
 * of templates are the cluster's; what they touch is checked by index besides.
 */
const definitions: Record<RoleName, (prefix: string) => SecurityRole> = {
  // Reads what it keeps itself, the ledger and the dead letters, and no event.
  ingester: (prefix) => ({
    description: `${roleMark}writes events; reads none, only the ledger and the dead letters`,
    cluster_permissions: [
      hello,
      'indices:admin/index_template/get',
      'indices:data/read/mget',
      'indices:data/write/bulk',
    ],
    index_permissions: [
      {
        index_patterns: eventPatterns(prefix),
        allowed_actions: ['indices:admin/create', 'indices:admin/mappings/get', ...asWritten],
      },
      { index_patterns: [ledgerIndex(prefix)], allowed_actions: asKept },
      { index_patterns: [deadLetterIndex(prefix)], allowed_actions: [...asKept, 'indices:data/write/delete'] },
    ],
  }),
  // What Dashboards asks to list fields is among it; and refreshing, or an answer lacks the last half minute of events.
  analyst: (prefix) => ({
    description: `${roleMark}asks questions; writes nothing`,
    cluster_permissions: [
      hello,
      'indices:data/read/mget',
      'indices:data/read/msearch',
      'indices:data/read/search/template',
    ],
    index_permissions: [
      {
        index_patterns: [...eventPatterns(prefix), ledgerIndex(prefix), deadLetterIndex(prefix)],
        allowed_actions: [
          'indices:admin/aliases/get',
          'indices:admin/mappings/fields/get*',
          'indices:admin/mappings/get',
          'indices:admin/refresh*',
          'indices:admin/resolve/index',
          'indices:data/read/field_caps*',
          'indices:data/read/get',
          'indices:data/read/mget*',
          'indices:data/read/msearch*',
          'indices:data/read/search*',
        ],
      },
    ],
  }),
  // Neither reads nor writes an event, and gives nobody a role: who may write roles may have any.
  administrator: (prefix) => ({
    description: `${roleMark}sets the cluster up; reads and writes no event`,
    cluster_permissions: [
      hello,
      'cluster:admin/opendistro/ism/managedindex/add',
      'cluster:admin/opendistro/ism/managedindex/change',
      'cluster:admin/opendistro/ism/managedindex/explain',
      'cluster:admin/opendistro/ism/policy/get',
      'cluster:admin/opendistro/ism/policy/write',
      'cluster:admin/script/get',
      'cluster:admin/script/put',
      'indices:admin/index_template/get',
      'indices:admin/index_template/put',
    ],
    index_permissions: [
      {
        index_patterns: [...eventPatterns(prefix), ledgerIndex(prefix), deadLetterIndex(prefix)],
        allowed_actions: [
          'indices:admin/aliases',
          'indices:admin/aliases/get',
          'indices:admin/mapping/put',
          'indices:admin/mappings/get',
          'indices:admin/opensearch/ism/managedindex',
        ],
      },
    ],
  }),
};

/** The months of each log, and its alias: a name that no index has yet must be allowed by itself. */
const eventPatterns = (prefix: string): string[] =>
  allContracts().flatMap((contract) => [indexBase(contract, prefix), indexPattern(contract, prefix)]);

/** The roles, by name in the cluster. */
export const securityRoles = (prefix = ''): Map<string, SecurityRole> =>
  new Map(roleNames.map((role) => [roleId(role, prefix), definitions[role](prefix)]));

/** The text of ingest/deploy/opensearch-roles/<role>.json: the body of `PUT _plugins/_security/api/roles/<name>`. */
export const generateRole = (role: RoleName): string => `${JSON.stringify(definitions[role](''), null, 2)}\n`;

const covers = (pattern: string, action: string): boolean =>
  pattern.endsWith('*') ? action.startsWith(pattern.slice(0, -1)) : action === pattern;

/**
 * The roles that may do what a cluster names as missing: `indices:data/write/bulk[s]` is the part of one shard. Those
 * that may do it to events, where there are any: what is missing is seldom about the ledger.
 */
export function rolesThatMay(action: string): RoleName[] {
  const plain = action.replace(/\[[a-z/]+\]$/, '');
  const may = (actions: readonly string[]): boolean =>
    actions.some((pattern) => covers(pattern, action) || covers(pattern, plain));
  const those = (part: (role: SecurityRole) => SecurityRole['index_permissions']): RoleName[] =>
    roleNames.filter((name) => {
      const role = definitions[name]('');
      return may([...role.cluster_permissions, ...part(role).flatMap(({ allowed_actions }) => allowed_actions)]);
    });
  const ofEvents = those(({ index_permissions }) => index_permissions.slice(0, 1));
  return ofEvents.length > 0 ? ofEvents : those(({ index_permissions }) => index_permissions);
}
