import {
  type IdentitystoreClient,
  paginateListGroupMemberships,
  paginateListGroups,
} from '@aws-sdk/client-identitystore';
import {
  DescribePolicyCommand,
  type OrganizationsClient,
  paginateListAccounts,
  paginateListPolicies,
  paginateListTargetsForPolicy,
} from '@aws-sdk/client-organizations';
import {
  paginateListAccountAssignments,
  paginateListInstances,
  paginateListPermissionSets,
  type SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { ContainClients } from '../../../src/contain/clients.js';
import { byText, collected, each, orNull } from './stable.js';

/** Service control policies; null where there is no organization. A policy made again has another id: left out. */
export async function dumpControlPolicies(client: OrganizationsClient): Promise<unknown> {
  const listed = collected(
    paginateListPolicies({ client }, { Filter: 'SERVICE_CONTROL_POLICY' }),
    (page) => page.Policies,
  );
  const policies = await orNull(listed, 'AWSOrganizationsNotInUseException');
  if (policies === null) return null;
  return each(policies, async ({ Id: PolicyId, Name }) => {
    const { Policy } = await client.send(new DescribePolicyCommand({ PolicyId }));
    const targets = await collected(paginateListTargetsForPolicy({ client }, { PolicyId }), (page) => page.Targets);
    return { name: Name, content: Policy!.Content, targets: byText(targets.map(({ TargetId }) => TargetId)) };
  });
}

/**
 * Assignments in this account and those of its organization, and group memberships, of every Identity Center
 * instance. A membership made again has another id: left out.
 */
export async function dumpIdentityCenter(clients: ContainClients): Promise<unknown> {
  const { ssoAdmin: client, identityStore, organizations, sts } = clients;
  const listed = collected(paginateListAccounts({ client: organizations }, {}), (page) => page.Accounts);
  const others = (await orNull(listed, 'AWSOrganizationsNotInUseException')) ?? [];
  const { Account } = await sts.send(new GetCallerIdentityCommand({}));
  const accounts = new Set([Account, ...others.map(({ Id }) => Id)]);
  const instances = await collected(paginateListInstances({ client }, {}), (page) => page.Instances);
  return each(instances, async ({ InstanceArn, IdentityStoreId }) => ({
    instance: InstanceArn,
    assignments: await dumpAssignments(client, InstanceArn, accounts),
    memberships: await dumpMemberships(identityStore, IdentityStoreId),
  }));
}

async function dumpAssignments(
  client: SSOAdminClient,
  InstanceArn: string | undefined,
  accounts: ReadonlySet<string | undefined>,
): Promise<unknown> {
  const sets = await collected(paginateListPermissionSets({ client }, { InstanceArn }), (page) => page.PermissionSets);
  const questions = sets.flatMap((PermissionSetArn) =>
    [...accounts].map((AccountId) => ({ PermissionSetArn, AccountId })),
  );
  const assignments = await Promise.all(
    questions.map((of) =>
      collected(paginateListAccountAssignments({ client }, { InstanceArn, ...of }), (page) => page.AccountAssignments),
    ),
  );
  return byText(
    assignments
      .flat()
      .map(({ AccountId, PermissionSetArn, PrincipalType, PrincipalId }) => [
        AccountId,
        PermissionSetArn,
        PrincipalType,
        PrincipalId,
      ]),
  );
}

async function dumpMemberships(client: IdentitystoreClient, IdentityStoreId: string | undefined): Promise<unknown> {
  const groups = await collected(paginateListGroups({ client }, { IdentityStoreId }), (page) => page.Groups);
  return each(groups, async ({ GroupId, DisplayName }) => {
    const pages = paginateListGroupMemberships({ client }, { IdentityStoreId, GroupId });
    const members = await collected(pages, (page) => page.GroupMemberships);
    return [DisplayName, byText(members.map(({ MemberId }) => MemberId?.UserId))];
  });
}
