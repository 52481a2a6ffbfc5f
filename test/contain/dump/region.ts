import {
  type EC2Client,
  paginateDescribeIamInstanceProfileAssociations,
  paginateDescribeInstances,
} from '@aws-sdk/client-ec2';
import { GetFunctionConcurrencyCommand, type LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, paginateListSecrets, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, paginateDescribeParameters, type SSMClient } from '@aws-sdk/client-ssm';
import type { RegionClients } from '../../../src/contain/clients.js';
import { byText, collected, each, hashed, orNull } from './stable.js';

/** Of values that may be secrets: their hash. */
export async function dumpRegion({ ec2, lambda, secretsManager, ssm }: RegionClients): Promise<unknown> {
  return {
    instances: await dumpInstances(ec2),
    functions: await dumpFunctions(lambda),
    secrets: await dumpSecrets(secretsManager),
    parameters: await dumpParameters(ssm),
  };
}

/** An association's id is left out: a profile that is put back gets a new one. */
async function dumpInstances(client: EC2Client): Promise<unknown> {
  const reservations = await collected(paginateDescribeInstances({ client }, {}), (page) => page.Reservations);
  const pages = paginateDescribeIamInstanceProfileAssociations({ client }, {});
  const associations = await collected(pages, (page) => page.IamInstanceProfileAssociations);
  const instances = reservations.flatMap((reservation) => reservation.Instances ?? []);
  return each(instances, ({ InstanceId, IamInstanceProfile, MetadataOptions }) => ({
    id: InstanceId,
    profile: IamInstanceProfile?.Arn ?? null,
    associated: byText(
      associations
        .filter((association) => association.InstanceId === InstanceId)
        .map((association) => association.IamInstanceProfile?.Arn),
    ),
    metadata: {
      tokens: MetadataOptions?.HttpTokens,
      // What a change does not name, AWS keeps and moto forgets.
      endpoint: MetadataOptions?.HttpEndpoint ?? 'enabled',
      hops: MetadataOptions?.HttpPutResponseHopLimit,
    },
  }));
}

async function dumpFunctions(client: LambdaClient): Promise<unknown> {
  const functions = await collected(paginateListFunctions({ client }, {}), (page) => page.Functions);
  return each(functions, async ({ FunctionName, Role, Environment }) => {
    const concurrency = await client.send(new GetFunctionConcurrencyCommand({ FunctionName }));
    return {
      name: FunctionName,
      role: Role,
      environment: byText(Object.entries(Environment?.Variables ?? {}).map(([name, value]) => [name, hashed(value)])),
      reservedConcurrency: concurrency.ReservedConcurrentExecutions ?? null,
    };
  });
}

/** A version's id is left out: a value that is put back has a new one. */
async function dumpSecrets(client: SecretsManagerClient): Promise<unknown> {
  const secrets = await collected(paginateListSecrets({ client }, {}), (page) => page.SecretList);
  return each(secrets, async ({ Name, ARN }) => {
    const request = client.send(new GetSecretValueCommand({ SecretId: ARN }));
    // A secret may have no value.
    const value = await orNull(request, 'ResourceNotFoundException');
    return { name: Name, arn: ARN, value: hashed(value?.SecretString ?? value?.SecretBinary) };
  });
}

/** A parameter's version is left out: it only ever grows. */
async function dumpParameters(client: SSMClient): Promise<unknown> {
  const parameters = await collected(paginateDescribeParameters({ client }, {}), (page) => page.Parameters);
  return each(parameters, async ({ Name, Type }) => {
    const { Parameter } = await client.send(new GetParameterCommand({ Name, WithDecryption: true }));
    return { name: Name, type: Type, value: hashed(Parameter?.Value) };
  });
}
