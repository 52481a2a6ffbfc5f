import type { Command } from 'commander';
import type { ContainClients } from '../contain/clients.js';
import { KeytrailError } from '../errors.js';
import type { Context } from './context.js';
import { type AwsFlags, awsOptions, awsSettings } from './settings.js';

export interface ResponderFlags extends AwsFlags {
  assumeRole?: string;
  organizationProfile?: string;
}

/** Whose credentials a command of containment uses. */
export const responderOptions = (command: Command): Command =>
  awsOptions(command)
    .option(
      '--assume-role <role>',
      'first assume this role: an ARN, or a name in the account that is acted on (in the key’s own, for plan)',
    )
    .option('--organization-profile <name>', 'AWS profile for service control policies, of the management account');

/** The responder's clients. `accountId` is where a role that is only named is assumed. */
export async function openClients(
  flags: ResponderFlags,
  context: Context,
  accountId: string | null = null,
): Promise<ContainClients> {
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
  const own = profile === undefined ? {} : { credentials: fromNodeProviderChain({ profile }) };
  const role = flags.assumeRole === undefined ? null : roleArn(flags.assumeRole, accountId);
  const clients = createClients({
    ...shared,
    ...(role === null
      ? own
      : {
          credentials: fromTemporaryCredentials({
            params: { RoleArn: role, RoleSessionName: 'keytrail' },
            ...(profile === undefined ? {} : { masterCredentials: fromNodeProviderChain({ profile }) }),
            clientConfig: shared,
          }),
        }),
  });
  if (flags.organizationProfile === undefined) return clients;
  const { organizations } = createClients({
    ...shared,
    credentials: fromNodeProviderChain({ profile: flags.organizationProfile }),
  });
  return { ...clients, organizations };
}

function roleArn(role: string, accountId: string | null): string {
  if (role.startsWith('arn:')) return role;
  if (accountId !== null) return `arn:aws:iam::${accountId}:role/${role}`;
  throw new KeytrailError('usage', `--assume-role ${role}: the account is not known here`, {
    hint: 'Give the ARN of the role.',
  });
}
