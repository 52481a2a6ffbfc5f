import { awsInternal, awsService } from './address.js';

export interface Agent {
  name: string;
  version: string | null;
  os: string | null;
}

/** CloudTrail cuts user agents at 1 KB; a longer one is no agent's own. */
const maxLength = 1024;

/** `name/version`, the version after an optional v, as RFC 9110 calls a product. */
const product = /(?<![\w./#+-])([A-Za-z][\w.+-]{0,63})\/v?([\w.+-]{1,64})/g;

/**
 * Products that name the client, the most telling first: Terraform says which SDK it is made of, and no SDK says
 * that it serves Terraform. Matched against the lower-cased name of a product.
 */
const known: readonly (readonly [RegExp, string | null])[] = [
  [/^terraform$/, 'Terraform'],
  [/^opentofu$/, 'OpenTofu'],
  [/^terraform-provider-aws$/, 'terraform-provider-aws'],
  [/^pulumi(-aws)?$/, 'Pulumi'],
  [/^(aws-)?cdk$|^aws-cdk-/, 'AWS CDK'],
  [/^ansible$/, 'Ansible'],
  [/^eksctl$/, 'eksctl'],
  [/^kubectl$/, 'kubectl'],
  [/^rclone$/, 'rclone'],
  [/^s3cmd$/, 's3cmd'],
  [/^cyberduck$/, 'Cyberduck'],
  [/^winscp$/, 'WinSCP'],
  [/^s3console$/, 'S3Console'],
  [/^awspowershell/, 'AWS Tools for PowerShell'],
  [/^aws-cli$/, 'aws-cli'],
  [/^boto3$/, 'Boto3'],
  // What AWS itself runs is built on its SDKs too.
  [/^aws-internal$/, 'AWS Internal'],
  [/^aws-sdk-[a-z0-9-]+$/, null],
  [/^botocore$/, 'Botocore'],
  [/^boto$/, 'Boto'],
  [/^(edg|edge|edga|edgios)$/, 'Edge'],
  [/^(opr|opera)$/, 'Opera'],
  [/^(firefox|fxios)$/, 'Firefox'],
  [/^(chrome|crios|headlesschrome)$/, 'Chrome'],
];

/** Distributions for penetration tests come first: GuardDuty has findings for each of them. */
const systems: readonly (readonly [RegExp, string])[] = [
  [/\bkali/i, 'Kali Linux'],
  [/\bparrot/i, 'Parrot Security Linux'],
  [/\bpentoo/i, 'Pentoo Linux'],
  [/\bandroid\b/i, 'Android'],
  [/\b(iphone|ipad|ios)\b/i, 'iOS'],
  [/windows/i, 'Windows'],
  [/\b(macos|mac os x|macintosh|darwin|mac_os_x)\b/i, 'macOS'],
  [/\bfreebsd\b/i, 'FreeBSD'],
  [/\blinux/i, 'Linux'],
];

/** A name with a space in it, which no product has. */
const s3Browser = /\bS3 Browser[ /]v?([\w.-]{1,64})/i;
/** stratus-red-team and others append an id of the run. */
const nameWithRunId = /^([A-Za-z][\w.-]{0,63}?)_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const bareName = /^[A-Za-z][\w. -]{0,63}$/;

function clientIn(agent: string): Omit<Agent, 'os'> | null {
  if (awsInternal.test(agent)) return { name: 'AWS Internal', version: null };
  if (awsService.test(agent)) return { name: agent.toLowerCase(), version: null };
  const browser = s3Browser.exec(agent);
  if (browser) return { name: 'S3 Browser', version: browser[1]! };
  const products = [...agent.matchAll(product)].map(([, name, version]) => ({ name: name!, version: version! }));
  for (const [pattern, name] of known) {
    const found = products.find((candidate) => pattern.test(candidate.name.toLowerCase()));
    if (found) return { name: name ?? found.name.toLowerCase(), version: found.version };
  }
  const safari = products.some(({ name }) => name === 'Safari') && products.find(({ name }) => name === 'Version');
  if (safari) return { name: 'Safari', version: safari.version };
  const other = products.find(({ name }) => name !== 'Mozilla' && name !== 'APN');
  if (other) return other;
  const name = nameWithRunId.exec(agent)?.[1] ?? bareName.exec(agent)?.[0];
  return name === undefined ? null : { name, version: null };
}

/** Reads a user agent, which is whatever the caller chose to say. Null where it names nothing. */
export function parseAgent(text: string): Agent | null {
  // CloudTrail puts some into brackets.
  const agent = text
    .slice(0, maxLength)
    .replace(/^\[|\]$/g, '')
    .trim();
  const client = clientIn(agent);
  return client && { ...client, os: systems.find(([pattern]) => pattern.test(agent))?.[1] ?? null };
}
