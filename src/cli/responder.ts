import type { Command } from 'commander';
import type { ClientConfig, ContainClients } from '../contain/clients.js';
import { KeytrailError } from '../errors.js';
import { clientConfig } from './client-config.js';
import type { Context } from './context.js';
import { type AwsFlags, awsOptions } from './settings.js';

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
    .option(
      '--organization-profile <name>',
      'AWS profile for service control policies and Identity Center, of the management account',
    );

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
  const [{ createClients }, { fromNodeProviderChain, fromTemporaryCredentials }] = await Promise.all([
    import('../contain/clients.js'),
    import('@aws-sdk/credential-providers'),
  ]);
  const own = await clientConfig(flags, context);
  const { credentials, ...shared } = own;
  const config: ClientConfig =
    flags.assumeRole === undefined
      ? own
      : {
          ...shared,
          credentials: fromTemporaryCredentials({
            params: { RoleArn: roleArn(flags.assumeRole, accountId, shared.region), RoleSessionName: 'keytrail' },
            ...(flags.profile === undefined
              ? {}
              : { masterCredentials: fromNodeProviderChain({ profile: flags.profile }) }),
            clientConfig: {
              region: shared.region,
              ...(typeof shared.endpoint === 'string' ? { endpoint: shared.endpoint } : {}),
            },
          }),
        };
  const clients = createClients(config);
  if (flags.organizationProfile === undefined) return { clients, config };
  const profiled = fromNodeProviderChain({ profile: flags.organizationProfile });
  const { organizations, ssoAdmin, identityStore } = createClients({ ...shared, credentials: profiled });
  return { clients: { ...clients, organizations, ssoAdmin, identityStore }, config };
}

/** The clients alone. */
export const openClients = async (
  flags: ResponderFlags,
  context: Context,
  accountId: string | null = null,
): Promise<ContainClients> => (await openResponder(flags, context, accountId)).clients;

export function roleArn(role: string, accountId: string | null, region: string): string {
  if (role.startsWith('arn:')) return role;
  if (accountId !== null) return `arn:${partitionOf(region)}:iam::${accountId}:role/${role}`;
  throw new KeytrailError('usage', `--assume-role ${role}: the account is not known here`, {
    hint: 'Give the ARN of the role.',
  });
}

/** By "AWS service endpoints": what a Region's name begins with tells its partition. */
function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
