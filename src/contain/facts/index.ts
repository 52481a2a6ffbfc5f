import { KeytrailError } from '../../errors.js';
import type { ContainClients } from '../aws.js';
import type { ApiCall } from '../calls.js';
import { inWords } from '../fact.js';
import { assignment, groupMember } from './identity-center.js';
import { instanceProfile, metadataTokens, profileRole, roleCopy } from './instance.js';
import type { FactKind } from './kind.js';
import { scp, scpAttachment } from './organization.js';
import { functionConcurrency, oidcProvider, samlProvider } from './others.js';
import { attachedPolicy, inlinePolicy } from './policy.js';
import { role, trustPolicy } from './role.js';
import { accessKey, certificate, loginProfile, mfaDevice, serviceCredential, sshKey, user } from './user.js';

/** By the first word of a fact's name. */
const kinds: ReadonlyMap<string, FactKind> = new Map<string, FactKind>([
  ['user', user],
  ['access-key', accessKey],
  ['attached-policy', attachedPolicy],
  ['inline-policy', inlinePolicy],
  ['login-profile', loginProfile],
  ['ssh-key', sshKey],
  ['certificate', certificate],
  ['service-credential', serviceCredential],
  ['mfa-device', mfaDevice],
  ['role', role],
  ['trust-policy', trustPolicy],
  ['role-copy', roleCopy],
  ['profile-role', profileRole],
  ['instance-profile', instanceProfile],
  ['metadata-tokens', metadataTokens],
  ['function-concurrency', functionConcurrency],
  ['oidc-provider', oidcProvider],
  ['saml-provider', samlProvider],
  ['scp', scp],
  ['scp-attachment', scpAttachment],
  ['assignment', assignment],
  ['group-member', groupMember],
]);

/** The present value of a fact. Throws what `ask` throws, and `plan_invalid` for a name that no kind has. */
export function readFact(clients: ContainClients, fact: string): Promise<string | null> {
  const { kind, of, name } = parsed(fact);
  return kind.read(clients, of, name);
}

/** The calls that bring a fact from one value to another; `plan_invalid` where none does. */
export function callsFor(fact: string, from: string | null, to: string | null): ApiCall[] {
  const { kind, of, name } = parsed(fact);
  const calls = kind.calls(of, name, from, to);
  if (calls !== null) return calls;
  throw new KeytrailError('plan_invalid', `no call sets it: ${inWords({ fact, was: to, is: from })}`, {
    hint: 'Look at what is there; then make a new plan.',
  });
}

/** Whether a fact is as only a change leaves it that was broken off between two calls. */
export function isHalfDone(fact: string, value: string | null): boolean {
  return parsed(fact).kind.isHalfDone?.(value) ?? false;
}

function parsed(fact: string): { kind: FactKind; of: string; name: string } {
  const [id = '', of = '', ...rest] = fact.split(' ');
  const kind = kinds.get(id);
  if (kind !== undefined && of !== '') return { kind, of, name: rest.join(' ') };
  throw new KeytrailError(
    'plan_invalid',
    `the plan has the fact ${JSON.stringify(fact)}, which this version does not know`,
    {
      hint: 'Use the version of keytrail that made the plan, or make a new one.',
    },
  );
}
