import {
  type DescribeIamInstanceProfileAssociationsCommandInput,
  DescribeInstancesCommand,
  type IamInstanceProfileAssociation,
  paginateDescribeIamInstanceProfileAssociations,
} from '@aws-sdk/client-ec2';
import { ask, askIfExists, type ContainClients } from '../aws.js';
import { collected } from './paging.js';
import type { InstanceState } from './state.js';

/**
 * Instances of a Region with one of these instance profiles (ARNs), by id. Asked for by
 * DescribeIamInstanceProfileAssociations, which also tells what was replaced a moment ago.
 */
export async function readInstances(
  clients: ContainClients,
  region: string,
  profileArns: ReadonlySet<string>,
): Promise<InstanceState[]> {
  const associations = (await readAssociations(clients, region, {})).filter(({ IamInstanceProfile }) =>
    profileArns.has(IamInstanceProfile?.Arn ?? ''),
  );
  const instances: InstanceState[] = [];
  for (const { InstanceId = '', IamInstanceProfile } of associations) {
    const httpTokens = (await readMetadataTokens(clients, region, InstanceId)) ?? '';
    instances.push({ region, instanceId: InstanceId, profileArn: IamInstanceProfile?.Arn ?? '', httpTokens });
  }
  return instances;
}

/** One instance; null where it has no profile, or is gone. */
export async function readInstance(
  clients: ContainClients,
  region: string,
  instanceId: string,
): Promise<InstanceState | null> {
  const profileArn = (await readAssociation(clients, region, instanceId))?.IamInstanceProfile?.Arn;
  const httpTokens = await readMetadataTokens(clients, region, instanceId);
  return profileArn === undefined || httpTokens === null ? null : { region, instanceId, profileArn, httpTokens };
}

/** The association of one instance; null where it has none. */
export async function readAssociation(
  clients: ContainClients,
  region: string,
  instanceId: string,
): Promise<IamInstanceProfileAssociation | null> {
  const filters = { Filters: [{ Name: 'instance-id', Values: [instanceId] }] };
  const found = await readAssociations(clients, region, filters);
  return found.find((association) => association.InstanceId === instanceId) ?? null;
}

/** `required` or `optional`; null where the instance is gone. */
export async function readMetadataTokens(
  clients: ContainClients,
  region: string,
  instanceId: string,
): Promise<string | null> {
  const answer = await askIfExists('ec2:DescribeInstances', () =>
    clients.in(region).ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] })),
  );
  const instance = answer?.Reservations?.flatMap(({ Instances = [] }) => Instances)[0];
  return instance === undefined ? null : (instance.MetadataOptions?.HttpTokens ?? 'optional');
}

async function readAssociations(
  clients: ContainClients,
  region: string,
  input: DescribeIamInstanceProfileAssociationsCommandInput,
): Promise<IamInstanceProfileAssociation[]> {
  const { ec2 } = clients.in(region);
  const found = await ask('ec2:DescribeIamInstanceProfileAssociations', () =>
    collected(
      paginateDescribeIamInstanceProfileAssociations({ client: ec2 }, input),
      (page) => page.IamInstanceProfileAssociations,
    ),
  );
  return found.filter(({ State = 'associated' }) => State === 'associated' || State === 'associating');
}
