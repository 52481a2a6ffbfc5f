import { canonicalJson } from './canonical.js';

/**
 * Fact → value; null where the thing does not exist. A fact is named `KIND OF NAME`, parted by spaces, where `KIND` is
 * one of `facts/`, `OF` the user, role or Region that it belongs to, and `NAME` which of its things it is.
 */
export type Facts = Record<string, string | null>;

/** The value of what is either there or not. */
export const attached = 'attached';

/** Names of facts. A step's changes, drift and undo all speak in these. */
export const fact = {
  principal: (type: 'user' | 'role', name: string) => `${type} ${name}`,
  accessKey: (user: string, id: string) => `access-key ${user} ${id}`,
  attachedPolicy: (type: 'user' | 'role', of: string, arn: string) => `attached-policy ${type}/${of} ${arn}`,
  inlinePolicy: (type: 'user' | 'role', of: string, name: string) => `inline-policy ${type}/${of} ${name}`,
  loginProfile: (user: string) => `login-profile ${user}`,
  sshKey: (user: string, id: string) => `ssh-key ${user} ${id}`,
  certificate: (user: string, id: string) => `certificate ${user} ${id}`,
  serviceCredential: (user: string, id: string) => `service-credential ${user} ${id}`,
  mfaDevice: (user: string, serial: string) => `mfa-device ${user} ${serial}`,
  trustPolicy: (role: string) => `trust-policy ${role}`,
  roleCopy: (role: string) => `role-copy ${role}`,
  profileRole: (profile: string) => `profile-role ${profile}`,
  instanceProfile: (region: string, instance: string) => `instance-profile ${region} ${instance}`,
  metadataTokens: (region: string, instance: string) => `metadata-tokens ${region} ${instance}`,
  concurrency: (region: string, functionName: string) => `function-concurrency ${region} ${functionName}`,
  provider: (kind: 'oidc-provider' | 'saml-provider', arn: string) => `${kind} ${arn}`,
  scp: (name: string) => `scp ${name}`,
  scpAttachment: (target: string, name: string) => `scp-attachment ${target} ${name}`,
  assignment: (instance: string, account: string, permissionSet: string, userId: string) =>
    `assignment ${instance} ${account} ${permissionSet} ${userId}`,
  groupMember: (store: string, group: string, userId: string) => `group-member ${store} ${group} ${userId}`,
};

export interface Difference {
  fact: string;
  was: string | null;
  is: string | null;
}

/** Every fact that differs, in the order of its name. */
export function differences(was: Facts, is: Facts): Difference[] {
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
  return names
    .map((name) => ({ fact: name, was: was[name] ?? null, is: is[name] ?? null }))
    .filter(({ was: before, is: after }) => !isSame(before, after));
}

/**
 * Documents are the same where they say the same: AWS may lay out the JSON that it was given in another way, and gives
 * the principals of a trust policy in an order of its own, one alone without its list.
 */
function isSame(a: string | null, b: string | null): boolean {
  if (a === b) return true;
  if (!a?.startsWith('{') || !b?.startsWith('{')) return false;
  try {
    return meaningOf(JSON.parse(a)) === meaningOf(JSON.parse(b));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** In a policy every list of texts is a set ("IAM JSON policy elements reference"); elsewhere lists stay as they are. */
function meaningOf(document: object): string {
  if (!('Statement' in document)) return canonicalJson(document);
  const asSets = JSON.parse(JSON.stringify(document), (_name, value: unknown) => {
    if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) return value;
    return value.length === 1 ? value[0] : value.sort();
  });
  return canonicalJson(asSets);
}

/** `access key AKIA… of ci was Active and is Inactive`. Long texts are not repeated. */
export function inWords({ fact: name, was, is }: Difference): string {
  const thing = named(name);
  if (was === null) return `${thing} is new`;
  if (is === null) return `${thing} is gone`;
  if (was.startsWith('{') || is.startsWith('{')) return `${thing} has another text`;
  return `${thing} was ${was} and is ${is}`;
}

/** A fact as people name it: `access key AKIA… of ci`. */
function named(name: string): string {
  const [kind = '', of = '', ...rest] = name.split(' ');
  const words = kind.replaceAll('-', ' ');
  const owner = of.replace(/^(user|role)\//, '');
  return rest.length === 0 ? `${words} ${owner}` : `${words} ${rest.join(' ')} of ${owner}`;
}
