import type { PolicyDocument, Statement } from '../contain/responder/statement.js';
import { KeytrailError } from '../errors.js';
import { type Choices, Places } from './choices.js';
import { hardening } from './hardening.js';

const allow = (
  Sid: string,
  actions: readonly string[],
  Resource: readonly string[],
  Condition?: Statement['Condition'],
): Statement => ({
  Sid,
  Effect: 'Allow',
  Action: [...actions].sort(),
  Resource: [...Resource],
  ...(Condition === undefined ? {} : { Condition }),
});

/** Use of the key by services that encrypt what is read or written, where the choices name one. */
function withKey(places: Places, services: readonly string[], actions: readonly string[]): Statement[] {
  if (places.kmsKey === undefined) return [];
  const via = services.map((service) => places.via(service));
  return [allow('Key', actions, [places.kmsKey], { StringEquals: { 'kms:ViaService': via } })];
}

/** S3 tells a deleted object from one that is denied only to who may list. */
const logs = (places: Places, ...more: string[]): Statement[] => [
  allow('ListLogs', ['s3:ListBucket'], [places.bucket('bucket')]),
  allow('ReadLogs', ['s3:GetObject', ...more], [`${places.bucket('bucket')}/*`]),
];

/** Athena reads the logs and writes results with the rights of who asks. */
const athenaData = (places: Places): Statement[] => [
  allow('ResultsBucket', ['s3:GetBucketLocation', 's3:ListBucket'], [places.bucket('results')]),
  allow(
    'Results',
    ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
    [`${places.bucket('results')}/*`],
  ),
  ...withKey(places, ['s3'], ['kms:Decrypt', 'kms:GenerateDataKey']),
];

const athenaCatalog = (places: Places): string => places.regional('athena', 'datacatalog/AwsDataCatalog');
const workgroup = (places: Places): string => places.regional('athena', 'workgroup/', 'workgroup');

interface Command {
  /** What it is for, in a line. */
  purpose: string;
  statements(places: Places): Statement[];
}

/** Each command that asks AWS for anything but who calls, which needs no permission. */
const commands = {
  ingest: {
    purpose: 'ingest, coverage of a source, investigate --from s3://…: list and read logs',
    statements: (places) => [...logs(places), ...withKey(places, ['s3'], ['kms:Decrypt'])],
  },
  'ingest-queue': {
    purpose: 'ingest --queue: the same by notifications',
    statements: (places) => [
      ...logs(places, 's3:GetObjectVersion'),
      allow(
        'Queue',
        ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
        [places.regional('sqs', '', 'queue')],
      ),
      ...withKey(places, ['s3', 'sqs'], ['kms:Decrypt']),
    ],
  },
  validate: {
    purpose: 'validate, coverage of a source with digests: logs, digests, and the keys that CloudTrail signs with',
    statements: (places) => [
      ...logs(places),
      allow('PublicKeys', ['cloudtrail:ListPublicKeys'], ['*']),
      ...withKey(places, ['s3'], ['kms:Decrypt']),
    ],
  },
  'query-athena': {
    purpose: 'query, watch and investigate with --store athena:…',
    statements: (places) => [
      allow(
        'Ask',
        [
          'athena:GetQueryExecution',
          'athena:GetQueryResults',
          'athena:StartQueryExecution',
          'athena:StopQueryExecution',
        ],
        [workgroup(places)],
      ),
      allow('Tables', ['athena:GetTableMetadata', 'athena:ListTableMetadata'], [athenaCatalog(places)]),
      allow('Catalog', ['glue:GetDatabase', 'glue:GetPartitions', 'glue:GetTable', 'glue:GetTables'], places.catalog()),
      allow('Logs', ['s3:GetBucketLocation', 's3:ListBucket'], [places.bucket('bucket')]),
      allow('ReadLogs', ['s3:GetObject'], [`${places.bucket('bucket')}/*`]),
      ...athenaData(places),
    ],
  },
  'setup-athena': {
    purpose: 'setup athena: survey the logs, make workgroup, tables, views and saved queries',
    statements: (places) => [
      ...logs(places),
      allow(
        'Workgroup',
        [
          'athena:BatchGetNamedQuery',
          'athena:BatchGetPreparedStatement',
          'athena:CreateNamedQuery',
          'athena:CreatePreparedStatement',
          'athena:CreateWorkGroup',
          'athena:GetQueryExecution',
          'athena:GetWorkGroup',
          'athena:ListNamedQueries',
          'athena:StartQueryExecution',
          'athena:UpdateNamedQuery',
          'athena:UpdatePreparedStatement',
        ],
        [workgroup(places)],
      ),
      allow(
        'Tables',
        ['athena:GetDatabase', 'athena:GetTableMetadata', 'athena:ListTableMetadata'],
        [athenaCatalog(places)],
      ),
      allow(
        'Catalog',
        [
          'glue:CreateDatabase',
          'glue:CreateTable',
          'glue:DeleteTable',
          'glue:GetDatabase',
          'glue:GetDatabases',
          'glue:GetTable',
          'glue:GetTables',
          'glue:UpdateTable',
        ],
        places.catalog(),
      ),
      ...athenaData(places),
    ],
  },
  watch: {
    purpose: 'watch --notify sns:…: tell a topic',
    statements: (places) => [
      allow('Notify', ['sns:Publish'], [places.regional('sns', '', 'topic')]),
      ...withKey(places, ['sns'], ['kms:Decrypt', 'kms:GenerateDataKey']),
    ],
  },
  harden: {
    purpose: 'harden: read how the account is set up',
    statements: () => [allow('ReadAccount', hardening, ['*'])],
  },
  'opensearch-domain': {
    purpose: 'a store that is an Amazon OpenSearch Service domain, signed with SigV4; its roles limit it further',
    statements: (places) => [
      allow(
        'Domain',
        ['es:ESHttpGet', 'es:ESHttpPost', 'es:ESHttpPut'],
        [places.regional('es', 'domain/', 'domain', '/*')],
      ),
    ],
  },
  'opensearch-serverless': {
    purpose: 'a store that is an OpenSearch Serverless collection; its data access policy limits it further',
    statements: (places) => [
      allow('Collection', ['aoss:APIAccessAll'], [places.regional('aoss', 'collection/', 'collection')]),
    ],
  },
  secret: {
    purpose: 'KEYTRAIL_OPENSEARCH_SECRET and the like: read user and password from Secrets Manager',
    statements: (places) => [
      // Secrets Manager puts six characters behind a secret's name.
      allow(
        'Secret',
        ['secretsmanager:GetSecretValue'],
        [places.regional('secretsmanager', 'secret:', 'secret', '-??????')],
      ),
      ...withKey(places, ['secretsmanager'], ['kms:Decrypt']),
    ],
  },
  doctor: {
    purpose: 'doctor --source --queue: look without changing anything',
    statements: (places) => [
      ...logs(places),
      allow('Notifications', ['s3:GetBucketNotification'], [places.bucket('bucket')]),
      allow('Queue', ['sqs:GetQueueAttributes'], [places.regional('sqs', '', 'queue')]),
      allow('AgeOfMessages', ['cloudwatch:GetMetricData'], ['*']),
      ...withKey(places, ['s3'], ['kms:Decrypt']),
    ],
  },
} satisfies Record<string, Command>;

export type PolicyName = keyof typeof commands;
export const policyNames = Object.keys(commands) as PolicyName[];

export const purposeOf = (name: PolicyName): string => commands[name].purpose;

export interface CommandPolicy {
  document: PolicyDocument;
  /** Words in it that stand for what was not chosen. */
  missing: string[];
}

/** The policy of a command, and no more than it asks for. Throws `bad_parameter` for choices that name nothing. */
export function commandPolicy(name: PolicyName, choices: Choices = {}): CommandPolicy {
  const places = new Places(choices);
  const Statement = (commands[name] as Command).statements(places);
  return { document: { Version: '2012-10-17', Statement }, missing: [...places.missing].sort() };
}

/** Throws `bad_parameter` for what is no command. */
export function policyOf(name: string): PolicyName {
  const found = policyNames.find((known) => known === name);
  if (found !== undefined) return found;
  throw new KeytrailError('bad_parameter', `there is no policy ${JSON.stringify(name.slice(0, 64))}`, {
    hint: `Name one of ${policyNames.join(', ')}.`,
  });
}

/** What the generated files name, for people to replace. */
const generatedKey = 'arn:aws:kms:us-east-1:111122223333:key/KMSKEY';

/** The text of ingest/deploy/iam/<name>.json. */
export const generatePolicy = (name: PolicyName): string =>
  `${JSON.stringify(commandPolicy(name, { kmsKey: generatedKey }).document, null, 2).replaceAll(generatedKey, 'arn:aws:kms:REGION:ACCOUNT:key/KMSKEY')}\n`;
