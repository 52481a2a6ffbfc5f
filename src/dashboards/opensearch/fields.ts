import type { LogName } from '../../model/event.js';
import type { Book } from '../../model/question.js';
import { placeOf } from '../../stores/opensearch/places.js';
import type { Filter } from '../types.js';

/** The field that a filter of a dashboard stands for. Throws nothing: a filter for the key is CloudTrail's alone. */
export const filterField = (filter: Exclude<Filter, 'time'>, log: LogName | Book = 'cloudtrail'): string =>
  placeOf(log)[filter]!;

export const filterTitles: Readonly<Record<Exclude<Filter, 'time'>, string>> = {
  account: 'Account',
  region: 'Region',
  key: 'Access key',
};
