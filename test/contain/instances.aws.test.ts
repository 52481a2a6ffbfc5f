import {
  type ModifyInstanceMetadataOptionsCommandInput,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { AddRoleToInstanceProfileCommand, CreateInstanceProfileCommand, CreateRoleCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readMetadataTokens } from '../../src/contain/account/instance.js';
import type { ContainClients } from '../../src/contain/clients.js';
import type { Plan } from '../../src/contain/plan.js';
import { trusting } from '../services/credentials.js';
import { describeWith, uniquePrefix } from '../services/index.js';
import { Account } from './account.js';

const region = 'us-east-1';

describeWith('aws', 'the role of an instance', () => {
  let account: Account;
  beforeAll(async () => {
    account = await Account.start();
  });
  afterAll(() => account.stop());

  const ec2Trust = trusting({ Service: 'ec2.amazonaws.com' });

  /** An instance with a role of its own, and the plan for that role. */
  const stage = async (): Promise<{ role: string; instanceId: string; plan: Plan }> => {
    const { iam } = account.responder;
    const role = uniquePrefix('web');
    const InstanceProfileName = role;
    await iam.send(new CreateRoleCommand({ RoleName: role, AssumeRolePolicyDocument: ec2Trust }));
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
    await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName: role }));
    const { Instances } = await account.responder.in(region).ec2.send(
      new RunInstancesCommand({
        ImageId: 'ami-12c6146b',
        MinCount: 1,
        MaxCount: 1,
        IamInstanceProfile: { Name: role },
        MetadataOptions: { HttpTokens: 'optional' },
      }),
    );
    const principalArn = `arn:aws:iam::123456789012:role/${role}`;
    const plan = await account.plan({ accessKeyId: '' }, { principalArn });
    return { role, instanceId: Instances![0]!.InstanceId!, plan };
  };

  /** Clients that see a request of EC2, and may answer it with an error, before it is sent. */
  const watched = async (see: (command: string, input: unknown) => void): Promise<ContainClients> => {
    const clients = await account.anotherResponder();
    clients.in(region).ec2.middlewareStack.add(
      (next, context) => (args) => {
        see(context.commandName ?? '', args.input);
        return next(args);
      },
      { step: 'initialize' },
    );
    return clients;
  };

  it('is replaced once EC2 has seen the profile that IAM made', async () => {
    const { role, plan } = await stage();
    let left = 2;
    const clients = await watched((command) => {
      if (!command.startsWith('ReplaceIamInstanceProfile') || left-- === 0) return;
      const message = `Value (${role}-clean) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN`;
      throw Object.assign(new Error(message), { name: 'InvalidParameterValue' });
    });
    expect(await account.apply(plan, { delays: [0, 0] }, clients)).toMatchObject({ state: 'contained', reasons: [] });
  });

  it('that has a namesake of its clean one is contained in all the rest', async () => {
    const { role, plan } = await stage();
    const other = trusting({ Service: 'lambda.amazonaws.com' });
    await account.responder.iam.send(
      new CreateRoleCommand({ RoleName: `${role}-clean`, AssumeRolePolicyDocument: other }),
    );
    const result = await account.apply(plan);
    expect(result.state).toBe('partial');
    expect(result.actions.filter(({ outcome }) => outcome === 'failed')).toMatchObject([
      { title: `Make the role ${role}-clean, a copy of ${role}`, detail: expect.stringContaining('has another text') },
      { detail: `not tried, for it needs: Make the role ${role}-clean, a copy of ${role}` },
      { detail: `not tried, for it needs: Make the instance profile ${role}-clean` },
    ]);
    expect((await account.undo(plan)).state).toBe('undone');
  });

  it('asks for IMDSv2 and leaves the endpoint as it is', async () => {
    const { plan } = await stage();
    const inputs: Partial<ModifyInstanceMetadataOptionsCommandInput>[] = [];
    const clients = await watched((command, input) => {
      if (command.startsWith('ModifyInstanceMetadataOptions')) inputs.push(input as (typeof inputs)[number]);
    });
    await account.apply(plan, {}, clients);
    expect(inputs).toEqual([{ InstanceId: expect.any(String), HttpTokens: 'required' }]);
  });

  it('of an instance that is gone is no reason to fail', async () => {
    expect(await readMetadataTokens(account.responder, region, 'i-0123456789abcdef0')).toBeNull();
    const { instanceId, plan } = await stage();
    await account.responder.in(region).ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
    await expect(account.apply(plan)).rejects.toMatchObject({ code: 'state_changed' });
  });
});
