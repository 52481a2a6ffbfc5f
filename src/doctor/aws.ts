import type { ClientConfig } from '../contain/clients.js';
import { reasonOf } from '../errors.js';
import { clock } from './clock.js';
import { type Finding, fail, ok } from './finding.js';

const signIn =
  'Sign in (aws sso login) or name a profile: --profile NAME, AWS_PROFILE; keys: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';

/** By the names that STS and the SDK give errors ("AWS STS API Reference: Common Errors"). */
const fixes: readonly [names: RegExp, fix: string][] = [
  [/^(CredentialsProviderError|TokenProviderError)$/, signIn],
  [
    /^(ExpiredToken|ExpiredTokenException|RequestExpired)$/,
    'The session has expired. Sign in again: aws sso login, or fetch new temporary keys.',
  ],
  [
    /^(InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|InvalidToken)$/,
    'AWS does not know the key: it is deleted, deactivated, of another partition, or AWS_SESSION_TOKEN is of another key. Set new ones.',
  ],
  [
    /^SignatureDoesNotMatch$/,
    'The secret does not belong to the key, or this machine’s clock is wrong. Set AWS_SECRET_ACCESS_KEY anew.',
  ],
];

function fixFor(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  const known = fixes.find(([names]) => names.test(name))?.[1];
  return known ?? 'Check the network, the Region and --endpoint-url.';
}

/** Who calls, and how far this machine's clock is from AWS's; asks nothing that needs a permission. */
export async function credentials(config: ClientConfig, now: () => Date): Promise<Finding[]> {
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient({ ...config, maxAttempts: 2 });
  let date: string | undefined;
  client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      date = (answer.response as { headers?: Record<string, string> }).headers?.date;
      return answer;
    },
    // After the answer is there, before it is taken apart: a refusal has a date, too.
    { step: 'deserialize', priority: 'low', name: 'keytrailDate' },
  );
  const found: Finding[] = [];
  try {
    const { Arn = '' } = await client.send(new GetCallerIdentityCommand({}));
    const root = /:root$/.test(Arn);
    found.push(
      root
        ? fail(
            'aws credentials',
            `${Arn} is the account's root`,
            'Use a role that has what the command needs and no more: keytrail policies.',
          )
        : ok('aws credentials', Arn),
    );
  } catch (error) {
    found.push(fail('aws credentials', reasonOf(error), fixFor(error)));
  } finally {
    client.destroy();
  }
  if (date !== undefined) found.push(clock('AWS', Date.parse(date), now()));
  return found;
}
