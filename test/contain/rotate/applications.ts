import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetParametersCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import type { KeyPair } from '../../../src/contain/rotate/target.js';
import { uniquePrefix } from '../../services/index.js';
import type { Account, Leaked } from '../account.js';

const region = 'us-east-1';

/** What else is in the targets, and must stay; the texts are secrets too. */
export const others = { password: 'Other-Secret-of-the-Application', port: '12345678901234567890' };

/** An application: where it reads its key, and how. */
export interface Application {
  /** As for `--to`. */
  to: string;
  key(): Promise<KeyPair>;
}

/** Applications that use a leaked key, one for each kind of target. */
export class Applications {
  readonly all: Application[];

  private constructor(
    private readonly account: Account,
    readonly leaked: Leaked,
    readonly secretName: string,
    readonly parameters: [string, string],
    readonly functionName: string,
    readonly file: string,
  ) {
    const { ssm, secretsManager } = account.responder.in(region);
    this.all = [
      {
        to: `secretsmanager:${region}/${secretName}#id,secret`,
        key: async () => {
          const { id, secret } = JSON.parse(await this.secretText(secretsManager));
          return { accessKeyId: id, secretAccessKey: secret };
        },
      },
      {
        to: `ssm:${region}/${parameters.join()}`,
        key: async () => {
          const { Parameters = [] } = await ssm.send(
            new GetParametersCommand({ Names: parameters, WithDecryption: true }),
          );
          const value = (name: string) => Parameters.find(({ Name }) => Name === name)!.Value!;
          return { accessKeyId: value(parameters[0]), secretAccessKey: value(parameters[1]) };
        },
      },
      {
        to: `lambda:${region}/${functionName}`,
        key: async () => {
          const { ACCESS_KEY_ID, SECRET_ACCESS_KEY } = await this.variables();
          return { accessKeyId: ACCESS_KEY_ID!, secretAccessKey: SECRET_ACCESS_KEY! };
        },
      },
      {
        to: `file:${file}#app`,
        key: async () => {
          const profile = (await readFile(file, 'utf8')).split('[app]')[1]!.split('[')[0]!;
          const value = (name: string) => new RegExp(`${name}\\s*=\\s*(\\S+)`).exec(profile)![1]!;
          return { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') };
        },
      },
    ];
  }

  static async start(account: Account): Promise<Applications> {
    const leaked = await account.leak();
    const { accessKeyId, secretAccessKey } = leaked;
    const name = uniquePrefix('app');
    const { ssm, secretsManager, lambda } = account.responder.in(region);
    const json = `{"id":"${accessKeyId}","secret":"${secretAccessKey}","password":"${others.password}","port":${others.port}}`;
    await secretsManager.send(new CreateSecretCommand({ Name: name, SecretString: json }));
    const parameters: [string, string] = [`/${name}/id`, `/${name}/secret`];
    await ssm.send(new PutParameterCommand({ Name: parameters[0], Value: accessKeyId, Type: 'String' }));
    await ssm.send(
      new PutParameterCommand({
        Name: parameters[1],
        Value: secretAccessKey,
        Type: 'SecureString',
        KeyId: 'alias/application',
      }),
    );
    await makeFunction(account, lambda, name, leaked);
    const folder = join(account.directory, name);
    await mkdir(folder);
    const file = join(folder, 'credentials');
    const credentials = [
      '[default]',
      '# of the application\r',
      'aws_access_key_id = AKIAIOSFODNN7EXAMPLE',
      `aws_secret_access_key = ${others.password}`,
      '',
      '[app]',
      `aws_access_key_id=${accessKeyId}`,
      `aws_secret_access_key   =   ${secretAccessKey}`,
      'region = eu-west-1',
      '',
    ].join('\n');
    await writeFile(file, credentials, { mode: 0o600 });
    return new Applications(account, leaked, name, parameters, name, file);
  }

  get targets(): string[] {
    return this.all.map(({ to }) => to);
  }

  secretText(client = this.account.responder.in(region).secretsManager): Promise<string> {
    return client
      .send(new GetSecretValueCommand({ SecretId: this.secretName, VersionStage: 'AWSCURRENT' }))
      .then((got) => got.SecretString!);
  }

  async variables(): Promise<Record<string, string>> {
    const { lambda } = this.account.responder.in(region);
    const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: this.functionName }));
    return found.Environment!.Variables!;
  }

  /** Key id that each application reads now. */
  async keyIds(): Promise<string[]> {
    return Promise.all(this.all.map(async ({ key }) => (await key()).accessKeyId));
  }

  /** Every application does its work once. */
  async work(): Promise<string[]> {
    return Promise.all(this.all.map((application) => this.workOnce(application)));
  }

  /** One after the other works, without a pause, until told to stop; then tells all that was answered. */
  workOn(): () => Promise<Set<string>> {
    const answers = new Set<string>();
    let stopped = false;
    const loop = (async () => {
      while (!stopped) for (const application of this.all) answers.add(await this.workOnce(application));
    })();
    return async () => {
      stopped = true;
      await loop;
      return answers;
    };
  }

  /** A pair read between two writes is read again, as a retry does. */
  private async workOnce({ key }: Application): Promise<string> {
    const first = await this.tryKey(await key());
    return first === 'allowed' ? first : this.tryKey(await key());
  }

  private async tryKey(credentials: KeyPair): Promise<string> {
    const s3 = new S3Client({ endpoint: this.account.endpoint, region, credentials, forcePathStyle: true });
    const answer = await s3.send(new ListBucketsCommand({})).then(
      () => 'allowed',
      (error: Error) => error.name,
    );
    s3.destroy();
    return answer;
  }
}

async function makeFunction(account: Account, lambda: LambdaClient, name: string, leaked: KeyPair): Promise<void> {
  const trust = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  });
  const { Role } = await account.responder.iam.send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }),
  );
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Role: Role!.Arn!,
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      // The end record of an archive that holds nothing.
      Code: { ZipFile: Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)]) },
      Environment: {
        Variables: {
          ACCESS_KEY_ID: leaked.accessKeyId,
          SECRET_ACCESS_KEY: leaked.secretAccessKey,
          PASSWORD: others.password,
        },
      },
    }),
  );
}
