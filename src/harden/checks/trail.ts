import {
  type EventSelector,
  GetEventSelectorsCommand,
  type GetEventSelectorsCommandOutput,
  GetTrailStatusCommand,
  type Trail,
} from '@aws-sdk/client-cloudtrail';
import type { Account } from '../account.js';
import type { AccountCheck, Found } from '../check.js';
import { awsCommand } from '../command.js';
import { read } from '../read.js';

const recordsAll = ({ ReadWriteType, IncludeManagementEvents }: EventSelector): boolean =>
  ReadWriteType === 'All' && IncludeManagementEvents === true;

/** Whether all management events are recorded, reads and writes. */
function recordsManagement({
  EventSelectors = [],
  AdvancedEventSelectors = [],
}: GetEventSelectorsCommandOutput): boolean {
  return (
    EventSelectors.some(recordsAll) ||
    AdvancedEventSelectors.some(({ FieldSelectors = [] }) => {
      const category = FieldSelectors.find(({ Field }) => Field === 'eventCategory');
      // Any other field leaves events out.
      return category?.Equals?.includes('Management') && FieldSelectors.length === 1;
    })
  );
}

/** What is wrong with a trail; the first is the gravest. */
async function faultsOf({ clients }: Account, trail: Trail): Promise<Found[]> {
  const region = trail.HomeRegion ?? clients.region;
  const name = trail.TrailARN ?? trail.Name ?? '';
  const { cloudTrail } = clients.in(region);
  const place = { resource: trail.Name ?? name, region };
  const { IsLogging } = await read('cloudtrail:GetTrailStatus', () =>
    cloudTrail.send(new GetTrailStatusCommand({ Name: name })),
  );
  const selectors = await read('cloudtrail:GetEventSelectors', () =>
    cloudTrail.send(new GetEventSelectorsCommand({ TrailName: name })),
  );
  const faults: Found[] = [];
  if (!IsLogging)
    faults.push({
      ...place,
      severity: 'high',
      finding: 'the multi-Region trail does not log',
      fix: awsCommand('cloudtrail start-logging', { name, region }),
    });
  if (!recordsManagement(selectors))
    faults.push({
      ...place,
      severity: 'high',
      finding: 'the multi-Region trail leaves management events out',
      fix: awsCommand('cloudtrail put-event-selectors', {
        'trail-name': name,
        'event-selectors': '[{"ReadWriteType":"All","IncludeManagementEvents":true}]',
        region,
      }),
    });
  if (!trail.LogFileValidationEnabled)
    faults.push({
      ...place,
      severity: 'medium',
      finding: 'the multi-Region trail signs no digests of its files',
      fix: awsCommand('cloudtrail update-trail', { name, 'enable-log-file-validation': true, region }),
    });
  return faults;
}

const graveIn = (faults: readonly Found[]): number => faults.filter(({ severity }) => severity === 'high').length;

export const trail: AccountCheck = {
  id: 'trail',
  title: 'A multi-Region trail that logs and is signed',
  scope: 'account',
  risk: 'What a leaked credential did can’t be told, or the record of it can be altered unnoticed.',
  async *run(account) {
    const trails = await account.trails();
    if (trails.length === 0)
      yield {
        severity: 'high',
        resource: account.accountId,
        finding: 'there is no multi-Region trail',
        fix: `${awsCommand('cloudtrail create-trail')} --name NAME --s3-bucket-name BUCKET --is-multi-region-trail --enable-log-file-validation && aws cloudtrail start-logging --name NAME`,
      };
    const faults: Found[][] = [];
    for (const one of trails) faults.push(await faultsOf(account, one));
    // One good trail is enough; the others may be for something else.
    const [best = []] = faults.sort((a, b) => graveIn(a) - graveIn(b) || a.length - b.length);
    yield* best;
  },
};
