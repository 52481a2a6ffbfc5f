import { KeytrailError } from '../../errors.js';
import { type Connection, connect, type Json, type OpenSearchOptions } from './client.js';
import { parseLocation } from './location.js';
import { pause } from './retry.js';
import { type RoleName, roleId, roleMark, securityRoles } from './roles.js';
import type { SetupRequest } from './setup.js';

/** Who is to have a role, beside those who have it. */
export interface Grant {
  role: RoleName;
  /** A user of the cluster, or a role that its directory, SAML or IAM says of a user. */
  kind: 'users' | 'backend_roles';
  name: string;
}

/** A user to be made. */
export interface NewUser {
  role: RoleName;
  name: string;
  /** Asked for when it is sent, once it is known that there is no such user yet. */
  password(): Promise<string>;
}

/** How long a change is tried again while others change the same. */
const conflictMs = 10_000;

const api = '/_plugins/_security/api';

const userPath = (name: string): string => `${api}/internalusers/${encodeURIComponent(name)}`;

const noPlugin = (url: string): KeytrailError =>
  new KeytrailError('store_failed', `OpenSearch at ${url} has no Security plugin, so no users and no roles`, {
    hint: 'Leave --roles out; whoever reaches this cluster may do all.',
  });

/** What `putRoles` sends where nobody has any of the roles yet. Throws `usage`. */
export function roleRequests(location: string, grants: readonly Grant[]): SetupRequest[] {
  const { prefix } = parseLocation(location);
  const put = (path: string, body: object): SetupRequest => ({ method: 'PUT', path, body });
  return [
    ...[...securityRoles(prefix)].map(([id, role]) => put(`${api.slice(1)}/roles/${id}`, role)),
    ...[...byRole(grants)].map(([role, given]) =>
      put(`${api.slice(1)}/rolesmapping/${roleId(role, prefix)}`, added({}, given)),
    ),
  ];
}

/**
 * Puts the roles, makes users where any are asked for, and gives both to whom they are for. Who has a role already
 * keeps it. Returns a line for each thing done. Throws `usage` or a `store_…` error.
 */
export async function putRoles(
  location: string,
  options: OpenSearchOptions,
  grants: readonly Grant[],
  users: readonly NewUser[],
): Promise<string[]> {
  const parsed = parseLocation(location);
  const connection = await connect(parsed, options);
  try {
    if (connection.serverless)
      throw new KeytrailError('usage', 'OpenSearch Serverless has no roles of its own', {
        hint: 'Its data access policies say who may do what: docs/permissions.md lists what each needs.',
      });
    const ask = security(connection, parsed.url);
    const lines: string[] = [];
    for (const [id, role] of securityRoles(parsed.prefix)) {
      const before = await ask('GET', `${api}/roles/${id}`);
      if (before !== null && !String(before[id]?.description ?? '').startsWith(roleMark))
        throw new KeytrailError('store_foreign', `the role ${id} is there, and is not keytrail's`, {
          hint: 'Rename or delete it, or give the store names of its own: opensearch:URL?prefix=NAME.',
        });
      await ask('PUT', `${api}/roles/${id}`, { ...role });
      lines.push(`role ${id}: ${before === null ? 'created' : 'brought up to date'}`);
    }
    for (const { name, role } of users)
      if ((await ask('GET', userPath(name))) !== null)
        throw new KeytrailError('usage', `the user ${JSON.stringify(name)} is there already`, {
          hint: `Give it the role: --grant-user ${role}=${name}.`,
        });
    for (const { name, password } of users) {
      await ask('PUT', userPath(name), { password: await password() });
      lines.push(`user ${name}: created`);
    }
    const all = [...grants, ...users.map(({ role, name }): Grant => ({ role, kind: 'users', name }))];
    for (const [role, given] of byRole(all)) {
      const id = roleId(role, parsed.prefix);
      const mapping = await ask('GET', `${api}/rolesmapping/${id}`);
      await ask('PUT', `${api}/rolesmapping/${id}`, added(mapping?.[id] ?? {}, given));
      lines.push(`role ${id}: given to ${given.map(({ name }) => name).join(', ')}`);
    }
    return lines;
  } finally {
    await connection.close();
  }
}

function byRole(grants: readonly Grant[]): Map<RoleName, Grant[]> {
  const roles = new Map<RoleName, Grant[]>();
  for (const grant of grants) roles.set(grant.role, [...(roles.get(grant.role) ?? []), grant]);
  return roles;
}

/** A mapping is replaced as a whole: what is in it stays. */
function added(mapping: Json, grants: readonly Grant[]): Record<string, string[]> {
  const of = (kind: Grant['kind']): string[] => [
    ...new Set([...(mapping[kind] ?? []), ...grants.filter((grant) => grant.kind === kind).map(({ name }) => name)]),
  ];
  return {
    users: of('users'),
    backend_roles: of('backend_roles'),
    hosts: mapping.hosts ?? [],
    and_backend_roles: mapping.and_backend_roles ?? [],
  };
}

/** Asks the plugin; null for what is not there. */
function security(connection: Connection, url: string) {
  return async (method: 'GET' | 'PUT', path: string, body?: Record<string, unknown>): Promise<Json | null> => {
    const request = { method, path, ...(body === undefined ? {} : { body }) };
    const deadline = Date.now() + conflictMs;
    let reply = await connection.send(request);
    // Users, roles and mappings are a document each: somebody else changes another user, and the plugin refuses both.
    for (let tries = 0; reply.status === 409 && (await pause(tries, deadline)); tries += 1)
      reply = await connection.send(request);
    if (reply.status === 400 && /no handler found/i.test(String(reply.body?.error))) throw noPlugin(url);
    if (reply.status === 404) return null;
    if (reply.status === 403)
      throw new KeytrailError('store_denied', `OpenSearch at ${url} lets this user set no roles`, {
        hint: 'Who may write roles may have any: run it once as the administrator of the cluster’s security (all_access).',
      });
    if (reply.status >= 400) throw connection.failure(reply);
    return reply.body;
  };
}
