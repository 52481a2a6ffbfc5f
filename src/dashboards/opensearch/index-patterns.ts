import { type Contract, contractOf } from '../../model/contract.js';
import type { LogName } from '../../model/event.js';
import type { Book } from '../../model/question.js';
import { indexBase, indexPattern } from '../../stores/opensearch/names.js';
import { isBook, placeOf } from '../../stores/opensearch/places.js';
import type { Filter } from '../types.js';
import { filterField } from './fields.js';
import { type SavedObject, savedObject } from './types.js';

/** A field whose values lead to a dashboard, narrowed to the value. */
export interface Link {
  log: LogName;
  field: string;
  /** Id of the dashboard's saved object. */
  dashboard: string;
  filter: Exclude<Filter, 'time'>;
}

/**
 * What a click on a value opens: the dashboard with a filter. The path is relative to the applications, for Dashboards
 * may lie below a base path. Source: "OpenSearch Dashboards: Index patterns, URL field formatter".
 */
function format({ dashboard, filter }: Link, prefix: string): object {
  const pattern = indexBase(contractOf('cloudtrail'), prefix);
  const field = filterField(filter);
  const meta = `(alias:!n,disabled:!f,index:${pattern},key:${field},negate:!f,params:(query:'{{value}}'),type:phrase)`;
  const state = `(filters:!((meta:${meta},query:(match_phrase:(${field}:'{{value}}')))))`;
  return {
    id: 'url',
    params: {
      urlTemplate: `../app/dashboards#/view/${dashboard}?_a=${state}`,
      labelTemplate: '{{value}}',
    },
  };
}

/** Of the store's own indices there is one each, which may not be there yet: no error where a pattern fits nothing. */
export const dashboardsIndex = (log: LogName | Book, prefix: string): string =>
  isBook(log) ? `${placeOf(log).index(prefix)}*` : indexPattern(contractOf(log), prefix);

export const patternId = (log: LogName | Book, prefix: string): string =>
  isBook(log) ? placeOf(log).index(prefix) : indexBase(contractOf(log), prefix);

const books: readonly [Book, string][] = [
  ['objects', 'What the ledger has of each object'],
  ['letters', 'Dead letters'],
];

/** The index patterns of the store's own work, without a time: no field of theirs is that of the events. */
export const bookPatterns = (prefix = ''): SavedObject[] =>
  books.map(([book, description]) =>
    savedObject('index-pattern', patternId(book, prefix), { title: dashboardsIndex(book, prefix), description }),
  );

/** The index pattern of each log. Source: "OpenSearch Dashboards: Saved objects API". */
export const indexPatterns = (contracts: readonly Contract[], links: readonly Link[], prefix = ''): SavedObject[] =>
  contracts.map((contract) => {
    const id = indexBase(contract, prefix);
    const own = links.filter(({ log }) => log === contract.log);
    const formats = Object.fromEntries(own.map((link) => [link.field, format(link, prefix)]));
    return savedObject('index-pattern', id, {
      title: indexPattern(contract, prefix),
      timeFieldName: '@timestamp',
      description: contract.title,
      ...(own.length > 0 ? { fieldFormatMap: JSON.stringify(formats) } : {}),
    });
  });
