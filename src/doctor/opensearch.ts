import { isDeepStrictEqual } from 'node:util';
import { KeytrailError } from '../errors.js';
import { allContracts } from '../model/contract.js';
import { type Connection, connect, type Json, type OpenSearchOptions } from '../stores/opensearch/client.js';
import type { Location } from '../stores/opensearch/location.js';
import { indexPattern, ledgerIndex, schemaVersion } from '../stores/opensearch/names.js';
import { anyIndices } from '../stores/opensearch/refresh.js';
import { storeTemplates } from '../stores/opensearch/template.js';
import { clock } from './clock.js';
import { checked, type Finding, fail, failed, ok, warn } from './finding.js';

/** `flat_object` came with 2.7; the tests run on 3. */
const leastVersion = [2, 7] as const;

const setup = 'keytrail setup opensearch --store STORE, as keytrail-administrator';

/** A cluster as a store: its version, who one is there, what one may do, templates, indices. Changes nothing. */
export async function openSearchFindings(
  location: Location,
  options: OpenSearchOptions,
  now: () => Date,
): Promise<Finding[]> {
  const what = `store ${location.uri}`;
  const connection = await connect(location, options);
  const fix = setup.replace('STORE', location.uri);
  try {
    // Whom the cluster does not take, it tells nothing else either.
    const user = connection.serverless ? [] : await whoIsIt(connection, location.url);
    return [
      ...user,
      ...(connection.serverless ? [] : await checked(`${what} version`, () => version(connection, what))),
      ...(await ifAllowed('index templates', () => templates(connection, location.prefix, fix))),
      ...(await ifAllowed('indices', () => indices(connection, location.prefix, fix))),
      ...(user.length > 0 ? await rights(connection, location.prefix) : []),
      ...(connection.serverless ? [] : await health(connection, now)),
    ];
  } catch (error) {
    return [failed(what, error)];
  } finally {
    await connection.close();
  }
}

/** What a user need not see to do what it is for is no failure where it is refused; its rights are told by themselves. */
async function ifAllowed(what: string, check: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof KeytrailError && error.code === 'store_denied')
      return [ok(what, 'this user may not look at them')];
    return [failed(what, error)];
  }
}

async function whoIsIt(connection: Connection, url: string): Promise<Finding[]> {
  const reply = await connection.send({ method: 'GET', path: '/_plugins/_security/authinfo' });
  if (reply.status === 400 || reply.status === 404)
    return [
      warn(
        'store user',
        `${url} has no Security plugin: whoever reaches it may read and change all`,
        'Let nobody else reach it, or install the Security plugin, then: keytrail setup opensearch --roles.',
      ),
    ];
  if (reply.status >= 400) throw connection.failure(reply);
  const { user_name, roles = [] } = reply.body;
  const who = `${user_name}, with the roles ${[...roles].sort().join(', ') || 'none'}`;
  return roles.includes('all_access')
    ? [warn('store user', `${who}: it may do all`, 'Use a user with one of keytrail’s roles: docs/permissions.md.')]
    : [ok('store user', who)];
}

async function version(connection: Connection, what: string): Promise<Finding[]> {
  const reply = await connection.send({ method: 'GET', path: '/' });
  if (reply.status === 403) return [ok(what, 'answers; its version may not be read')];
  if (reply.status >= 400) throw connection.failure(reply);
  const { distribution, number = '' } = reply.body.version ?? {};
  const [major = 0, minor = 0] = String(number).split('.').map(Number);
  if (distribution !== 'opensearch')
    return [
      fail(what, `is no OpenSearch, but ${distribution ?? 'Elasticsearch'} ${number}`, 'Use OpenSearch 2.7 or newer.'),
    ];
  return major > leastVersion[0] || (major === leastVersion[0] && minor >= leastVersion[1])
    ? [ok(what, `OpenSearch ${number}`)]
    : [fail(what, `OpenSearch ${number} is too old`, 'Upgrade it to 2.7 or newer.')];
}

async function templates(connection: Connection, prefix: string, fix: string): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const [name, wanted] of storeTemplates(allContracts(), prefix)) {
    const what = `index template ${name}`;
    const answer = await connection.find({ method: 'GET', path: `/_index_template/${name}` });
    const there: Json = answer?.index_templates[0]?.index_template;
    const schema: unknown = there?._meta?.keytrail?.schema;
    if (there === undefined) found.push(fail(what, 'is not there', `Run ${fix}.`));
    else if (typeof schema !== 'number')
      found.push(
        fail(what, 'is not keytrail’s', 'Rename it, or give the store names of its own: opensearch:URL?prefix=NAME.'),
      );
    else if (schema > schemaVersion)
      found.push(fail(what, `is of schema ${schema}; this keytrail knows ${schemaVersion}`, 'Use a newer keytrail.'));
    else if (schema < schemaVersion)
      found.push(fail(what, `is of schema ${schema}, older than ${schemaVersion}`, `Run ${fix}.`));
    else if (!isDeepStrictEqual(there.template?.mappings, JSON.parse(JSON.stringify(wanted.template.mappings))))
      found.push(
        warn(
          what,
          'has another mapping than this keytrail’s',
          `Delete it (DELETE _index_template/${name}), then run ${fix}.`,
        ),
      );
    else found.push(ok(what, `schema ${schema}`));
  }
  return found;
}

async function indices(connection: Connection, prefix: string, fix: string): Promise<Finding[]> {
  const patterns = [...allContracts().map((contract) => indexPattern(contract, prefix)), ledgerIndex(prefix)];
  const mappings: Json = await connection.request({
    method: 'GET',
    path: `/${patterns.map(encodeURIComponent).join(',')}/_mapping`,
    query: anyIndices,
  });
  const names = Object.keys(mappings);
  const older = names.filter((name) => (mappings[name].mappings._meta?.keytrail?.schema ?? 0) < schemaVersion).sort();
  if (names.length === 0) return [ok('indices', 'none yet: keytrail ingest makes them')];
  return older.length > 0
    ? [
        fail(
          'indices',
          `${older.length} are of an older schema, such as ${older[0]}`,
          `Run ${fix}: it extends them in place.`,
        ),
      ]
    : [ok('indices', `${names.length}, all of schema ${schemaVersion}`)];
}

/**
 * What the user may do, as the plugin judges requests without doing them ("OpenSearch documentation: Permissions, test
 * permissions"). A cluster of another release says that it knows no such question.
 */
async function rights(connection: Connection, prefix: string): Promise<Finding[]> {
  const month = `${indexPattern(allContracts()[0]!, prefix).replace(/\*$/, '')}1970.01`;
  const may = async (request: { method: 'GET' | 'POST' | 'PUT'; path: string; body?: Record<string, unknown> }) => {
    const reply = await connection.send({ ...request, query: { perform_permission_check: true } });
    if (reply.status >= 400 && reply.status !== 403) return null;
    return typeof reply.body?.accessAllowed === 'boolean' ? (reply.body.accessAllowed as boolean) : null;
  };
  const [write, read, administer] = await Promise.all([
    may({ method: 'PUT', path: `/${month}/_create/keytrail-probe`, body: {} }),
    may({ method: 'POST', path: `/${month}/_search`, body: {} }),
    may({ method: 'PUT', path: `/_scripts/keytrail-probe`, body: { script: { lang: 'mustache', source: '{}' } } }),
  ]);
  if (write === null || read === null) return [ok('store rights', 'this cluster judges no requests beforehand')];
  const does = [write ? ['ingest'] : [], read ? ['questions'] : [], administer ? ['setup'] : []].flat();
  if (does.length === 0)
    return [
      fail(
        'store rights',
        'the user may neither ingest, nor ask, nor set up',
        'Give it a role: keytrail setup opensearch --roles --grant-user ingester=USER, or analyst=USER.',
      ),
    ];
  return [ok('store rights', `for ${does.join(', ')}`)];
}

/** Who may not ask goes without. */
async function health(connection: Connection, now: () => Date): Promise<Finding[]> {
  const reply = await connection.send({
    method: 'GET',
    path: '/_cat/health',
    query: { format: 'json', h: 'epoch,status' },
  });
  const row: Json = Array.isArray(reply.body) ? reply.body[0] : undefined;
  if (reply.status >= 400 || row === undefined) return [];
  const found = [clock('the cluster', Number(row.epoch) * 1000, now())];
  if (row.status === 'red')
    found.push(fail('store health', 'red: some indices can’t be read whole', 'See GET _cluster/allocation/explain.'));
  return found;
}
