import { isDeepStrictEqual } from 'node:util';
import type { Contract } from '../../model/contract.js';
import type { BulkItem } from './bulk.js';
import type { Connection, Json } from './client.js';
import { documentVersion } from './names.js';
import { readDocs } from './read-docs.js';

const maxIds = 500;

function without(document: Json, path: string): void {
  const steps = path.split('.');
  const leaf = steps.pop()!;
  const level = steps.reduce<Json>((inner, step) => inner?.[step], document);
  if (level) delete level[leaf];
}

/** Empty objects are what is left of what was added. */
const pruned = (value: Json): Json => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value).map(([name, inner]) => [name, pruned(inner)] as const);
  const kept = members.filter(
    ([, inner]) => typeof inner !== 'object' || inner === null || Object.keys(inner).length > 0,
  );
  return Object.fromEntries(kept);
};

/** What a document says of its record, without what ingest added from databases, which change. */
function said(document: Json, { enriched }: Contract): Json {
  const copy = JSON.parse(JSON.stringify(document));
  for (const { field } of enriched) without(copy, field);
  return pruned(copy);
}

/**
 * The items whose document differs from the one that has their place. What an earlier version of keytrail wrote is not
 * compared: its documents have other fields.
 */
export async function differingFrom(
  connection: Connection,
  contract: Contract,
  items: readonly BulkItem[],
  retryMs: number,
): Promise<Set<BulkItem>> {
  const differing = new Set<BulkItem>();
  for (let start = 0; start < items.length; start += maxIds) {
    const some = items.slice(start, start + maxIds);
    // Who may only write can't compare: what is there counts as the same.
    const docs = await readDocs(connection, some, retryMs, 'passes');
    for (const [place, { _source }] of docs.entries()) {
      const item = some[place]!;
      if (_source?.keytrail?.schema !== documentVersion) continue;
      if (!isDeepStrictEqual(said(_source, contract), said(item.document?.(), contract))) differing.add(item);
    }
  }
  return differing;
}
