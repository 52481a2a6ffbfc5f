import { allContracts } from '../../model/contract.js';
import type { ParameterValue, Question } from '../../model/question.js';
import { partsOf } from './chain-parts.js';
import { type Connection, connect, type OpenSearchOptions } from './client.js';
import { checkRetention, putRetention, retentionPolicy } from './ism.js';
import { parseLocation } from './location.js';
import { indexBase, indexPattern, storedSearch } from './names.js';
import { addAliases, prepareStore } from './prepare.js';
import { anyIndices } from './refresh.js';
import { storedSource } from './search-template.js';
import { storeTemplates } from './template.js';

/** A question to store as a search template, with what its parameters are when somebody leaves them out. */
export interface StoredQuestion {
  question: Question;
  defaults: ReadonlyMap<string, ParameterValue>;
}

export interface SetupOptions {
  questions: readonly StoredQuestion[];
  /** Absent: nothing is ever deleted. */
  retentionDays?: number;
}

/** A request for Dashboards' Dev Tools. */
export interface SetupRequest {
  method: 'PUT';
  path: string;
  body: object;
}

const putsAtOnce = 8;

interface StoredSearch {
  id: string;
  body: { script: { lang: 'mustache'; source: string } };
}

/** Every search of the questions: those of a chain by themselves, for a node runs one at a time. */
const searchesOf = (questions: readonly StoredQuestion[], prefix: string): StoredSearch[] =>
  questions
    .filter(({ question }) => question.opensearch !== null)
    .flatMap(({ question, defaults }) =>
      partsOf(question).map((part): StoredSearch => {
        const source = storedSource(part.question, defaults);
        return { id: storedSearch(question.id, part.name, prefix), body: { script: { lang: 'mustache', source } } };
      }),
    );

/** What `setupOpenSearch` sends to an empty cluster. Throws `usage`, `bad_parameter` or `bad_contract`. */
export function setupRequests(location: string, { questions, retentionDays }: SetupOptions): SetupRequest[] {
  const { prefix } = parseLocation(location);
  if (retentionDays !== undefined) checkRetention(retentionDays);
  const contracts = allContracts();
  const put = (path: string, body: object): SetupRequest => ({ method: 'PUT', path, body });
  return [
    ...[...storeTemplates(contracts, prefix)].map(([name, body]) => put(`_index_template/${name}`, body)),
    ...searchesOf(questions, prefix).map(({ id, body }) => put(`_scripts/${id}`, body)),
    ...(retentionDays === undefined
      ? []
      : contracts.map((contract) =>
          put(
            `_plugins/_ism/policies/${indexBase(contract, prefix)}`,
            retentionPolicy(contract, retentionDays, prefix),
          ),
        )),
  ];
}

/**
 * Prepares a cluster for ingest and for people who search it from Dev Tools: templates, aliases, stored search
 * templates, retention. May be run again. Returns a line for each thing done, or why it was not.
 * Throws `usage`, `bad_parameter` or a `store_…` error.
 */
export async function setupOpenSearch(
  location: string,
  options: OpenSearchOptions,
  { questions, retentionDays }: SetupOptions,
): Promise<string[]> {
  const parsed = parseLocation(location);
  const { prefix } = parsed;
  if (retentionDays !== undefined) checkRetention(retentionDays);
  const connection = await connect(parsed, options);
  try {
    const contracts = allContracts();
    const { created, updated, kept, extended } = await prepareStore(connection, contracts, prefix, options.replicas);
    const lines = [
      ...created.map((name) => `index template ${name}: created`),
      ...updated.map((name) => `index template ${name}: brought up to date`),
      ...kept.map((name) => `index template ${name}: kept as it is`),
      ...extended.map((name) => `index ${name}: mapping extended, nothing indexed again`),
    ];
    for (const contract of contracts) {
      const alias = indexBase(contract, prefix);
      const months = await monthsOf(connection, indexPattern(contract, prefix));
      if (months > 0) await addAliases(connection, [alias], indexPattern(contract, prefix));
      lines.push(`alias ${alias}: ${months} months now, and each one to come`);
    }
    lines.push(await storeSearches(connection, questions, prefix));
    if (retentionDays === undefined) return lines;
    for (const contract of contracts) {
      const done = await putRetention(connection, contract, retentionDays, prefix);
      lines.push(
        done
          ? `retention ${indexBase(contract, prefix)}: months are deleted when all of them is older than ${retentionDays} days`
          : noRetention(indexPattern(contract, prefix), connection.serverless),
      );
    }
    return lines;
  } finally {
    await connection.close();
  }
}

async function monthsOf(connection: Connection, pattern: string): Promise<number> {
  const request = { method: 'GET', path: `/${pattern}/_mapping`, query: anyIndices } as const;
  return Object.keys(await connection.request(request)).length;
}

async function storeSearches(
  connection: Connection,
  questions: readonly StoredQuestion[],
  prefix: string,
): Promise<string> {
  if (connection.serverless)
    return 'stored searches: none, OpenSearch Serverless stores no scripts; keytrail query show ID --engine opensearch prints each';
  const searches = searchesOf(questions, prefix);
  for (let start = 0; start < searches.length; start += putsAtOnce)
    await Promise.all(
      searches
        .slice(start, start + putsAtOnce)
        .map(({ id, body }) => connection.request({ method: 'PUT', path: `/_scripts/${id}`, body })),
    );
  const [first] = searches;
  return `stored searches: ${searches.length}${first ? `, such as ${first.id}` : ''}`;
}

const noRetention = (pattern: string, serverless: boolean): string =>
  `retention ${pattern}: NOT SET, ${serverless ? 'OpenSearch Serverless' : 'this cluster'} has no Index State Management; ` +
  'delete old months yourself, each is an index';
