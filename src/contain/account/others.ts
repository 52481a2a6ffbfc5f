import { GetOpenIDConnectProviderCommand, GetSAMLProviderCommand } from '@aws-sdk/client-iam';
import { GetFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { askIfExists, type ContainClients } from '../aws.js';
import { canonicalJson } from '../canonical.js';

/** Reads of what else an intruder makes. They throw what `ask` throws. */

/** Reserved concurrent executions, as text; null where none are reserved or the function is gone. */
export async function readConcurrency(
  clients: ContainClients,
  region: string,
  functionName: string,
): Promise<string | null> {
  const answer = await askIfExists('lambda:GetFunctionConcurrency', () =>
    clients.in(region).lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: functionName })),
  );
  const reserved = answer?.ReservedConcurrentExecutions;
  return reserved === undefined ? null : String(reserved);
}

/** What it takes to make an OpenID Connect provider again, as canonical JSON; null where there is none. */
export async function readOidcProvider({ iam }: ContainClients, arn: string): Promise<string | null> {
  const found = await askIfExists('iam:GetOpenIDConnectProvider', () =>
    iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn })),
  );
  if (found === null) return null;
  const { Url = '', ClientIDList = [], ThumbprintList = [], Tags = [] } = found;
  return canonicalJson({
    url: /^https?:/.test(Url) ? Url : `https://${Url}`,
    clientIds: [...ClientIDList].sort(),
    thumbprints: [...ThumbprintList].sort(),
    tags: Tags.map(({ Key = '', Value = '' }) => [Key, Value]).sort(),
  });
}

/** As for OpenID Connect. */
export async function readSamlProvider({ iam }: ContainClients, arn: string): Promise<string | null> {
  const found = await askIfExists('iam:GetSAMLProvider', () =>
    iam.send(new GetSAMLProviderCommand({ SAMLProviderArn: arn })),
  );
  if (found === null) return null;
  const { SAMLMetadataDocument = '', Tags = [] } = found;
  return canonicalJson({
    name: arn.split('/').at(-1) ?? '',
    metadata: SAMLMetadataDocument,
    tags: Tags.map(({ Key = '', Value = '' }) => [Key, Value]).sort(),
  });
}
