import { AttachRolePolicyCommand, CreateRoleCommand, GetUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import {
  allow,
  assumeRole,
  type Credentials,
  configOf,
  getFederationToken,
  getSessionToken,
  outcomeOf,
  trusting,
} from '../services/credentials.js';
import type { Account, Leaked } from './account.js';
import { Loop } from './loop.js';

/** What an attacker has: the key, what STS gave for it, and the user's second key. */
export type Hold = 'key' | 'second key' | 'role session' | 'federation session' | 'session token';

/** `allowed`, or the error's name. */
export type Outcomes = Record<Hold, string>;

export interface Attempt {
  /** Counted over all attackers, in the order of their end. */
  sequence: number;
  hold: Hold;
  outcome: string;
}

const pauseMs = 50;
const requestMs = 10_000;

/** Attackers that all list buckets, over and over, each with another hold on the same user. */
export class Attackers {
  readonly attempts: Attempt[] = [];
  private readonly clients: S3Client[] = [];
  private readonly loops: Loop[] = [];

  private constructor(
    /** The role that one of them assumed, trusting the user by its ARN. */
    readonly roleName: string,
    readonly credentials: ReadonlyMap<Hold, Credentials>,
    endpoint: string,
  ) {
    for (const [hold, held] of credentials) {
      const client = new S3Client({ ...configOf(endpoint, held), forcePathStyle: true });
      this.clients.push(client);
      this.loops.push(new Loop(() => this.attempt(hold, client), pauseMs));
    }
  }

  /**
   * Gives the user what they need (a second key, an inline policy for GetFederationToken, a role that trusts it),
   * gets their sessions and lets them loose: before the plan, then, and to be stopped before the account is.
   * Their secrets join `account.secrets`.
   */
  static async start(account: Account, leaked: Leaked): Promise<Attackers> {
    const { endpoint, responder } = account;
    const { userName: UserName } = leaked;
    const { User } = await responder.iam.send(new GetUserCommand({ UserName }));
    const RoleName = `${UserName}-role`;
    const AssumeRolePolicyDocument = trusting({ AWS: User!.Arn });
    const { Role } = await responder.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const PolicyArn = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
    await responder.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    const PolicyDocument = allow('sts:GetFederationToken');
    await responder.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'federation', PolicyDocument }));

    const credentials = new Map<Hold, Credentials>([
      ['key', { accessKeyId: leaked.accessKeyId, secretAccessKey: leaked.secretAccessKey }],
      ['second key', await account.addKey(UserName)],
      ['role session', await assumeRole(endpoint, leaked, Role!.Arn!)],
      ['federation session', await getFederationToken(endpoint, leaked, allow('s3:*'))],
      ['session token', await getSessionToken(endpoint, leaked)],
    ]);
    for (const { secretAccessKey, sessionToken } of credentials.values()) {
      if (!account.secrets.includes(secretAccessKey)) account.secrets.push(secretAccessKey);
      if (sessionToken !== undefined) account.secrets.push(sessionToken);
    }
    return new Attackers(RoleName, credentials, endpoint);
  }

  /** Waits until each has made one whole new call; what came of it. */
  async roundTrip(): Promise<Outcomes> {
    await Promise.all(this.loops.map((loop) => loop.next()));
    return this.latest();
  }

  async stop(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
    for (const client of this.clients) client.destroy();
  }

  private latest(): Outcomes {
    return Object.fromEntries(this.attempts.map(({ hold, outcome }) => [hold, outcome])) as Outcomes;
  }

  private async attempt(hold: Hold, client: S3Client): Promise<void> {
    const abortSignal = AbortSignal.timeout(requestMs);
    const outcome = await outcomeOf(client.send(new ListBucketsCommand({}), { abortSignal }));
    this.attempts.push({ sequence: this.attempts.length, hold, outcome });
  }
}
