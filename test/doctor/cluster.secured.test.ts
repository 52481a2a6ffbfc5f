import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Finding } from '../../src/doctor/finding.js';
import { openStore } from '../../src/stores/open.js';
import { schemaVersion } from '../../src/stores/opensearch/names.js';
import { putRoles } from '../../src/stores/opensearch/security.js';
import { runCli } from '../cli/run-cli.js';
import { describeWith, uniquePrefix } from '../services/index.js';
import { type SecuredUser, securedCall, superuser } from '../services/opensearch-secured.js';

const secret = 'Kt1-doctor-Secret';
const whole = (finding: Finding): string => `${finding.what}: ${finding.detail} fix: ${finding.fix ?? ''}`;

describeWith('secured', 'doctor of a cluster', (url, files) => {
  const prefix = uniquePrefix();
  const location = `opensearch:${url}?prefix=${prefix}`;
  const template = `${prefix}-keytrail-cloudtrail`;
  const ca = join(files, 'ca.pem');
  const ask = (method: string, path: string, body?: object) =>
    securedCall({ url, files }, superuser, method, path, body);
  const userOf = (role: string): SecuredUser => ({ username: `${prefix}-${role}`, password: secret });

  beforeAll(async () => {
    const options = { ...superuser, ca: await readFile(ca, 'utf8') };
    const users = (['ingester', 'analyst', 'administrator'] as const).map((role) => ({
      role,
      name: userOf(role).username,
      password: async () => userOf(role).password,
    }));
    await putRoles(location, options, [], users);
    // Whoever else changes users at that moment makes a conflict of it.
    const nobody = `/_plugins/_security/api/internalusers/${userOf('nobody').username}`;
    for (let status = 409; status === 409; )
      ({ status } = await ask('PUT', nobody, { password: userOf('nobody').password }));
    const store = await openStore(location, 'write', options);
    await store.prepare();
    await store.close();
  }, 120_000);
  afterAll(async () => {
    await ask('DELETE', `/_index_template/${prefix}-*`);
    await ask('DELETE', `/${template}-2026.03`);
    for (const role of ['ingester', 'analyst', 'administrator', 'nobody']) {
      await ask('DELETE', `/_plugins/_security/api/rolesmapping/${prefix}-keytrail-${role}`);
      await ask('DELETE', `/_plugins/_security/api/roles/${prefix}-keytrail-${role}`);
      await ask('DELETE', `/_plugins/_security/api/internalusers/${userOf(role).username}`);
    }
  });

  const run = async ({ username, password }: SecuredUser, more: string[] = ['--ca', ca], store = location) => {
    const { code, stdout, stderr } = await runCli(['doctor', '--format', 'json', '--store', store, ...more], {
      KEYTRAIL_OPENSEARCH_USERNAME: username,
      KEYTRAIL_OPENSEARCH_PASSWORD: password,
    });
    expect(stderr).toBe('');
    expect(stdout).not.toContain(secret);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    const found = (what: string): Finding => {
      const match = findings.find((finding) => finding.what === what);
      expect(match, `no ${what} in ${stdout}`).toBeDefined();
      return match!;
    };
    return { code, findings, found };
  };

  test('says who one is there, and for what the role suffices', async () => {
    for (const [role, does] of [
      ['ingester', 'for ingest'],
      ['analyst', 'for questions'],
      ['administrator', 'for setup'],
    ] as const) {
      const { code, found } = await run(userOf(role));
      expect([role, code]).toEqual([role, 0]);
      expect(found('store user').detail).toContain(`the roles ${prefix}-keytrail-${role}`);
      expect(found('store rights')).toMatchObject({ level: 'ok', detail: does });
      expect(found(`store ${location}`)).toMatchObject({ level: 'ok', detail: 'OpenSearch 3.4.0' });
      if (role === 'analyst') expect(found('index templates').detail).toBe('this user may not look at them');
      else
        expect(found(`index template ${template}`)).toMatchObject({ level: 'ok', detail: `schema ${schemaVersion}` });
      expect(found('indices').level).toBe('ok');
    }
  }, 120_000);

  test('a user who may do all, one who may do nothing, and one that is unknown', async () => {
    const all = await run(superuser);
    expect(all.code).toBe(0);
    expect(whole(all.found('store user'))).toMatch(/it may do all fix: Use a user with one of keytrail’s roles/);
    expect(all.found('clock').level).toBe('ok');
    const none = await run(userOf('nobody'));
    expect(none.code).toBe(1);
    expect(whole(none.found('store rights'))).toMatch(/may neither ingest.*--grant-user ingester=USER/);
    const wrong = await run({ ...userOf('analyst'), password: 'wr0ng' });
    expect(wrong.code).toBe(1);
    expect(whole(wrong.found(`store ${location}`))).toMatch(/password is wrong fix: Set KEYTRAIL_OPENSEARCH_USERNAME/);
    const untrusted = await run(userOf('analyst'), []);
    expect(whole(untrusted.found(`store ${location}`))).toMatch(/--ca FILE/);
  }, 120_000);

  test('templates that are absent, older, newer, tuned or somebody else’s, and an index of an older schema', async () => {
    const fresh = await run(userOf('administrator'), ['--ca', ca], `opensearch:${url}?prefix=${prefix}-x`);
    expect(fresh.code).toBe(1);

    const { body } = await ask('GET', `/_index_template/${template}`);
    const current = body.index_templates[0].index_template;
    const as = async (meta: object, mappings = current.template.mappings) => {
      await ask('PUT', `/_index_template/${template}`, {
        ...current,
        _meta: meta,
        template: { ...current.template, mappings },
      });
      return (await run(userOf('administrator'))).found(`index template ${template}`);
    };
    const schema = (version: number) => ({ keytrail: { schema: version } });
    expect(whole(await as(schema(1)))).toMatch(
      /^.*schema 1, older than \d+ fix: Run keytrail setup opensearch --store opensearch:/,
    );
    expect(whole(await as(schema(9)))).toMatch(/schema 9; this keytrail knows \d+ fix: Use a newer keytrail/);
    expect(whole(await as({}))).toMatch(/is not keytrail’s fix: Rename it/);
    const tuned = await as(schema(schemaVersion), { ...current.template.mappings, dynamic: true });
    expect(tuned).toMatchObject({ level: 'warn', detail: expect.stringContaining('another mapping') });
    await as(schema(schemaVersion));

    await ask('PUT', `/${template}-2026.03`, { mappings: { _meta: schema(1) } });
    const older = await run(userOf('administrator'));
    expect(older.code).toBe(1);
    expect(whole(older.found('indices'))).toMatch(
      /1 are of an older schema, such as \S+2026\.03 fix: Run keytrail setup/,
    );
    await ask('DELETE', `/_index_template/${template}`);
    const absent = await run(userOf('administrator'));
    expect(whole(absent.found(`index template ${template}`))).toMatch(
      /is not there fix: Run keytrail setup opensearch/,
    );
  }, 120_000);

  test('an address where nobody answers', async () => {
    const nobody = await run(superuser, [], 'opensearch:https://127.0.0.1:9');
    expect(nobody.code).toBe(1);
    expect(whole(nobody.found('store opensearch:https://127.0.0.1:9'))).toMatch(
      /cannot reach OpenSearch.*fix: Check that it runs/,
    );
  });
});
