import type { AthenaClient, CreateWorkGroupCommandInput } from '@aws-sdk/client-athena';
import { KeytrailError } from '../../errors.js';
import type { Sdk } from './client.js';
import type { Location } from './location.js';

export interface WorkGroupSettings {
  /** `s3://bucket/prefix/`; needed where the workgroup is to be made. */
  results?: string;
  /** A query that would scan more is ended by Athena, which takes 10 MB at least; null: none is. */
  maxScanBytes: number | null;
}

/** The workgroup as keytrail makes it. Source: Athena API reference, CreateWorkGroup. */
export const workGroupRequest = (
  { workGroup }: Location,
  { results, maxScanBytes }: WorkGroupSettings,
): CreateWorkGroupCommandInput => ({
  Name: workGroup,
  Description: 'Questions of keytrail',
  Configuration: {
    ResultConfiguration: { OutputLocation: results },
    EnforceWorkGroupConfiguration: true,
    PublishCloudWatchMetricsEnabled: true,
    ...(maxScanBytes === null ? {} : { BytesScannedCutoffPerQuery: maxScanBytes }),
    // What AUTO chooses is version 3, or a later one.
    EngineVersion: { SelectedEngineVersion: 'AUTO' },
  },
});

const limitText = (bytes: number | null | undefined): string =>
  bytes === null || bytes === undefined
    ? 'NO LIMIT of what a query scans'
    : `a query scans ${bytes / 1e9} GB at the most`;

/** Makes the workgroup where it is absent; one that is there is told of and left alone. Throws `usage`. */
export async function putWorkGroup(
  sdk: Sdk,
  client: AthenaClient,
  location: Location,
  settings: WorkGroupSettings,
): Promise<string> {
  const { workGroup } = location;
  const found = await client.send(new sdk.GetWorkGroupCommand({ WorkGroup: workGroup })).catch((error: unknown) => {
    if ((error as Error).name === 'InvalidRequestException' && /not found/i.test((error as Error).message)) return null;
    throw error;
  });
  const configuration = found?.WorkGroup?.Configuration;
  if (found?.WorkGroup) {
    const results = configuration?.ResultConfiguration?.OutputLocation;
    const limit = configuration?.BytesScannedCutoffPerQuery;
    const managed = configuration?.ManagedQueryResultsConfiguration?.Enabled;
    return [
      `workgroup ${workGroup}: kept as it is`,
      results
        ? `results go to ${results}`
        : managed
          ? 'Athena keeps the results'
          : 'IT HAS NO PLACE FOR RESULTS, set one',
      limitText(limit),
    ].join('; ');
  }
  if (settings.results === undefined)
    throw new KeytrailError(
      'usage',
      `there is no workgroup ${workGroup}, and none can be made without a place for results`,
      {
        hint: 'Give --results s3://BUCKET/PREFIX, or name a workgroup that exists, such as primary.',
      },
    );
  await client.send(new sdk.CreateWorkGroupCommand(workGroupRequest(location, settings)));
  return `workgroup ${workGroup}: created; results go to ${settings.results}; ${limitText(settings.maxScanBytes)}`;
}
