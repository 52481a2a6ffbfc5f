import type { ParseOptions } from '../../src/logs/envelopes.js';
import { parsers } from '../../src/logs/parser.js';
import { isRejected, type LogEvent, type LogName, type Parsed, type Rejected } from '../../src/model/event.js';
import type { ObjectOrigin } from '../../src/model/object.js';

export interface Collected {
  parsed: Parsed[];
  events: LogEvent[];
  rejected: Rejected[];
  /** What ended the parse; null when nothing did. */
  error: unknown;
}

export function originOf(log: LogName, path = `AWSLogs/111122223333/${log}/x`): ObjectOrigin {
  return { log, account: '111122223333', region: 'us-east-1', day: '2024-08-01', path };
}

/** The event with its record read: whether that was skimmed before is nobody's business. */
function read(parsed: Parsed): Parsed {
  if (isRejected(parsed)) return parsed;
  const { id, time, record, bytes, position } = parsed;
  return { id, time, record, bytes, position };
}

export async function collect(
  bytes: AsyncIterable<Buffer>,
  origin: ObjectOrigin,
  options: ParseOptions = {},
): Promise<Collected> {
  const parsed: Parsed[] = [];
  let error: unknown = null;
  try {
    for await (const batch of parsers[origin.log].parse(bytes, origin, options)) parsed.push(...batch.map(read));
  } catch (thrown) {
    error = thrown;
  }
  return {
    parsed,
    events: parsed.filter((one) => !isRejected(one)) as LogEvent[],
    rejected: parsed.filter(isRejected),
    error,
  };
}
