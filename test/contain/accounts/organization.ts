import { CreateRoleCommand, CreateUserCommand, PutRolePolicyCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import type { ContainClients } from '../../../src/contain/clients.js';
import { type ResponderStage, responderPolicy } from '../../../src/contain/responder/policies.js';
import { allow, assumeRole, trusting } from '../../services/credentials.js';
import { uniquePrefix } from '../../services/index.js';
import { Account, type Credentials, type Leaked } from '../account.js';

export const hub = '123456789012';
export const responderRole = 'keytrail-responder';

const documentOf = (stage: ResponderStage): string => JSON.stringify(responderPolicy(stage));

/**
 * An organization with three members, IAM enforced. The responder is a user of the management account, with a role in
 * the first two members; each has the policies of its stages and nothing else.
 */
export class Organization {
  private constructor(
    readonly account: Account,
    /** Administrators of the members. */
    readonly members: ContainClients[],
    readonly responder: Credentials,
  ) {}

  static async start(): Promise<Organization> {
    const account = await Account.start({ members: 3 });
    const members: ContainClients[] = [];
    for (const id of account.memberIds) members.push((await account.inMember(id)).clients);
    const { iam } = account.responder;
    await iam.send(new CreateUserCommand({ UserName: 'hands' }));
    for (const PolicyName of ['accounts', 'observe', 'contain-user'] as const)
      await iam.send(
        new PutUserPolicyCommand({ UserName: 'hands', PolicyName, PolicyDocument: documentOf(PolicyName) }),
      );
    const RoleName = responderRole;
    for (const member of members.slice(0, 2)) {
      const AssumeRolePolicyDocument = trusting({ AWS: `arn:aws:iam::${hub}:user/hands` });
      await member.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
      for (const PolicyName of ['observe', 'contain-user', 'contain-role'] as const)
        await member.iam.send(
          new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: documentOf(PolicyName) }),
        );
    }
    return new Organization(account, members, await account.addKey('hands'));
  }

  get ids(): [string, string, string] {
    return this.account.memberIds as [string, string, string];
  }

  stop(): Promise<void> {
    return this.account.stop();
  }

  /** The responder in an account. */
  async open(accountId: string): Promise<ContainClients> {
    if (accountId === hub) return this.account.clients(this.responder);
    const arn = `arn:aws:iam::${accountId}:role/${responderRole}`;
    return this.account.clients(await assumeRole(this.account.endpoint, this.responder, arn));
  }

  /** A user of the management account whose key leaked, and who may assume roles. */
  async leak(): Promise<{ leaked: Leaked; arn: string }> {
    const leaked = await this.account.leak();
    await this.account.putInline(leaked.userName, 'assume', allow('sts:AssumeRole'));
    return { leaked, arn: `arn:aws:iam::${hub}:user/${leaked.userName}` };
  }

  /** A role of a member; its ARN. */
  async addRole(member: ContainClients, trusted: string[]): Promise<string> {
    const RoleName = uniquePrefix('role');
    const AssumeRolePolicyDocument = trusting({ AWS: trusted });
    const { Role } = await member.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const PolicyDocument = allow(['s3:*', 'sts:AssumeRole']);
    await member.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'work', PolicyDocument }));
    return Role!.Arn!;
  }
}
