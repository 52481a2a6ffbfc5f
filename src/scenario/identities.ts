import { accessKeyIdOf, principalIdOf, timeText } from './identifiers.js';
import { randomOf } from './random.js';

interface SessionIssuer {
  type: string;
  principalId: string;
  arn: string;
  accountId: string;
  userName: string;
}

/** Source: CloudTrail userIdentity element. */
export interface UserIdentity {
  type: string;
  principalId?: string;
  arn?: string;
  accountId?: string;
  accessKeyId?: string;
  userName?: string;
  identityProvider?: string;
  sessionContext?: {
    sessionIssuer?: SessionIssuer;
    webIdFederationData?: { federatedProvider: string; attributes: Record<string, string> };
    attributes: { creationDate: string; mfaAuthenticated: string };
    ec2RoleDelivery?: string;
  };
  invokedBy?: string;
}

export interface Principal {
  name: string;
  accountId: string;
  arn: string;
  principalId: string;
}

/** A role; its unique id follows from seed, account and name. `path` begins and ends with a slash. */
export function roleOf(seed: number, accountId: string, name: string, path = '/'): Principal {
  const principalId = principalIdOf('AROA', randomOf(seed, 'role', accountId, name));
  return { name, accountId, arn: `arn:aws:iam::${accountId}:role${path}${name}`, principalId };
}

export function userOf(seed: number, accountId: string, name: string): Principal {
  const principalId = principalIdOf('AIDA', randomOf(seed, 'user', accountId, name));
  return { name, accountId, arn: `arn:aws:iam::${accountId}:user/${name}`, principalId };
}

/** Credentials of a session, or the long-lived ones of a user. */
export interface Session {
  accessKeyId: string;
  /** Seconds since 1970. */
  created: number;
}

/** The session that a name has under a role in one period: the same wherever it is asked for. */
export function sessionOf(seed: number, role: Principal, sessionName: string, created: number): Session {
  const random = randomOf(seed, 'session', role.arn, sessionName, String(created));
  return { accessKeyId: accessKeyIdOf('ASIA', role.accountId, random), created };
}

export const sessionArnOf = (role: Principal, sessionName: string): string =>
  `arn:aws:sts::${role.accountId}:assumed-role/${role.name}/${sessionName}`;

const issuerOf = (type: string, principal: Principal): SessionIssuer => ({
  type,
  principalId: principal.principalId,
  arn: principal.arn,
  accountId: principal.accountId,
  userName: principal.name,
});

interface RoleSessionExtras {
  mfa?: boolean;
  ec2RoleDelivery?: string;
  federatedProvider?: string;
  invokedBy?: string;
}

export function assumedRole(
  role: Principal,
  sessionName: string,
  session: Session,
  extras: RoleSessionExtras = {},
): UserIdentity {
  const { mfa, ec2RoleDelivery, federatedProvider, invokedBy } = extras;
  return {
    type: 'AssumedRole',
    principalId: `${role.principalId}:${sessionName}`,
    arn: sessionArnOf(role, sessionName),
    accountId: role.accountId,
    accessKeyId: session.accessKeyId,
    sessionContext: {
      sessionIssuer: issuerOf('Role', role),
      ...(federatedProvider && { webIdFederationData: { federatedProvider, attributes: {} } }),
      attributes: { creationDate: timeText(session.created), mfaAuthenticated: mfa ? 'true' : 'false' },
      ...(ec2RoleDelivery && { ec2RoleDelivery }),
    },
    ...(invokedBy && { invokedBy }),
  };
}

/** A user with the long-lived key, or, given `session`, with a session's: GetSessionToken's or the console's. */
export function iamUser(user: Principal, accessKeyId: string, session?: { created: number }): UserIdentity {
  return {
    type: 'IAMUser',
    principalId: user.principalId,
    arn: user.arn,
    accountId: user.accountId,
    accessKeyId,
    userName: user.name,
    ...(session && {
      sessionContext: { attributes: { creationDate: timeText(session.created), mfaAuthenticated: 'false' } },
    }),
  };
}

export const federatedArnOf = (accountId: string, name: string): string =>
  `arn:aws:sts::${accountId}:federated-user/${name}`;

/** GetFederationToken's session: the user is its issuer. */
export function federatedUser(user: Principal, name: string, session: Session): UserIdentity {
  return {
    type: 'FederatedUser',
    principalId: `${user.accountId}:${name}`,
    arn: federatedArnOf(user.accountId, name),
    accountId: user.accountId,
    accessKeyId: session.accessKeyId,
    sessionContext: {
      sessionIssuer: issuerOf('IAMUser', user),
      attributes: { creationDate: timeText(session.created), mfaAuthenticated: 'false' },
    },
  };
}

/** The caller of another account, as the account that was called sees it: without name and key. */
export const foreignAccount = (identity: UserIdentity): UserIdentity => ({
  type: 'AWSAccount',
  ...(identity.principalId && { principalId: identity.principalId }),
  ...(identity.accountId && { accountId: identity.accountId }),
});

export const awsService = (host: string): UserIdentity => ({ type: 'AWSService', invokedBy: host });
