import {
  GetGroupPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  paginateListAttachedGroupPolicies,
  paginateListGroupPolicies,
} from '@aws-sdk/client-iam';
import type { Reader } from './reader.js';

/** A policy that lies in a user, group or role. */
interface Inline {
  PolicyName: string;
  PolicyDocument: string;
}

/** The inline policies of one owner, by their names; a document that could not be had is noted. */
export async function inlinePolicies(
  reader: Reader,
  piece: string,
  permission: string,
  names: readonly string[],
  read: (name: string) => Promise<{ PolicyDocument?: string | undefined }>,
): Promise<Inline[]> {
  const found: Inline[] = [];
  for (const PolicyName of names) {
    const policy = await reader.get(piece, permission, () => read(PolicyName), PolicyName);
    if (policy) found.push({ PolicyName, PolicyDocument: policy.PolicyDocument ?? '' });
  }
  return found;
}

/** Managed policies with the document of their default version. */
export async function managedPolicies(reader: Reader, piece: string, arns: Iterable<string>): Promise<unknown[]> {
  const { iam } = reader.clients;
  const found: unknown[] = [];
  for (const PolicyArn of new Set(arns)) {
    const answer = await reader.get(
      piece,
      'iam:GetPolicy',
      () => iam.send(new GetPolicyCommand({ PolicyArn })),
      PolicyArn,
    );
    if (!answer?.Policy) continue;
    const VersionId = answer.Policy.DefaultVersionId;
    const version = await reader.get(
      piece,
      'iam:GetPolicyVersion',
      () => iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId })),
      PolicyArn,
    );
    found.push({ ...answer.Policy, DefaultVersion: version?.PolicyVersion ?? null });
  }
  return found;
}

/** A group with its policies; of the managed ones the ARN. */
export async function groupPolicies(reader: Reader, piece: string, GroupName: string) {
  const { iam } = reader.clients;
  const attached = await reader.list(
    piece,
    'iam:ListAttachedGroupPolicies',
    () => paginateListAttachedGroupPolicies({ client: iam }, { GroupName }),
    (page) => page.AttachedPolicies,
    GroupName,
  );
  const names = await reader.list(
    piece,
    'iam:ListGroupPolicies',
    () => paginateListGroupPolicies({ client: iam }, { GroupName }),
    (page) => page.PolicyNames,
    GroupName,
  );
  const inline = await inlinePolicies(reader, piece, 'iam:GetGroupPolicy', names ?? [], (PolicyName) =>
    iam.send(new GetGroupPolicyCommand({ GroupName, PolicyName })),
  );
  return { attached: attached ?? [], inline };
}
