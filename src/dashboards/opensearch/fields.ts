import type { Filter } from '../types.js';

/** The fields that the filters of a dashboard stand for. */
export const filterFields: Readonly<Record<Exclude<Filter, 'time'>, string>> = {
  account: 'cloud.account.id',
  region: 'cloud.region',
  key: 'aws.cloudtrail.user_identity.access_key_id',
};

export const filterTitles: Readonly<Record<Exclude<Filter, 'time'>, string>> = {
  account: 'Account',
  region: 'Region',
  key: 'Access key',
};
