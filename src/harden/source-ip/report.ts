import { awsCommand } from '../command.js';
import type { PolicyDocument } from '../policy.js';
import { contextOf } from './call.js';
import { type Bound, type DryRun, dryRun, type Evidence } from './dry-run.js';
import { isExcluded, limits, policyFor, type SourceOptions, type Sources, sizeOf, sourcesOf } from './policy.js';

export interface IpPolicyReport {
  keyId: string;
  sources: { addresses: string[]; endpoints: string[] };
  /** Characters as IAM counts them, and where they fit. */
  size: number;
  fits: { userInline: boolean; managed: boolean };
  dryRun: DryRun;
  /** Commands that attach it, where IAM can. */
  attach: { arn: string; owner: boolean; command: string | null; note: string | null }[];
  /** What must be known before it is attached: sentences. */
  notes: string[];
  policy: PolicyDocument;
}

export interface ReportOptions extends SourceOptions, Omit<Evidence, 'classify'> {
  /** Name of the file that will hold the policy. */
  file: string;
  /** What the logs lack: sentences. */
  missing: readonly string[];
}

const policyName = 'keytrail-source-ip';
/** The usual width of a network of addresses that belong to one owner. */
const usualBits = 24;

/** The policy that binds a key to the addresses it was used from, and what it would have refused. Throws `usage`. */
export function ipPolicyReport(options: ReportOptions): IpPolicyReport {
  const sources = sourcesOf(options.calls, options);
  const policy = policyFor(sources);
  const size = sizeOf(policy);
  const run = dryRun(policy, options);
  return {
    keyId: options.keyId,
    sources: { addresses: sources.networks.map(({ text }) => text), endpoints: sources.endpoints },
    size,
    fits: { userInline: size <= limits.userInline, managed: size <= limits.managed },
    dryRun: run,
    attach: run.principals.map((principal) => attachment(principal, size, options.file)),
    notes: [...sizeNotes(size, options), ...sourceNotes(sources, options, run), ...options.missing],
    policy,
  };
}

function attachment(
  { arn, accountId, kind, owner }: Bound,
  size: number,
  file: string,
): IpPolicyReport['attach'][number] {
  const name = arn.split('/').at(-1)!;
  const refused = (note: string) => ({ arn, owner, command: null, note });
  if (kind === 'root') return refused('no policy of the account limits root');
  if (arn.includes('/AWSReservedSSO_')) return refused('is edited in IAM Identity Center, as a permission set');
  if (arn.includes('/aws-service-role/')) return refused('is a service’s own role');
  if (size > (kind === 'role' ? limits.roleInline : limits.managed)) return refused('the policy does not fit');
  const document = `file://${file}`;
  const inline = { [`${kind}-name`]: name, 'policy-name': policyName, 'policy-document': document };
  const command =
    kind === 'role' || size <= limits.userInline
      ? awsCommand(`iam put-${kind}-policy`, inline)
      : `${awsCommand('iam create-policy', { 'policy-name': policyName, 'policy-document': document })} && ${awsCommand(
          'iam attach-user-policy',
          {
            'user-name': name,
            'policy-arn': `arn:${arn.split(':')[1]}:iam::${accountId}:policy/${policyName}`,
          },
        )}`;
  const note =
    kind === 'role'
      ? 'binds everyone who assumes the role: calls that do not stem from the key were not looked at'
      : owner
        ? null
        : 'came by the key: an intruder may have made it';
  return { arn, owner, command, note };
}

function sizeNotes(size: number, options: ReportOptions): string[] {
  if (size <= limits.userInline) return [];
  const wider =
    options.widen === null ? sizeOf(policyFor(sourcesOf(options.calls, { ...options, widen: usualBits }))) : size;
  const way =
    wider < size
      ? `--widen ${usualBits} makes ${wider} of them`
      : 'allow whole networks with --allow, or exclude more with --exclude';
  return size <= limits.managed
    ? [
        `${size} characters are too many for inline policies of a user (${limits.userInline} in all), and fit a managed policy; ${way}.`,
      ]
    : [
        `${size} characters fit no policy of a user (inline ${limits.userInline}, managed ${limits.managed}), and a list of what is not denied can’t be split over several; ${way}.`,
      ];
}

function sourceNotes(sources: Sources, options: ReportOptions, run: DryRun): string[] {
  const { calls, classify, exclude, excludeEndpoints, widen } = options;
  const notes: string[] = [];
  if (exclude.length + excludeEndpoints.length === 0)
    notes.push('Nothing was excluded: every address that used the key stays allowed, an intruder’s too (--exclude).');
  const shared = calls.filter((call) => {
    const { 'aws:SourceVpce': endpoint } = contextOf(call, classify);
    return endpoint !== undefined && isExcluded(call, options) && sources.endpoints.includes(endpoint);
  });
  for (const endpoint of new Set(shared.map((call) => call.vpc_endpoint_id)))
    notes.push(
      `What was excluded also came through ${endpoint}, which stays allowed for others: this policy can’t tell them apart.`,
    );
  const strange = run.clients.refused.filter(
    ({ source_ip, vpc_endpoint_id }) =>
      vpc_endpoint_id === null && source_ip !== null && classify(source_ip).class === 'private',
  );
  if (strange.length > 0)
    notes.push(
      'Calls from private addresses name no VPC endpoint: IAM compares public addresses only, so they are refused; allow the endpoint with --allow vpce-….',
    );
  if (widen !== null && sources.networks.some(({ bits, family }) => bits < (family === 'ipv4' ? 32 : 128)))
    notes.push('Whole networks are allowed: whoever has an address in one is not refused.');
  if (run.calls.ungoverned > 0)
    notes.push(
      'sts:GetCallerIdentity, sts:GetSessionToken and sign-ins answer to no policy: they go on from anywhere.',
    );
  return notes;
}
