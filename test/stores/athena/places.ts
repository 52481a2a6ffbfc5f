import type { TablePlace } from '../../../src/stores/athena/tables.js';

/** A place of CloudTrail's in a bucket of one account, or what of it is otherwise. */
export const place = (other: Partial<TablePlace> = {}): TablePlace => ({
  log: 'cloudtrail',
  location: 's3://trail-bucket/AWSLogs/',
  service: 'CloudTrail',
  hive: false,
  accounts: ['111122223333'],
  regions: ['us-east-1', 'eu-west-1'],
  firstDay: '2025-11-30',
  ...other,
});

export const flowPlace = (header: string | null, other: Partial<TablePlace> = {}): TablePlace =>
  place({ log: 'vpcflow', service: 'vpcflowlogs', header: header?.split(' ') ?? null, ...other });
