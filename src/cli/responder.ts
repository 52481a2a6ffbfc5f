import type { Command } from 'commander';
import type { ClientConfig, ContainClients } from '../contain/clients.js';
import { KeytrailError } from '../errors.js';
import type { Context } from './context.js';
import { type AwsFlags, awsOptions, awsSettings } from './settings.js';

export interface ResponderFlags extends AwsFlags {
  assumeRole?: string;
  organizationProfile?: string;
}

/** How the responder gets to where it acts; beside the options of AWS or of an engine. */
export const assumeOptions = (command: Command): Command =>
  command
    .option(
      '--assume-role <role>',
      'first assume this role: an ARN, or a name in the account that is acted on (in the key’s own, for plan)',
    )
    .option('--organization-profile <name>', 'AWS profile for service control policies, of the management account');

/** Whose credentials a command of containment uses. */
export const responderOptions = (command: Command): Command => assumeOptions(awsOptions(command));

export interface Responder {
  clients: ContainClients;
  /** For clients of services, or of credentials, that `clients` has none of. */
  config: ClientConfig;
}

/**
 * Who contains: the credentials of --profile or of the SDK's own chain, or of the role that they assume. `accountId` is
 * where a role that is only named is assumed.
 */
export async function openResponder(
  flags: ResponderFlags,
  context: Context,
  accountId: string | null = null,
): Promise<Responder> {
  const { profile, region, endpointUrl } = awsSettings(flags, context);
  const [{ createClients }, { fromNodeProviderChain, fromTemporaryCredentials }] = await Promise.all([
    import('../contain/clients.js'),
    import('@aws-sdk/credential-providers'),
  ]);
  const shared = {
    // IAM is the same in every Region; the SDK wants one all the same.
    region: region ?? context.env.AWS_REGION ?? context.env.AWS_DEFAULT_REGION ?? 'us-east-1',
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
  };
  const own = profile === undefined ? undefined : fromNodeProviderChain({ profile });
  const credentials =
    flags.assumeRole === undefined
      ? own
      : fromTemporaryCredentials({
          params: { RoleArn: roleArn(flags.assumeRole, accountId), RoleSessionName: 'keytrail' },
          ...(own === undefined ? {} : { masterCredentials: own }),
          clientConfig: shared,
        });
  const config: ClientConfig = { ...shared, ...(credentials === undefined ? {} : { credentials }) };
  const clients = createClients(config);
  if (flags.organizationProfile === undefined) return { clients, config };
  const profiled = fromNodeProviderChain({ profile: flags.organizationProfile });
  const { organizations } = createClients({ ...shared, credentials: profiled });
  return { clients: { ...clients, organizations }, config };
}

function roleArn(role: string, accountId: string | null): string {
  if (role.startsWith('arn:')) return role;
  if (accountId !== null) return `arn:aws:iam::${accountId}:role/${role}`;
  throw new KeytrailError('usage', `--assume-role ${role}: the account is not known here`, {
    hint: 'Give the ARN of the role.',
  });
}
