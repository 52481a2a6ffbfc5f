/**
 * node bench/read.mjs cloudtrail|vpcflow FOLDER DATABASE: has DuckDB's own readers fill a table from the files below a
 * folder, its columns and types named, the free-form parts of a record as JSON. Prints the number of rows.
 */
import { DuckDBInstance } from '@duckdb/node-api';

const [log, folder, file] = process.argv.slice(2);

const issuer = 'STRUCT(type VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR, userName VARCHAR)';
const session = `STRUCT(sessionIssuer ${issuer}, attributes STRUCT(creationDate VARCHAR, mfaAuthenticated VARCHAR), ec2RoleDelivery VARCHAR, webIdFederationData STRUCT(federatedProvider VARCHAR))`;
const identity = `STRUCT(type VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR, accessKeyId VARCHAR, userName VARCHAR, invokedBy VARCHAR, sessionContext ${session})`;
const texts = [
  ...[
    'eventVersion',
    'eventTime',
    'eventSource',
    'eventName',
    'awsRegion',
    'sourceIPAddress',
    'userAgent',
    'errorCode',
  ],
  ...[
    'errorMessage',
    'requestID',
    'eventID',
    'readOnly',
    'eventType',
    'apiVersion',
    'managementEvent',
    'recipientAccountId',
  ],
  ...['sharedEventID', 'vpcEndpointId', 'eventCategory', 'sessionCredentialFromConsole'],
];
const json = ['requestParameters', 'responseElements', 'additionalEventData', 'serviceEventDetails'];
const record = [
  `userIdentity ${identity}`,
  ...texts.map((name) => `"${name}" VARCHAR`),
  ...json.map((name) => `"${name}" JSON`),
  'resources STRUCT(ARN VARCHAR, accountId VARCHAR, type VARCHAR)[]',
  'tlsDetails STRUCT(tlsVersion VARCHAR, cipherSuite VARCHAR, clientProvidedHostHeader VARCHAR)',
].join(', ');

const selects = {
  cloudtrail: `SELECT unnest(Records, max_depth := 2) FROM read_json('${folder}/AWSLogs/*/CloudTrail/**/*.json.gz',
    columns = {Records: 'STRUCT(${record})[]'}, maximum_object_size = 268435456)`,
  vpcflow: `SELECT * FROM read_csv('${folder}/AWSLogs/*/vpcflowlogs/**/*.log.gz',
    delim = ' ', header = true, nullstr = '-', union_by_name = true)`,
};

const connection = await (await DuckDBInstance.create(file, { threads: '2' })).connect();
await connection.run(`CREATE TABLE records AS ${selects[log]}`);
await connection.run('CHECKPOINT');
const [[count]] = await (await connection.runAndReadAll('SELECT count(*) FROM records')).getRows();
console.log(String(count));
connection.closeSync();
