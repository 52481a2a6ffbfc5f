/**
 * node bench/floor.mjs cloudtrail|vpcflow LIST: what plain code in one thread takes to gunzip files, parse their records,
 * map them to ECS and write them as JSON. LIST is a file that names the files, one a line. Nothing is sent anywhere.
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { gunzipSync } from 'node:zlib';

const [log, list] = process.argv.slice(2);

const ip = (address) => (address !== undefined && isIP(address) ? address : undefined);
const text = (value) => (value ? JSON.stringify(value) : undefined);

function ofCloudTrail(record) {
  const { userIdentity: who = {}, resources, tlsDetails: tls } = record;
  const session = who.sessionContext ?? {};
  return {
    '@timestamp': record.eventTime,
    event: {
      provider: record.eventSource,
      action: record.eventName,
      id: record.eventID,
      outcome: record.errorCode ? 'failure' : 'success',
    },
    cloud: { region: record.awsRegion, account: { id: record.recipientAccountId } },
    source: { address: record.sourceIPAddress, ip: ip(record.sourceIPAddress) },
    user: { id: who.principalId, name: who.userName },
    user_agent: { original: record.userAgent },
    tls: tls && { version: tls.tlsVersion, cipher: tls.cipherSuite },
    aws: {
      cloudtrail: {
        event_version: record.eventVersion,
        event_type: record.eventType,
        event_category: record.eventCategory,
        read_only: record.readOnly,
        management_event: record.managementEvent,
        request_id: record.requestID,
        error_code: record.errorCode,
        error_message: record.errorMessage,
        user_identity: {
          type: who.type,
          arn: who.arn,
          access_key_id: who.accessKeyId,
          account_id: who.accountId,
          session_context: session.sessionIssuer && {
            creation_date: session.attributes?.creationDate,
            mfa_authenticated: session.attributes?.mfaAuthenticated,
            session_issuer: session.sessionIssuer,
          },
        },
        resources,
        request_parameters: text(record.requestParameters),
        response_elements: text(record.responseElements),
        additional_eventdata: text(record.additionalEventData),
        flattened: {
          request_parameters: record.requestParameters ?? undefined,
          response_elements: record.responseElements ?? undefined,
        },
      },
    },
  };
}

const number = (token) => (token === '-' ? undefined : Number(token));
const word = (token) => (token === '-' ? undefined : token);

function ofFlow(names, line) {
  const tokens = line.split(' ');
  const row = {};
  for (let at = 0; at < names.length; at++) row[names[at]] = tokens[at];
  return {
    '@timestamp': new Date(Number(row.start) * 1000).toISOString(),
    event: { start: number(row.start), end: number(row.end) },
    source: { address: word(row.srcaddr), ip: ip(row.srcaddr), port: number(row.srcport) },
    destination: { address: word(row.dstaddr), ip: ip(row.dstaddr), port: number(row.dstport) },
    network: { iana_number: number(row.protocol), packets: number(row.packets), bytes: number(row.bytes) },
    cloud: { account: { id: word(row['account-id']) } },
    aws: {
      vpcflow: {
        interface_id: word(row['interface-id']),
        action: word(row.action),
        log_status: word(row['log-status']),
        vpc_id: word(row['vpc-id']),
        subnet_id: word(row['subnet-id']),
        instance_id: word(row['instance-id']),
        tcp_flags: number(row['tcp-flags']),
        flow_direction: word(row['flow-direction']),
        pkt_srcaddr: word(row['pkt-srcaddr']),
        pkt_dstaddr: word(row['pkt-dstaddr']),
      },
    },
  };
}

let records = 0;
let bytes = 0;
const write = (document) => {
  records++;
  bytes += JSON.stringify(document).length;
};
for (const file of readFileSync(list, 'utf8').trim().split('\n')) {
  const content = gunzipSync(readFileSync(file)).toString('utf8');
  if (log === 'cloudtrail') for (const record of JSON.parse(content).Records) write(ofCloudTrail(record));
  else {
    const [header, ...lines] = content.trimEnd().split('\n');
    const names = header.split(' ');
    for (const line of lines) write(ofFlow(names, line));
  }
}
console.log(JSON.stringify({ records, bytes }));
