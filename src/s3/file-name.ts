/** What the name of a log file says besides its folders. */
export interface FileName {
  /** The flow log that wrote it: `fl-0123456789abcdef0`. */
  flowLog: string | null;
  /** When CloudTrail delivered it, ISO 8601 UTC, to the minute. */
  delivered: string | null;
}

const cloudTrail = /_CloudTrail(?:-[A-Za-z]+)?_[a-z0-9-]+_(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})Z_/;
const flow = /_vpcflowlogs_[a-z0-9-]+_(fl-[0-9a-f]{8,32})_/;

/**
 * Reads the name of a log file; whatever it doesn't have is null. A flow file's time is not taken: it says when the
 * rows in it begin. Sources: "CloudTrail log file name format", "Flow log files".
 */
export function fileName(key: string): FileName {
  const name = key.slice(key.lastIndexOf('/') + 1);
  const [, year, month, day, hour, minute] = cloudTrail.exec(name) ?? [];
  const time = `${year}-${month}-${day}T${hour}:${minute}:00.000Z`;
  const real = year !== undefined && !Number.isNaN(Date.parse(time)) && new Date(time).toISOString() === time;
  return { flowLog: flow.exec(name)?.[1] ?? null, delivered: real ? time : null };
}
