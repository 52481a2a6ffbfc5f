import { rowOrder } from '../model/cell.js';
import type { ParameterValue, Row } from '../model/question.js';
import type { FlowRow } from './flow-row.js';
import { Groups } from './groups.js';
import { timeText } from './identifiers.js';
import type { CloudTrailRecord } from './record.js';
import type { PlannedEvent } from './story.js';

/** A run of a question over everything that was generated, and the rows that it must give. */
export interface ExpectedAnswer {
  params: Record<string, ParameterValue>;
  keyIds: string[];
  rows: Row[];
}

/** A limit that cuts nothing. */
export const noCut = 100_000;
const refusals: ReadonlySet<string | undefined> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'Client.UnauthorizedOperation',
  'UnauthorizedOperation',
  'VpceAccessDenied',
]);
const burst = { least: 10, seconds: 600 };
/** The default of internet-accepted's `ports`. */
const sensitivePorts: readonly number[] = [
  22, 23, 135, 139, 445, 1433, 1521, 2375, 2379, 3306, 3389, 5432, 5601, 5900, 5985, 5986, 6379, 6443, 9200, 10250,
  11211, 27017,
];
/** What stands for the internet here: the ranges that are set aside for documentation. */
const publicRanges = ['192.0.2.', '198.51.100.', '203.0.113.', '2001:db8:'];

const text = (value: string | undefined): string | null => value || null;

const clientOf = (record: CloudTrailRecord) => ({
  source_ip: record.sourceIPAddress,
  user_agent: record.userAgent,
});

/** The answers for one set of keys. */
class KeyAnswers {
  readonly #keyIds: ReadonlySet<string>;
  readonly #owners = new Groups();
  readonly #clients = new Groups();
  readonly #resources = new Groups();
  readonly #refused = new Groups();

  constructor(readonly keyIds: string[]) {
    this.#keyIds = new Set(keyIds);
  }

  has(record: CloudTrailRecord): boolean {
    return this.#keyIds.has(record.userIdentity.accessKeyId ?? '');
  }

  add({ record, time, arns }: PlannedEvent): void {
    const { userIdentity: caller } = record;
    const key = { access_key_id: text(caller.accessKeyId) };
    const failed = record.errorCode !== undefined;
    this.#owners.add(
      {
        ...key,
        account_id: text(caller.accountId),
        principal_type: caller.type,
        principal_id: text(caller.principalId),
        arn: text(caller.arn),
        user_name: text(caller.userName),
        issuer_arn: text(caller.sessionContext?.sessionIssuer?.arn),
      },
      time,
    );
    this.#clients.add({ ...key, ...clientOf(record), vpc_endpoint_id: text(record.vpcEndpointId) }, time, { failed });
    for (const arn of arns)
      this.#resources.add({ arn, event_source: record.eventSource, event_name: record.eventName }, time, { failed });
    if (refusals.has(record.errorCode))
      this.#refused.add({ window_start: timeText(time - (time % burst.seconds)), ...key, arn: text(caller.arn) }, time);
  }

  answers(): Record<string, Row[]> {
    return {
      'key-owner': this.#owners.rows(
        ['-events', 'access_key_id', 'arn', 'principal_id', 'account_id', 'principal_type', 'user_name', 'issuer_arn'],
        ({ count }) => ({ events: count }),
      ),
      'key-clients': this.#clients.rows(
        ['-events', 'access_key_id', 'source_ip', 'user_agent', 'vpc_endpoint_id'],
        ({ count, failed }) => ({
          events: count,
          failed,
        }),
      ),
      'resources-touched': this.#resources.rows(['arn', 'event_source', 'event_name'], ({ count, failed }) => ({
        events: count,
        failed,
      })),
      'denied-burst': this.#refused.rows(
        ['window_start', 'access_key_id', 'arn'],
        ({ count }) => ({ refused: count }),
        burst.least,
      ),
    };
  }
}

/** Keeps the answers while events and rows are made; knows nothing of any query language. */
export class AnswerBook {
  readonly #leaked: KeyAnswers;
  readonly #closure: KeyAnswers;
  readonly #timeline: Row[] = [];
  readonly #children: Row[] = [];
  readonly #signIns: Row[] = [];
  readonly #accepted = new Groups();

  constructor(
    leakedKeyId: string,
    closureKeyIds: string[],
    readonly createdUser: string,
  ) {
    this.#leaked = new KeyAnswers([leakedKeyId]);
    this.#closure = new KeyAnswers(closureKeyIds);
  }

  event(event: PlannedEvent): void {
    const { record } = event;
    if (record.eventName === 'ConsoleLogin') this.#signIn(record);
    if (this.#closure.has(record)) this.#closure.add(event);
    if (!this.#leaked.has(record)) return;
    this.#leaked.add(event);
    this.#timeline.push({
      event_time: record.eventTime,
      event_id: record.eventID,
      access_key_id: text(record.userIdentity.accessKeyId),
      account_id: record.recipientAccountId,
      region: record.awsRegion,
      event_source: record.eventSource,
      event_name: record.eventName,
      ...clientOf(record),
      error_code: text(record.errorCode),
      error_message: text(record.errorMessage),
    });
    this.#issue(record);
  }

  #issue(record: CloudTrailRecord): void {
    const answer = record.responseElements as {
      credentials?: { accessKeyId: string; expiration: string };
      assumedRoleUser?: { arn: string };
      federatedUser?: { arn: string };
    } | null;
    if (record.eventSource !== 'sts.amazonaws.com' || !answer?.credentials) return;
    this.#children.push({
      issued_key_id: answer.credentials.accessKeyId,
      parent_key_id: text(record.userIdentity.accessKeyId),
      event_time: record.eventTime,
      event_id: record.eventID,
      event_name: record.eventName,
      issued_arn: answer.assumedRoleUser?.arn ?? answer.federatedUser?.arn ?? null,
      expiration: answer.credentials.expiration,
      account_id: record.recipientAccountId,
      source_ip: record.sourceIPAddress,
    });
  }

  #signIn(record: CloudTrailRecord): void {
    this.#signIns.push({
      event_time: record.eventTime,
      event_id: record.eventID,
      account_id: record.recipientAccountId,
      principal_type: record.userIdentity.type,
      user_name: text(record.userIdentity.userName),
      arn: text(record.userIdentity.arn),
      result: record.responseElements?.ConsoleLogin as string,
      mfa_used: record.additionalEventData?.MFAUsed as string,
      ...clientOf(record),
      error_message: text(record.errorMessage),
    });
  }

  flow({ traffic, at, start }: FlowRow): void {
    if (traffic?.action !== 'ACCEPT' || !sensitivePorts.includes(traffic.dstport)) return;
    const { srcaddr, dstaddr, dstport, protocol, packets, bytes } = traffic;
    if (!publicRanges.some((range) => srcaddr.startsWith(range))) return;
    this.#accepted.add({ srcaddr, dstaddr, dstport, protocol, interface_id: at.interfaceId }, start, {
      packets,
      bytes,
    });
  }

  /** By question id. Every run has a limit that cuts nothing. */
  questions(): Record<string, ExpectedAnswer[]> {
    const all: Record<string, ExpectedAnswer[]> = {};
    const expect = (id: string, keyIds: string[], rows: Row[], params: Record<string, ParameterValue> = {}) => {
      all[id] ??= [];
      all[id].push({ params: { ...params, limit: noCut }, keyIds, rows });
    };
    for (const { keyIds, ...keys } of [this.#leaked, this.#closure].map((set) => ({
      keyIds: set.keyIds,
      answers: set.answers(),
    })))
      for (const [id, rows] of Object.entries(keys.answers)) expect(id, keyIds, rows);
    const byTime = ['event_time', 'event_id', 'account_id'];
    expect('key-timeline', this.#leaked.keyIds, this.#timeline.sort(rowOrder(byTime)));
    expect(
      'sts-children',
      this.#leaked.keyIds,
      this.#children.sort(rowOrder(['event_time', 'issued_key_id', 'event_id', 'account_id'])),
    );
    const signIns = this.#signIns.sort(rowOrder(byTime));
    expect('console-logins', [], signIns);
    expect(
      'console-logins',
      [],
      signIns.filter((row) => row.user_name === this.createdUser),
      { user: this.createdUser },
    );
    const accepted = this.#accepted.rows(
      ['-bytes', 'srcaddr', 'dstaddr', 'dstport', 'protocol', 'interface_id'],
      ({ count, packets, bytes }) => ({
        flows: count,
        packets,
        bytes,
      }),
    );
    expect('internet-accepted', [], accepted);
    expect(
      'internet-accepted',
      [],
      accepted.filter((row) => row.dstport === 22),
      { ports: [22] },
    );
    return all;
  }
}
