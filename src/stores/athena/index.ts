import type { Engine } from '../store.js';
import { type AwsSettings, openClient } from './client.js';
import { type AskOptions, AthenaEngine } from './engine.js';
import { parseLocation } from './location.js';

export interface AthenaOptions extends AwsSettings, AskOptions {}

/**
 * Opens `athena:WORKGROUP/DATABASE`, without the `athena:`. The database has the tables `cloudtrail_logs` and
 * `vpc_flow_logs`; the workgroup says where results go. Loads the SDK, and sends nothing yet. Throws `usage`.
 */
export async function openAthena(
  rest: string,
  { signal, reuseMinutes, onScan, ...aws }: AthenaOptions = {},
): Promise<Engine> {
  const location = parseLocation(rest);
  const sdk = await import('@aws-sdk/client-athena');
  const asking: AskOptions = {
    ...(signal === undefined ? {} : { signal }),
    ...(reuseMinutes === undefined ? {} : { reuseMinutes }),
    ...(onScan === undefined ? {} : { onScan }),
  };
  return new AthenaEngine(sdk, await openClient(sdk, aws), location, asking);
}
