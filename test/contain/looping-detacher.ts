import {
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListUserPoliciesCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import type { ContainClients } from '../../src/contain/clients.js';
import { Loop } from './loop.js';

/** An attacker with an administrator's credentials, who undoes a user's containment again and again. */
export class LoopingDetacher {
  /** What it undid, in order: `detach AWSDenyAll`, `delete KeytrailIr…`, `activate AKIA…`; or how that failed. */
  readonly undone: string[] = [];
  private readonly loop: Loop;

  private constructor(
    private readonly clients: ContainClients,
    private readonly userName: string,
    everyMs: number,
  ) {
    this.loop = new Loop(() => this.round(), everyMs);
  }

  /** Begins at once. `clients` are the attacker's, not the responder's: `account.anotherResponder()`. */
  static start(clients: ContainClients, userName: string, { everyMs = 500 } = {}): LoopingDetacher {
    return new LoopingDetacher(clients, userName, everyMs);
  }

  /** Waits until it has gone over the whole user once more. */
  async nextRound(): Promise<void> {
    await this.loop.next();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  private async round(): Promise<void> {
    try {
      await this.undo();
    } catch (error) {
      this.undone.push(`failed: ${(error as Error).name}`);
    }
  }

  private async undo(): Promise<void> {
    const { iam } = this.clients;
    const UserName = this.userName;
    const { AttachedPolicies = [] } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
    for (const { PolicyArn, PolicyName } of AttachedPolicies.filter((policy) => policy.PolicyName === 'AWSDenyAll')) {
      await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn }));
      this.undone.push(`detach ${PolicyName}`);
    }
    const { PolicyNames = [] } = await iam.send(new ListUserPoliciesCommand({ UserName }));
    for (const PolicyName of PolicyNames.filter((name) => name.startsWith('KeytrailIr'))) {
      await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName }));
      this.undone.push(`delete ${PolicyName}`);
    }
    const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
    for (const { AccessKeyId } of AccessKeyMetadata.filter(({ Status }) => Status === 'Inactive')) {
      await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Active' }));
      this.undone.push(`activate ${AccessKeyId}`);
    }
  }
}
