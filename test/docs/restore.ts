import {
  DeleteAccessKeyCommand,
  DeleteRolePolicyCommand,
  DetachUserPolicyCommand,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { DeleteFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import type { World } from './world.js';

const absent = (error: Error): undefined => {
  if (error.name === 'NoSuchEntity' || error.name === 'NoSuchEntityException') return undefined;
  throw error;
};

/** Takes back what a page's commands did to the owner of the key, so that the next page finds it as it was. */
export async function restore({ account, incident, leaked }: World): Promise<void> {
  const { iam } = account.responder;
  const UserName = incident.userName;
  const PolicyArn = 'arn:aws:iam::aws:policy/AWSDenyAll';
  await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn })).catch(absent);
  const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
  for (const { AccessKeyId } of AccessKeyMetadata)
    if (AccessKeyId !== leaked.accessKeyId) await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
  await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId: leaked.accessKeyId, Status: 'Active' }));
  const RoleName = 'deploy-pipeline';
  await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'KeytrailIrRevokeSessions' })).catch(absent);
  const { lambda } = account.responder.in('us-east-1');
  await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName: 'order-intake' }));
}
