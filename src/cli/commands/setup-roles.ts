import { randomBytes } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { KeytrailError, reasonOf } from '../../errors.js';
import { printable } from '../../model/printable.js';
import type { StoreOptions } from '../../stores/open.js';
import { type RoleName, roleNames } from '../../stores/opensearch/roles.js';
import type { Grant, NewUser } from '../../stores/opensearch/security.js';
import type { Context } from '../context.js';
import { collect } from '../settings.js';

export interface RoleFlags {
  roles?: boolean;
  grantUser?: string[];
  grantBackendRole?: string[];
  createUser?: string[];
  passwordDir?: string;
}

interface Roles {
  grants: Grant[];
  users: { role: RoleName; name: string }[];
  passwordDir: string;
}

/** A user's name is also that of the file of its password. */
const userName = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$/;

function parse(flag: string, text: string): { role: RoleName; name: string } {
  const equals = text.indexOf('=');
  const role = roleNames.find((known) => known === text.slice(0, Math.max(equals, 0)));
  const name = text.slice(equals + 1);
  if (role !== undefined && name !== '' && name.length <= 2048) return { role, name };
  throw new KeytrailError('usage', `${flag} ${JSON.stringify(text.slice(0, 200))} is no role and name`, {
    hint: `Write ROLE=NAME, with ${roleNames.join(', ')} as ROLE: ${flag} analyst=ana.`,
  });
}

/** What the flags ask for; null: no roles. Throws `usage`. */
export function rolesOf(flags: RoleFlags): Roles | null {
  const { roles, grantUser = [], grantBackendRole = [], createUser = [], passwordDir } = flags;
  if (!roles) {
    if (grantUser.length + grantBackendRole.length + createUser.length === 0) return null;
    throw new KeytrailError('usage', 'roles are given to nobody without --roles', { hint: 'Give --roles, too.' });
  }
  const users = createUser.map((text) => parse('--create-user', text));
  for (const { name } of users)
    if (!userName.test(name))
      throw new KeytrailError('usage', `${JSON.stringify(name.slice(0, 200))} is no name for a user`, {
        hint: 'Use letters, digits, dots, hyphens, underscores and @.',
      });
  if (users.length > 0 && passwordDir === undefined)
    throw new KeytrailError('usage', '--create-user needs --password-dir', {
      hint: 'Name a folder: each password is generated, and written into a file of the user’s name there.',
    });
  return {
    grants: [
      ...grantUser.map((text): Grant => ({ ...parse('--grant-user', text), kind: 'users' })),
      ...grantBackendRole.map((text): Grant => ({ ...parse('--grant-backend-role', text), kind: 'backend_roles' })),
    ],
    users,
    passwordDir: passwordDir ?? '',
  };
}

/** Writes a new password where nobody else can read it; one that is there is somebody's. */
async function newPassword(file: string): Promise<string> {
  // Of every kind of character that a cluster may ask for.
  const password = `Kt1-${randomBytes(24).toString('base64url')}`;
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(`${password}\n`).finally(() => handle.close());
    return password;
  } catch (error) {
    throw new KeytrailError('usage', `no password can be written to ${file}: ${reasonOf(error)}`, {
      hint: 'Name another --password-dir, or remove the file if nobody needs it.',
      cause: error,
    });
  }
}

/** Sends them, and prints what was done. */
export async function setupRoles(
  location: string,
  options: StoreOptions,
  { grants, users, passwordDir }: Roles,
  context: Context,
): Promise<void> {
  const { putRoles } = await import('../../stores/opensearch/security.js');
  const folder = resolve(passwordDir);
  if (users.length > 0) await mkdir(folder, { recursive: true, mode: 0o700 });
  const made = users.map(
    ({ role, name }): NewUser => ({
      role,
      name,
      password: () => newPassword(join(folder, name)),
    }),
  );
  const lines = await putRoles(location, options, grants, made);
  const kept = users.map(({ name }) => `password of ${name}: ${join(folder, name)}`);
  context.out(`${[...lines, ...kept].map((line) => printable(line, 500)).join('\n')}\n`);
}

export const roleOptions = (command: Command): Command =>
  command
    .option('--roles', `the Security plugin's roles keytrail-${roleNames.join(', keytrail-')}`)
    .option('--grant-user <role=user>', 'give a role to a user of the cluster', collect)
    .option(
      '--grant-backend-role <role=name>',
      'give a role to whom a directory, SAML or IAM (an ARN) says has this one',
      collect,
    )
    .option('--create-user <role=user>', 'make a user with that role, its password generated', collect)
    .option('--password-dir <dir>', 'where the generated passwords are written, a file for each user');
