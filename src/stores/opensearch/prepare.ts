import { KeytrailError } from '../../errors.js';
import type { Contract } from '../../model/contract.js';
import type { Connection, Json } from './client.js';
import { isIdRefusal, reasonIn } from './failures.js';
import { deadLetterIndex, ledgerIndex, schemaVersion } from './names.js';
import { anyIndices } from './refresh.js';
import { type IndexTemplate, readAlias, storeTemplates } from './template.js';

/** What was done, by name. */
export interface Prepared {
  created: string[];
  updated: string[];
  kept: string[];
  /** Indices of an older schema whose mapping was extended. */
  extended: string[];
}

/** Schema version in a template's or mapping's `_meta`. Throws for what is not keytrail's, or is of a newer one. */
function checkedSchema(what: string, meta: Json): number {
  const schema: unknown = meta?.keytrail?.schema;
  if (typeof schema !== 'number')
    throw new KeytrailError('store_foreign', `${what} is there, and is not keytrail's`, {
      hint: 'Rename or delete it, or give the store names of its own: opensearch:URL?prefix=NAME.',
    });
  if (schema > schemaVersion)
    throw new KeytrailError('store_version', `${what} is of schema ${schema}; this keytrail knows ${schemaVersion}`, {
      hint: 'Use the keytrail that wrote it, or a newer one.',
    });
  return schema;
}

/** The template that an index came from, by name. An index that has a log's alias, or its name, is none of ours. */
function templateOf(index: string, templates: ReadonlyMap<string, IndexTemplate>): [string, IndexTemplate] {
  for (const [name, template] of templates) {
    const [pattern = ''] = template.index_patterns;
    if (pattern.endsWith('*') ? index.startsWith(pattern.slice(0, -1)) : index === pattern) return [name, template];
  }
  throw new KeytrailError(
    'store_foreign',
    `index ${index} has the name or an alias of keytrail's, and is not its own`,
    {
      hint: 'Rename it or take the alias away, or give the store names of its own: opensearch:URL?prefix=NAME.',
    },
  );
}

/**
 * Puts the templates that are absent or older, and extends the indices of an older schema: later ones only ever add
 * fields, so nothing is indexed again. A template of the same schema stays as it is: somebody may have tuned it.
 */
export async function prepareStore(
  connection: Connection,
  contracts: readonly Contract[],
  prefix: string,
  replicas: number | undefined,
): Promise<Prepared> {
  const templates = storeTemplates(contracts, prefix, replicas);
  const older = await olderIndices(connection, templates);
  const done: Prepared = { created: [], updated: [], kept: [], extended: [] };
  const outdated: [string, IndexTemplate][] = [];
  for (const [name, template] of templates) {
    const found = await connection.find({ method: 'GET', path: `/_index_template/${name}` });
    const existing: Json = found?.index_templates[0]?.index_template;
    const current = existing && checkedSchema(`index template ${name}`, existing._meta) === schemaVersion;
    done[current ? 'kept' : existing ? 'updated' : 'created'].push(name);
    if (!current) outdated.push([name, template]);
  }
  for (const [name, template] of outdated) {
    const body = connection.serverless ? withoutSettings(template) : { ...template };
    await connection.request({ method: 'PUT', path: `/_index_template/${name}`, body });
  }
  for (const [index, name] of older) {
    await extend(connection, index, templates.get(name)!);
    done.extended.push(index);
  }
  if (connection.serverless) await checkCollection(connection, templates, prefix);
  return done;
}

/** Our indices of an older schema, with the name of their template. */
async function olderIndices(
  connection: Connection,
  templates: ReadonlyMap<string, IndexTemplate>,
): Promise<[string, string][]> {
  const names = [...templates].flatMap(([name, { index_patterns, template }]) => [
    ...index_patterns,
    ...(template.aliases ? [name] : []),
  ]);
  const indices = await connection.request({
    method: 'GET',
    path: `/${names.map(encodeURIComponent).join(',')}/_mapping`,
    query: anyIndices,
  });
  return Object.entries<Json>(indices).flatMap(([index, { mappings }]): [string, string][] => {
    const [name] = templateOf(index, templates);
    return checkedSchema(`index ${index}`, mappings._meta) < schemaVersion ? [[index, name]] : [];
  });
}

async function extend(connection: Connection, index: string, { template }: IndexTemplate): Promise<void> {
  const reply = await connection.send({
    method: 'PUT',
    path: `/${encodeURIComponent(index)}/_mapping`,
    body: template.mappings,
  });
  if (reply.status === 400)
    throw new KeytrailError(
      'store_version',
      `index ${index} can't take the fields of schema ${schemaVersion}: ${reasonIn(reply.body?.error)}`,
      { hint: 'Ingest into names of their own, opensearch:URL?prefix=NAME, and delete it when they are complete.' },
    );
  if (reply.status >= 400) throw connection.failure(reply);
  await addAliases(connection, Object.keys(template.aliases ?? {}), index);
}

/** Gives indices (a name or pattern that fits at least one) the aliases that new ones have from their template. */
export async function addAliases(connection: Connection, aliases: readonly string[], index: string): Promise<void> {
  const actions = aliases.map((alias) => ({ add: { index, alias, ...readAlias } }));
  if (actions.length > 0) await connection.request({ method: 'POST', path: '/_aliases', body: { actions } });
}

/**
 * A collection decides on shards, replicas, refreshing and durability by itself.
 * Source: "Amazon OpenSearch Service: Supported operations and plugins in Amazon OpenSearch Serverless".
 */
function withoutSettings({ template: { settings: _, ...template }, ...rest }: IndexTemplate): Record<string, unknown> {
  return { ...rest, template };
}

/**
 * Time series and vector search collections refuse ids, and say so only when a document comes. This one is offered to
 * the ledger, whose mapping takes no unknown field: where ids are fine it is refused for that.
 */
async function checkCollection(
  connection: Connection,
  templates: ReadonlyMap<string, IndexTemplate>,
  prefix: string,
): Promise<void> {
  for (const index of [ledgerIndex(prefix), deadLetterIndex(prefix)]) {
    const { mappings } = templates.get(index)!.template;
    const made = await connection.send({ method: 'PUT', path: `/${index}`, body: { mappings } });
    const there = made.body?.error?.type === 'resource_already_exists_exception';
    if (made.status >= 400 && !there) throw connection.failure(made);
  }
  const action = JSON.stringify({ create: { _index: ledgerIndex(prefix), _id: 'keytrail-probe' } });
  const { items } = await connection.request({
    method: 'POST',
    path: '/_bulk',
    lines: `${action}\n{"keytrailProbe":true}\n`,
  });
  const item = items?.[0]?.create;
  if (isIdRefusal(item?.error)) throw connection.failure({ status: item.status, body: item });
}
