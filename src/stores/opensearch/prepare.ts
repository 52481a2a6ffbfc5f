import { KeytrailError } from '../../errors.js';
import type { Contract } from '../../model/contract.js';
import type { Connection, Json } from './client.js';
import { schemaVersion } from './names.js';
import { anyIndices } from './refresh.js';
import { storeTemplates } from './template.js';

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

/** Puts the templates that are absent or older. One of the same schema stays as it is: somebody may have tuned it. */
export async function prepareStore(
  connection: Connection,
  contracts: readonly Contract[],
  prefix: string,
  replicas: number | undefined,
): Promise<void> {
  const templates = storeTemplates(contracts, prefix, replicas);
  const patterns = [...templates.values()].flatMap(({ index_patterns }) => index_patterns);
  const indices = await connection.request({
    method: 'GET',
    path: `/${patterns.map(encodeURIComponent).join(',')}/_mapping`,
    query: anyIndices,
  });
  for (const [index, { mappings }] of Object.entries<Json>(indices)) checkedSchema(`index ${index}`, mappings._meta);
  const outdated: [string, Record<string, unknown>][] = [];
  for (const [name, template] of templates) {
    const found = await connection.find({ method: 'GET', path: `/_index_template/${name}` });
    const existing: Json = found?.index_templates[0]?.index_template;
    if (!existing || checkedSchema(`index template ${name}`, existing._meta) < schemaVersion)
      outdated.push([name, { ...template }]);
  }
  for (const [name, body] of outdated)
    await connection.request({ method: 'PUT', path: `/_index_template/${name}`, body });
}
