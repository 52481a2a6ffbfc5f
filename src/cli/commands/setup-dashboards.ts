import { printable } from '../../model/printable.js';
import type { Context } from '../context.js';
import { loginOf } from '../secrets.js';
import { type ClusterFlags, storeOptions } from '../settings.js';

/**
 * Imports the dashboards over a store's indices, and prints what was not taken. User and password are those of the
 * cluster unless Dashboards has its own in the environment.
 */
export async function importDashboards(
  url: string,
  store: string,
  flags: ClusterFlags,
  context: Context,
): Promise<void> {
  const { allDashboards } = await import('../../dashboards/load.js');
  const { savedObjects } = await import('../../dashboards/opensearch/objects.js');
  const { importObjects } = await import('../../dashboards/opensearch/import.js');
  const { parseLocation } = await import('../../stores/opensearch/location.js');
  const { prefix, ...cluster } = parseLocation(store);
  const options = await storeOptions(store, flags, context);
  const own = await loginOf(context.env, 'KEYTRAIL_DASHBOARDS', options.aws ?? {});
  const username = own.username ?? options.username ?? cluster.username;
  const password = own.username === undefined ? (options.password ?? cluster.password) : own.password;
  const objects = savedObjects(allDashboards(), prefix);
  const imported = await importObjects(url, objects, {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    signal: context.signal,
  });
  context.out(`dashboards: ${imported.count} of ${objects.length} saved objects imported into ${imported.url}\n`);
  for (const { type, id, reason } of imported.failed)
    context.err(`${printable(`not imported: ${type} ${id}: ${reason}`, 500)}\n`);
  if (imported.count < objects.length) process.exitCode = imported.count === 0 ? 1 : 3;
}
