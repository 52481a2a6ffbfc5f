import { RunInstancesCommand } from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateLoginProfileCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  CreateSAMLProviderCommand,
  PutRolePolicyCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import { CreateFunctionCommand } from '@aws-sdk/client-lambda';
import type { CreatedThing, Trace } from '../../src/model/trace.js';
import { allow, trusting } from '../services/credentials.js';
import { uniquePrefix } from '../services/index.js';
import type { Account, Credentials, Leaked } from './account.js';
import { someTrace } from './state.js';

const accountId = '123456789012';
// An archive with nothing in it: its end of the central directory.
const emptyZip = Buffer.from(`504b0506${'00'.repeat(18)}`, 'hex');
export const began = '2024-01-01T00:00:00.000Z';

/** A leaked key, and all that its intruder did: what the logs would tell of it is `trace`. */
export interface Incident {
  leaked: Leaked;
  trace: Trace;
  /** A user that the intruder made, with a key. */
  backdoor: Credentials & { userName: string };
  instanceId: string;
  /** The role of the instance, which the intruder assumed, too. */
  serverRole: string;
  functionName: string;
}

const thing = (kind: CreatedThing['kind'], name: string, more: Partial<CreatedThing> = {}): CreatedThing => ({
  kind,
  name,
  of: null,
  accountId,
  region: 'us-east-1',
  eventName: 'Create',
  eventId: `event-${name}`,
  time: '2024-01-02T00:00:00.000Z',
  sourceIp: '198.51.100.7',
  principals: [],
  ...more,
});

/** The whole of an incident in an account of moto's: users, roles, an instance, a function, providers. */
export async function stageIncident(account: Account): Promise<Incident> {
  const { iam } = account.responder;
  const { ec2, lambda } = account.responder.in('us-east-1');
  const leaked = await account.leak();
  const name = leaked.userName;
  const arn = `arn:aws:iam::${accountId}:user/${name}`;
  account.secrets.push('Chosen-by-ci-1');
  await iam.send(new CreateLoginProfileCommand({ UserName: name, Password: 'Chosen-by-ci-1' }));
  const sshKey = { UserName: name, SSHPublicKeyBody: `ssh-rsa ${'A'.repeat(372)} ${name}` };
  await iam.send(new UploadSSHPublicKeyCommand(sshKey));

  const serverRole = uniquePrefix('server');
  const trust = trusting({ Service: 'ec2.amazonaws.com', AWS: arn });
  await iam.send(new CreateRoleCommand({ RoleName: serverRole, AssumeRolePolicyDocument: trust, Path: '/web/' }));
  const readOnly = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
  await iam.send(new AttachRolePolicyCommand({ RoleName: serverRole, PolicyArn: readOnly }));
  const inline = { RoleName: serverRole, PolicyName: 'queue', PolicyDocument: allow('sqs:*') };
  await iam.send(new PutRolePolicyCommand(inline));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: serverRole }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: serverRole, RoleName: serverRole }));
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-12c6146b',
      MinCount: 1,
      MaxCount: 1,
      IamInstanceProfile: { Name: serverRole },
      MetadataOptions: { HttpTokens: 'optional' },
    }),
  );

  const backdoor = uniquePrefix('support');
  const key = await account.addUser(backdoor, ['*']);
  const madeRole = uniquePrefix('made');
  const stranger = 'arn:aws:iam::999999999999:root';
  await iam.send(new CreateRoleCommand({ RoleName: madeRole, AssumeRolePolicyDocument: trusting({ AWS: stranger }) }));
  const edited = uniquePrefix('edited');
  const both = trusting({ AWS: [stranger, `arn:aws:iam::${accountId}:root`] });
  await iam.send(new CreateRoleCommand({ RoleName: edited, AssumeRolePolicyDocument: both }));
  const functionName = uniquePrefix('job');
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: functionName,
      Role: `arn:aws:iam::${accountId}:role/web/${serverRole}`,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: emptyZip },
    }),
  );
  const oidc = await iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: `https://${uniquePrefix('login')}.example.com`,
      ClientIDList: ['sts.amazonaws.com'],
      ThumbprintList: ['a'.repeat(40)],
    }),
  );
  const saml = await iam.send(
    new CreateSAMLProviderCommand({ Name: uniquePrefix('idp'), SAMLMetadataDocument: `<m>${'a'.repeat(1100)}</m>` }),
  );
  const trace = someTrace({
    keyId: leaked.accessKeyId,
    firstAbuse: began,
    clients: [
      {
        source_ip: '192.0.2.1',
        user_agent: 'deploy/1.0',
        events: 90,
        first_seen: '2023-01-01T00:00:00.000Z',
        last_seen: '2024-01-01T00:00:00.000Z',
      },
    ],
    roles: [
      {
        arn: `arn:aws:iam::${accountId}:role/web/${serverRole}`,
        sessions: 2,
        sessionNames: ['one', 'two'],
        lastAssumed: '2024-01-02T00:00:00.000Z',
      },
    ],
    created: [
      thing('user', backdoor),
      thing('role', madeRole, { principals: [stranger] }),
      thing('trust-policy', edited, { principals: [stranger] }),
      thing('function', functionName),
      thing('oidc-provider', oidc.OpenIDConnectProviderArn!),
      thing('saml-provider', saml.SAMLProviderArn!),
    ],
  });
  return {
    leaked,
    trace,
    backdoor: { ...key, userName: backdoor },
    instanceId: Instances![0]!.InstanceId!,
    serverRole,
    functionName,
  };
}
