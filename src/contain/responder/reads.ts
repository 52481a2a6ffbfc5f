/**
 * What a plan, a check and evidence are read by. None of these answers with a secret: environments of functions and
 * values of parameters are not among them. GetCallerIdentity needs no permission.
 */
export const observing: readonly string[] = [
  'ec2:DescribeIamInstanceProfileAssociations',
  'ec2:DescribeInstances',
  'ec2:DescribeRegions',
  'iam:GenerateCredentialReport',
  'iam:GenerateServiceLastAccessedDetails',
  'iam:GetAccessKeyLastUsed',
  'iam:GetAccountAuthorizationDetails',
  'iam:GetAccountPasswordPolicy',
  'iam:GetAccountSummary',
  'iam:GetCredentialReport',
  'iam:GetGroupPolicy',
  'iam:GetInstanceProfile',
  'iam:GetLoginProfile',
  'iam:GetOpenIDConnectProvider',
  'iam:GetPolicy',
  'iam:GetPolicyVersion',
  'iam:GetRole',
  'iam:GetRolePolicy',
  'iam:GetSAMLProvider',
  'iam:GetServiceLastAccessedDetails',
  'iam:GetUser',
  'iam:GetUserPolicy',
  'iam:ListAccessKeys',
  'iam:ListAttachedGroupPolicies',
  'iam:ListAttachedRolePolicies',
  'iam:ListAttachedUserPolicies',
  'iam:ListGroupPolicies',
  'iam:ListGroupsForUser',
  'iam:ListInstanceProfilesForRole',
  'iam:ListMFADevices',
  'iam:ListRolePolicies',
  'iam:ListSSHPublicKeys',
  'iam:ListServiceSpecificCredentials',
  'iam:ListSigningCertificates',
  'iam:ListUserPolicies',
  'lambda:GetFunctionConcurrency',
  'organizations:DescribeOrganization',
  'sts:GetAccessKeyInfo',
];

/**
 * What only the management account, or one that it delegates to, is told. Apart, for who is told has a plan lock accounts
 * by service control policies.
 */
export const observingOrganization: readonly string[] = [
  'identitystore:GetGroupMembershipId',
  'identitystore:GetUserId',
  'identitystore:ListGroupMembershipsForMember',
  'organizations:DescribeOrganization',
  'organizations:DescribePolicy',
  'organizations:ListPolicies',
  'organizations:ListPoliciesForTarget',
  'sso:ListAccountAssignmentsForPrincipal',
  'sso:ListInstances',
];

/** Whose a key is. */
export const observingKeys: readonly string[] = [
  'iam:GetAccessKeyLastUsed',
  'iam:GetUser',
  'iam:ListAccessKeys',
  'sts:GetAccessKeyInfo',
];
