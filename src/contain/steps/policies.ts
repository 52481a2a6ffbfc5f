/** Texts of the policies that containment sets. */

const statement = { Sid: 'IrDenyAll', Effect: 'Deny', Action: '*', Resource: '*' };

const document = (...statements: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });

/** An inline policy of this name denies everything. */
export const denyAllName = 'KeytrailIrDenyAll';
export const denyAll = document(statement);

/** An inline policy of this name denies everything to sessions older than its cutoff. */
export const revokeName = 'KeytrailIrRevokeSessions';

/** `issuedBefore`: ISO 8601. Long-term credentials have no issue time, so that this denies sessions only. */
export const denyOlderSessions = (issuedBefore: string): string =>
  document({
    ...statement,
    Sid: 'IrRevokeSessions',
    Condition: { DateLessThan: { 'aws:TokenIssueTime': issuedBefore } },
  });

/**
 * A service control policy: nothing for these principals, and no change of them but by the responder. `users` are names,
 * which may have any path. NotPrincipal is not used: service control policies do not know it.
 */
export function lockPolicy(
  accountId: string,
  partition: string,
  principalArns: readonly string[],
  responderArns: readonly string[],
): string {
  const locked = [...principalArns].sort();
  return document(
    { ...statement, Sid: 'IrLock', Condition: { ArnLike: { 'aws:PrincipalArn': locked } } },
    {
      Sid: 'IrLockIam',
      Effect: 'Deny',
      Action: ['iam:Attach*', 'iam:Create*', 'iam:Delete*', 'iam:Detach*', 'iam:Put*', 'iam:Update*'],
      Resource: locked.filter((arn) => arn.startsWith(`arn:${partition}:iam::${accountId}:`)),
      Condition: { ArnNotLike: { 'aws:PrincipalArn': responderArns } },
    },
  );
}

/** P5: nothing for an Identity Center user, whatever permission set it comes with. */
export const lockIdentityCenterUser = (userId: string): string =>
  document({ ...statement, Sid: 'IrLock', Condition: { StringEquals: { 'identitystore:userId': userId } } });

/** A trust policy that lets nobody in. */
export const trustNobody = {
  Sid: 'KeytrailIrNobody',
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: 'sts:AssumeRole',
};
