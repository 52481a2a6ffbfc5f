import { GetAccountPasswordPolicyCommand, type PasswordPolicy } from '@aws-sdk/client-iam';
import type { AccountCheck } from '../check.js';
import { awsCommand } from '../command.js';
import { noSuchEntity, readIfThere } from '../read.js';

/** CIS AWS Foundations 1.8 and 1.9; 90 days are of its older editions. */
const wanted = { length: 14, remembered: 24, days: 90 };

function lacks(policy: PasswordPolicy): string[] {
  const {
    MinimumPasswordLength: length = 0,
    PasswordReusePrevention: remembered = 0,
    MaxPasswordAge: days = 0,
  } = policy;
  const kinds = [
    [policy.RequireUppercaseCharacters, 'capital letters'],
    [policy.RequireLowercaseCharacters, 'small letters'],
    [policy.RequireNumbers, 'digits'],
    [policy.RequireSymbols, 'symbols'],
  ] as const;
  const missing = kinds.filter(([required]) => !required).map(([, kind]) => kind);
  return [
    ...(length < wanted.length ? [`passwords may be ${length} characters long (wanted: ${wanted.length})`] : []),
    ...(remembered < wanted.remembered
      ? [`${remembered} old passwords are remembered (wanted: ${wanted.remembered})`]
      : []),
    ...(days === 0 || days > wanted.days
      ? [`passwords ${days === 0 ? 'never expire' : `expire after ${days} days`} (wanted: ${wanted.days})`]
      : []),
    ...(missing.length > 0 ? [`${missing.join(', ')} are not required`] : []),
    ...(policy.AllowUsersToChangePassword ? [] : ['users may not change their own passwords']),
  ];
}

/** The whole policy: UpdateAccountPasswordPolicy sets what it isn't told back to the default. What is stricter stays. */
const fix = (policy: PasswordPolicy): string =>
  awsCommand('iam update-account-password-policy', {
    'minimum-password-length': String(Math.max(policy.MinimumPasswordLength ?? 0, wanted.length)),
    'password-reuse-prevention': String(Math.max(policy.PasswordReusePrevention ?? 0, wanted.remembered)),
    'max-password-age': String(Math.min(policy.MaxPasswordAge || wanted.days, wanted.days)),
    'require-uppercase-characters': true,
    'require-lowercase-characters': true,
    'require-numbers': true,
    'require-symbols': true,
    'allow-users-to-change-password': true,
    ...(policy.HardExpiry ? { 'hard-expiry': true as const } : {}),
  });

export const passwordPolicy: AccountCheck = {
  id: 'password-policy',
  title: 'Password policy of the account',
  scope: 'account',
  risk: 'A guessed or reused console password opens the account again after the leaked key is gone.',
  async *run({ clients: { iam }, accountId }) {
    const answer = await readIfThere('iam:GetAccountPasswordPolicy', noSuchEntity, () =>
      iam.send(new GetAccountPasswordPolicyCommand({})),
    );
    const policy = answer?.PasswordPolicy ?? {};
    const wrong =
      answer === null ? ['there is none: AWS’s default holds, 8 characters that never expire'] : lacks(policy);
    if (wrong.length > 0)
      yield { severity: 'medium', resource: accountId, finding: wrong.join('; '), fix: fix(policy) };
  },
};
