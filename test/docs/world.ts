import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { AttachRolePolicyCommand, CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateFunctionCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, DeleteSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Incident } from '../../src/scenario/index.js';
import { runCli } from '../cli/run-cli.js';
import { Account, type Credentials } from '../contain/account.js';
import { configOf, trusting } from '../services/credentials.js';
import { onPath } from '../services/tools.js';
import { motoFront } from '../stores/athena/moto-front.js';
import { dashboardsStandIn } from './dashboards-stand-in.js';
import { writeTrail } from './trail.js';

const hub = '123456789012';
const region = 'us-east-1';
const testing = { accessKeyId: 'testing', secretAccessKey: 'testing' };
// An archive with nothing in it: its end of the central directory.
const emptyZip = Buffer.from(`504b0506${'00'.repeat(18)}`, 'hex');

/** Where the pages' commands run: an organization whose key leaked, its logs in a bucket and in a DuckDB file. */
export interface World {
  incident: Incident;
  account: Account;
  /** Whose the leaked key is, with its secret. */
  leaked: Credentials;
  responder: Credentials;
  /** A temporary key that was issued from it. */
  temporaryKey: string;
  memberId: string;
  /**
   * AWS with what moto's Athena lacks, and with nothing enforced: where it is, moto takes no signature of a listing that
   * goes folder by folder. The bucket of the trail is here, too.
   */
  athena: Awaited<ReturnType<typeof motoFront>>;
  dashboards: Awaited<ReturnType<typeof dashboardsStandIn>>;
  /** Gives a page a folder of its own, and the environment of its commands. */
  folderFor(page: string): Promise<{ folder: string; env: Record<string, string> }>;
  stop(): Promise<void>;
}

async function fill(s3: S3Client, folder: string, buckets: readonly string[]): Promise<void> {
  for (const Bucket of buckets) await s3.send(new CreateBucketCommand({ Bucket }));
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    await s3.send(
      new PutObjectCommand({ Bucket: buckets[0]!, Key: relative(folder, file), Body: await readFile(file) }),
    );
  }
}

/** What the incident's plan is about, and what the pages name beside it. */
async function furnish(account: Account, incident: Incident, responder: Credentials): Promise<void> {
  const { iam } = account.responder;
  const ci = `arn:aws:iam::${hub}:user/${incident.userName}`;
  for (const RoleName of ['deploy-pipeline', 'deploy'])
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trusting({ AWS: ci }) }));
  const { lambda, logs } = account.responder.in(region);
  for (const FunctionName of ['order-intake', 'orders'])
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Role: `arn:aws:iam::${hub}:role/deploy-pipeline`,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: emptyZip },
      }),
    );
  await logs.send(new CreateLogGroupCommand({ logGroupName: 'CloudTrail/logs' }));
  const settings = configOf(account.endpoint, responder);
  await new SNSClient(settings).send(new CreateTopicCommand({ Name: 'incident' }));

  const RoleName = 'keytrail-responder';
  const AssumeRolePolicyDocument = trusting({ AWS: `arn:aws:iam::${hub}:user/docs-responder` });
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  const member = (await account.inMember()).clients;
  // Where the intruder went from the first account.
  await member.iam.send(
    new CreateRoleCommand({
      RoleName: 'platform-operations',
      AssumeRolePolicyDocument: trusting({ AWS: `arn:aws:iam::${hub}:root` }),
    }),
  );
  for (const there of [account.responder, member]) {
    await there.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    await there.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  }
}

const keyPair = ({ accessKeyId, secretAccessKey }: Credentials) => JSON.stringify({ accessKeyId, secretAccessKey });
const profile = (name: string, { accessKeyId, secretAccessKey }: Credentials) =>
  `[${name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;

/** Programs that pages call by name: this build, and npm as in a checkout, whatever the folder. */
async function programs(folder: string): Promise<string> {
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  const write = (name: string, line: string) => writeFile(join(bin, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  await write('keytrail', `exec '${process.execPath}' '${resolve('dist/cli/main.js')}' "$@"`);
  await write('npm', `exec '${onPath('npm')}' --prefix '${process.cwd()}' "$@"`);
  return bin;
}

const record = {
  eventVersion: '1.09',
  eventID: 'e7a5d2f0-0000-4000-8000-000000000001',
  eventTime: '2026-03-02T08:00:00Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'ListBuckets',
  recipientAccountId: hub,
};

/** Files that a reader has, and the pages speak of. */
async function handOver(folder: string, leaked: Credentials): Promise<void> {
  for (const name of ['lookup-output', 'ingest/jobs']) await mkdir(join(folder, name), { recursive: true });
  const events = { Events: [{ CloudTrailEvent: JSON.stringify(record) }] };
  await writeFile(join(folder, 'lookup-output/events.json'), JSON.stringify(events));
  await writeFile(join(folder, 'case.yaml'), `key: [${leaked.accessKeyId}]\n`);
  const job = 'source: s3://my-trail-bucket\nfrom: 7d\nstore: duckdb:incident.duckdb\n';
  await writeFile(join(folder, 'ingest/jobs/nightly.yaml'), job);
}

/** `aws`: an endpoint where nothing is enforced, for Athena. */
export async function startWorld(aws: string): Promise<World> {
  const account = await Account.start({ members: 1 });
  const memberId = account.memberIds[0]!;
  const responder = await account.addUser('docs-responder', ['*']);
  const leaked = await account.addUser('ci-deploy', ['s3:*']);
  const trail = join(account.directory, 'bucket-copy');
  const incident = await writeTrail(trail, ({ keyId, accountId, createdUserAccountId }) => ({
    [keyId]: leaked.accessKeyId,
    [accountId]: hub,
    [createdUserAccountId]: memberId,
  }));
  await furnish(account, incident, responder);
  const athena = await motoFront(aws);
  const dashboards = await dashboardsStandIn();
  const buckets = ['my-trail-bucket', 'my-results'];
  const enforced = new S3Client({ ...configOf(account.endpoint, responder), forcePathStyle: true });
  await fill(enforced, trail, buckets);
  await enforced.send(new CreateBucketCommand({ Bucket: 'my-evidence-bucket', ObjectLockEnabledForBucket: true }));
  const open = configOf(aws, testing);
  await fill(new S3Client({ ...open, forcePathStyle: true }), trail, buckets);
  await new SQSClient(open).send(new CreateQueueCommand({ QueueName: 'trail-notifications' }));

  const store = join(account.directory, 'incident.duckdb');
  const { code, stderr } = await runCli(['ingest', trail, '--store', `duckdb:${store}`]);
  if (code !== 0) throw new Error(`the logs of the pages can't be ingested: ${stderr}`);
  const bin = await programs(account.directory);
  const secrets = new SecretsManagerClient({ ...configOf(account.endpoint, responder), region: 'eu-west-1' });
  await secrets.send(new CreateSecretCommand({ Name: 'app/aws', SecretString: keyPair(leaked) }));

  return {
    incident,
    account,
    leaked,
    responder,
    temporaryKey: incident.consoleKeyId,
    memberId,
    athena,
    dashboards,
    async folderFor(page) {
      const folder = join(account.directory, page.replaceAll('/', '-'));
      await mkdir(join(folder, '.aws'), { recursive: true });
      await copyFile(store, join(folder, 'incident.duckdb'));
      const profiles = ['default', 'security', 'audit', 'management', 'ir'].map((name) => profile(name, responder));
      await writeFile(join(folder, '.aws/credentials'), profiles.join(''));
      await writeFile(join(folder, 'application-credentials'), profile('app', leaked), { mode: 0o600 });
      await handOver(folder, leaked);
      // A new one: of a page before, it has the versions of a rotation and of its undo.
      await secrets.send(new DeleteSecretCommand({ SecretId: 'app/aws', ForceDeleteWithoutRecovery: true }));
      await secrets.send(new CreateSecretCommand({ Name: 'app/aws', SecretString: keyPair(leaked) }));
      const env = {
        PATH: `${bin}:${process.env.PATH}`,
        HOME: folder,
        AWS_REGION: region,
        AWS_ENDPOINT_URL: account.endpoint,
        AWS_EC2_METADATA_DISABLED: 'true',
        npm_config_cache: join(account.directory, 'npm-cache'),
        npm_config_update_notifier: 'false',
        // A signal that npm passes on reaches the program: this shell becomes it, where others stand before it.
        npm_config_script_shell: 'bash',
      };
      return { folder, env };
    },
    async stop() {
      await athena.close();
      await dashboards.close();
      await account.stop();
    },
  };
}
