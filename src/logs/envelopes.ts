import type { LogName } from '../model/event.js';
import { parseObject } from './json-object.js';
import { jsonRecords } from './json-records.js';
import { lines } from './lines.js';
import { peek } from './peek.js';
import { maxRecordBytes, type Span } from './span.js';

/**
 * What records may be wrapped in besides the files that AWS delivers.
 * - `lookup-events`: what `aws cloudtrail lookup-events --output json` prints.
 * - `cloudwatch`: messages of a CloudWatch Logs subscription, one or several, as Firehose writes them to S3.
 * - `firehose`: records that follow one another without anything between (or with blanks); a flow row as
 *   `{"message":"…"}`.
 * - `lines`: a record a line.
 */
export const envelopeNames = ['lookup-events', 'cloudwatch', 'firehose', 'lines'] as const;
export type Envelope = (typeof envelopeNames)[number];

/** The envelopes in which each log is read. */
export const envelopesOf: Readonly<Record<LogName, readonly Envelope[]>> = {
  cloudtrail: envelopeNames,
  vpcflow: ['cloudwatch', 'firehose', 'lines'],
  config: [],
  guardduty: ['lines'],
};

/** What a parser may be told besides the object. */
export interface ParseOptions {
  /** One of `envelopesOf` the log. Absent: as AWS delivers it, or what the object's beginning shows for certain. */
  envelope?: Envelope;
  /** Called for each piece that is no record and no loss, such as a control message; the text names its kind. */
  onSkipped?: (what: string) => void;
  /** Which records to read, by their bytes; those it refuses are passed over, their positions left free. */
  keep?: (span: Span) => boolean;
}

/** First members that no file of the log's own layout begins with, and what does. */
const certain: Readonly<Partial<Record<LogName, Readonly<Record<string, Envelope>>>>> = {
  cloudtrail: {
    Events: 'lookup-events',
    messageType: 'cloudwatch',
    // A bare record; `firehose` reads them with line ends between as well.
    eventVersion: 'firehose',
    eventTime: 'firehose',
    eventID: 'firehose',
    userIdentity: 'firehose',
  },
  vpcflow: { messageType: 'cloudwatch', message: 'firehose' },
};

const firstMember = /^(?:\xef\xbb\xbf)?[ \t\r\n]*\{[ \t\r\n]*"([A-Za-z]{1,32})"[ \t\r\n]*:/;
const headBytes = 1024;

/** The envelope that the object's first member shows, or null: none, or nothing certain. `bytes` replaces the argument. */
export async function detectEnvelope(
  log: LogName,
  bytes: AsyncIterable<Buffer>,
): Promise<{ envelope: Envelope | null; bytes: AsyncIterable<Buffer> }> {
  const { head, all } = await peek(bytes, headBytes);
  const [, name = ''] = firstMember.exec(head.toString('latin1')) ?? [];
  const names = certain[log] ?? {};
  return { envelope: Object.hasOwn(names, name) ? names[name]! : null, bytes: all };
}

/**
 * The records inside an envelope, as spans. What is in the envelope and holds no record is a span with a fault.
 * A record's nesting is checked by `firehose` only.
 * @throws KeytrailError `bad_object` after everything readable: the object is cut off or no such envelope.
 */
export async function* unwrap(
  envelope: Envelope,
  log: LogName,
  bytes: AsyncIterable<Buffer>,
  onSkipped: (what: string) => void = () => undefined,
): AsyncIterable<Span[]> {
  switch (envelope) {
    case 'lines':
      yield* lines(bytes, maxRecordBytes);
      return;
    case 'firehose':
      for await (const spans of jsonRecords(bytes, null))
        yield log === 'vpcflow' ? spans.map((span) => inside(span, 'message')) : spans;
      return;
    case 'lookup-events':
      for await (const spans of jsonRecords(bytes, 'Events'))
        yield spans.map((span) => inside(span, 'CloudTrailEvent'));
      return;
    case 'cloudwatch':
      for await (const spans of jsonRecords(bytes, 'logEvents'))
        yield spans
          .map((span) => inside(span, 'message'))
          .filter((span) => {
            if (!isControl(span)) return true;
            onSkipped('CloudWatch Logs control message');
            return false;
          });
  }
}

/** The text in a member of a span's JSON object. */
function inside(span: Span, name: string): Span {
  if (span.fault !== null) return span;
  const outer = parseObject(span.raw.toString('utf8'));
  if (typeof outer === 'string') return { raw: span.raw, fault: outer };
  const text = outer[name];
  if (typeof text !== 'string') return { raw: span.raw, fault: `${name} is missing or no text` };
  return { raw: Buffer.from(text), fault: null };
}

/**
 * What CloudWatch Logs sends to see whether the destination is there, in a message of type CONTROL_MESSAGE. The type
 * may stand behind the events, so the text tells: no record of any log begins like this.
 * Source: "Real-time processing of log data with subscriptions".
 */
function isControl({ raw, fault }: Span): boolean {
  return fault === null && raw.subarray(0, controlText.length).equals(controlText);
}

const controlText = Buffer.from('CWL CONTROL MESSAGE');
