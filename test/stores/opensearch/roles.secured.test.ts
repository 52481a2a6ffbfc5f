import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateScenario } from '../../../src/scenario/index.js';
import { runCli } from '../../cli/run-cli.js';
import { writeCase } from '../../queries/cases.js';
import { describeWith, uniquePrefix } from '../../services/index.js';
import { type SecuredUser, securedCall, superuser } from '../../services/opensearch-secured.js';

const roles = ['ingester', 'analyst', 'administrator'] as const;
type Role = (typeof roles)[number];

describeWith('secured', 'users who have only their role, on a node with TLS', (url, files) => {
  const prefix = uniquePrefix();
  const store = ['--store', `opensearch:${url}?prefix=${prefix}`];
  let folder: string;
  let incident: Awaited<ReturnType<typeof generateScenario>>;

  const userOf = (role: Role): string => `${prefix}-${role}`;
  const environment = (username: string, file: string) => ({
    KEYTRAIL_OPENSEARCH_USERNAME: username,
    KEYTRAIL_OPENSEARCH_PASSWORD_FILE: file,
    KEYTRAIL_OPENSEARCH_CA: join(files, 'ca.pem'),
  });
  const as = (role: Role, ...args: string[]) =>
    runCli([...args, ...store], environment(userOf(role), join(folder, 'secrets', userOf(role))));
  const asSuperuser = (...args: string[]) =>
    runCli([...args, ...store, '--ca', join(files, 'ca.pem')], {
      KEYTRAIL_OPENSEARCH_USERNAME: superuser.username,
      KEYTRAIL_OPENSEARCH_PASSWORD: superuser.password,
    });
  const credentials = async (role: Role): Promise<SecuredUser> => ({
    username: userOf(role),
    password: (await readFile(join(folder, 'secrets', userOf(role)), 'utf8')).trim(),
  });
  /** A request past keytrail, by somebody who has a role. */
  const call = async (role: Role, method: string, path: string, body?: object) =>
    (await securedCall({ url, files }, await credentials(role), method, path, body)).status;
  /** Those of the requests that are not refused. */
  const allowed = async (role: Role, requests: [method: string, path: string, body?: object][]) => {
    const answers = await Promise.all(requests.map((request) => call(role, ...request)));
    return requests.flatMap(([method, path], at) => (answers[at] === 403 ? [] : [`${answers[at]} ${method} ${path}`]));
  };
  /** Somebody else's index, and a month of this store. */
  const other = uniquePrefix('other');
  const month = `${prefix}-keytrail-cloudtrail-2026.03`;
  const events = (log: string) => `/${prefix}-keytrail-${log}-*`;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keytrail-roles-'));
    incident = await generateScenario({ directory: join(folder, 'bucket'), seed: 5, events: 1500, flows: 800 });
    const create = roles.flatMap((role) => ['--create-user', `${role}=${userOf(role)}`]);
    const made = await asSuperuser(
      'setup',
      'opensearch',
      '--roles',
      ...create,
      '--password-dir',
      join(folder, 'secrets'),
    );
    expect(made, made.stderr).toMatchObject({ code: 0, stderr: '' });
    await securedCall({ url, files }, superuser, 'PUT', `/${other}/_doc/1`, { of: 'somebody else' });
  }, 120_000);
  afterAll(async () => {
    const ask = (method: string, path: string) => securedCall({ url, files }, superuser, method, path);
    const { body } = await ask('GET', `/_cat/indices/${prefix}-*?format=json&h=index`);
    for (const { index } of body as { index: string }[]) await ask('DELETE', `/${index}`);
    await ask('DELETE', `/${other}`);
    await ask('DELETE', `/_index_template/${prefix}-*`);
    for (const role of roles) {
      await ask('DELETE', `/_plugins/_security/api/rolesmapping/${prefix}-keytrail-${role}`);
      await ask('DELETE', `/_plugins/_security/api/roles/${prefix}-keytrail-${role}`);
      await ask('DELETE', `/_plugins/_security/api/internalusers/${userOf(role)}`);
    }
    await rm(folder, { recursive: true });
  });

  test('generated passwords are in files of their own', async () => {
    expect((await stat(join(folder, 'secrets', userOf('analyst')))).mode & 0o777).toBe(0o600);
    const again = await asSuperuser(
      'setup',
      'opensearch',
      '--roles',
      '--create-user',
      `analyst=${userOf('analyst')}`,
      '--password-dir',
      folder,
    );
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('is there already');
  }, 120_000);

  test('the administrator sets up, and gives nobody a role', async () => {
    const set = await as('administrator', 'setup', 'opensearch', '--retention-days', '90');
    expect(set, set.stderr).toMatchObject({ code: 0, stderr: '' });
    expect(set.stdout).toContain(`index template ${prefix}-keytrail-cloudtrail: kept as it is`);
    const roles = await as('administrator', 'setup', 'opensearch', '--roles');
    expect(roles.code).toBe(1);
    expect(roles.stderr).toMatch(/lets this user set no roles\. Who may write roles may have any: .*all_access/);
  }, 120_000);

  test('the ingester ingests, goes on, replays, and reads no event', async () => {
    const bucket = join(folder, 'bucket');
    const first = await as('ingester', 'ingest', bucket, '--format', 'json');
    expect(first, first.stderr).toMatchObject({ code: 0 });
    const { objects, records } = JSON.parse(first.stdout);
    expect(records.read).toBe(records.stored + records.duplicates);
    expect(records.stored).toBeGreaterThan(2000);
    const again = await as('ingester', 'ingest', bucket, '--format', 'json');
    expect(JSON.parse(again.stdout).objects).toMatchObject({ skipped: objects.seen, done: 0 });

    // A copy under another key meets on the same ids, of which the ingester may read none.
    await writeCase(join(folder, 'bad'), {
      cloudtrail: [{ eventTime: 'noon', userIdentity: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE' } }],
      asks: [],
    });
    const bad = await as('ingester', 'ingest', join(folder, 'bad'));
    expect(bad, bad.stderr).toMatchObject({ code: 3 });
    const listed = await as('ingester', 'replay', '--list');
    expect(listed.stdout).toContain('eventTime is not an ISO 8601 time');
    expect(await as('ingester', 'replay')).toMatchObject({ code: 3, stderr: '' });

    expect(
      await allowed('ingester', [
        ['POST', `${events('cloudtrail')}/_search`],
        ['POST', `/${prefix}-keytrail-cloudtrail/_search`],
        ['GET', `/${month}/_doc/x`],
        ['POST', `/${month}/_delete_by_query`, { query: { match_all: {} } }],
        ['DELETE', `/${month}/_doc/x`],
        ['DELETE', `/${month}`],
        ['PUT', `/_index_template/${prefix}-keytrail-cloudtrail`, { index_patterns: ['x'] }],
        ['POST', `/${other}/_search`],
        ['PUT', `/${other}/_doc/1`, {}],
        ['GET', '/_plugins/_security/api/roles'],
      ]),
    ).toEqual([]);
    const refused = await as('ingester', 'query', 'run', 'key-owner', '--key', incident.incident.keyId);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(
      /^keytrail: OpenSearch at \S+ does not let this user do indices:data\/read\/search\. The role keytrail-analyst has it: .*--grant-user analyst=USER gives it\.$/m,
    );
  }, 120_000);

  test('the analyst asks the whole pack, investigates, reads how far the logs go, and writes nothing', async () => {
    const key = ['--key', incident.incident.keyId, '--from', '2026-02-01'];
    const asked = await as('analyst', 'query', 'run', '--all', ...key, '--format', 'json');
    expect(asked.stderr.replace(/^\d.*\n/gm, '')).toBe('');
    expect(asked.code).toBe(0);
    const { answers, failed } = JSON.parse(asked.stdout) as {
      answers: { query: string; rows: unknown[] }[];
      failed: unknown[];
    };
    expect(failed).toEqual([]);
    // Hits, groups, a chain of searches, the closure and flows: each finds what the incident holds.
    const found = new Map(answers.map(({ query, rows }) => [query, rows.length]));
    for (const query of ['key-timeline', 'actions-used', 'new-ip', 'chain-closure', 'egress-talkers'])
      expect([query, found.get(query)]).toEqual([query, expect.any(Number)]);
    expect(found.get('key-timeline')).toBeGreaterThan(10);
    expect(found.get('chain-closure')).toBe(incident.closure.length - 1);
    // The ingester left a dead letter behind: the logs are not there whole.
    for (const [expected, ...command] of [
      [3, 'coverage'],
      [0, 'investigate', incident.incident.keyId],
      [0, 'replay', '--list'],
    ] as const) {
      const { code, stderr } = await as('analyst', ...command);
      expect([command, code, stderr.replace(/^\d.*\n/gm, '')]).toEqual([command, expected, '']);
    }
    const search = { id: `${prefix}-keytrail-key-owner`, params: { key: [incident.incident.keyId] } };
    expect(await call('analyst', 'GET', `/${prefix}-keytrail-cloudtrail/_search/template`, search)).toBe(200);
    expect(await call('analyst', 'GET', `/${prefix}-keytrail-cloudtrail/_field_caps?fields=*`)).toBe(200);

    expect(
      await allowed('analyst', [
        ['PUT', `/${month}/_doc/x`, {}],
        ['POST', `/${month}/_update/x`, { doc: {} }],
        ['DELETE', `/${month}/_doc/x`],
        ['DELETE', `/${month}`],
        ['PUT', `/${prefix}-keytrail-cloudtrail-2099.01`],
        ['PUT', `/${prefix}-keytrail-ledger/_doc/x`, {}],
        ['PUT', `/_scripts/${prefix}-keytrail-key-owner`, { script: { lang: 'mustache', source: '{}' } }],
        ['POST', `/${other}/_search`],
        ['GET', `/${other}/_mapping`],
        ['GET', '/_plugins/_security/api/internalusers'],
        ['GET', '/.opendistro_security/_search'],
      ]),
    ).toEqual([]);
    const refused = await as('analyst', 'ingest', join(folder, 'bucket'));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/does not let this user do indices:\S+\. The role keytrail-ingester/);
  }, 120_000);

  test('the administrator reads and writes no event, deletes nothing and can not widen what it has', async () => {
    expect(
      await allowed('administrator', [
        ['POST', `${events('cloudtrail')}/_search`],
        ['PUT', `/${prefix}-keytrail-cloudtrail-2026.03/_doc/x`, {}],
        ['DELETE', `/${prefix}-keytrail-ledger`],
        ['PUT', '/_plugins/_security/api/rolesmapping/all_access', { users: [userOf('administrator')] }],
        ['PUT', '/_plugins/_security/api/roles/own', { cluster_permissions: ['*'] }],
        ['PUT', `/_plugins/_security/api/internalusers/${userOf('administrator')}`, { backend_roles: ['admin'] }],
        ['PUT', '/_cluster/settings', { persistent: { 'action.auto_create_index': 'false' } }],
        ['PUT', '/_snapshot/mine', { type: 'fs', settings: { location: '/tmp' } }],
        ['POST', '/_aliases', { actions: [{ add: { index: other, alias: `${prefix}-keytrail-cloudtrail` } }] }],
      ]),
    ).toEqual([]);
  }, 120_000);

  test('a wrong password, and none, are told at once', async () => {
    const wrong = { ...environment(userOf('analyst'), ''), KEYTRAIL_OPENSEARCH_PASSWORD: 'wr0ng-Secret' };
    delete (wrong as Partial<typeof wrong>).KEYTRAIL_OPENSEARCH_PASSWORD_FILE;
    const ask = ['query', 'run', 'key-owner', '--key', incident.incident.keyId, ...store];
    const denied = await runCli(ask, wrong);
    expect(denied).toMatchObject({ code: 1, stdout: '' });
    expect(denied.stderr).toMatch(
      /does not know the user, or the password is wrong\. Set KEYTRAIL_OPENSEARCH_USERNAME/,
    );
    expect(denied.stderr).not.toContain('wr0ng-Secret');
    const nobody = await runCli(ask, { KEYTRAIL_OPENSEARCH_CA: join(files, 'ca.pem') });
    expect(nobody.code).toBe(1);
    expect(nobody.stderr).toMatch(/does not know the user/);
  });
});
