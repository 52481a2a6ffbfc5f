import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { contractOf } from '../../src/model/contract.js';
import type { OpenSearchSearch, Question } from '../../src/model/question.js';
import { allQuestions } from '../../src/queries/load.js';
import { isBook, placeOf } from '../../src/stores/opensearch/places.js';
import { storeTemplates } from '../../src/stores/opensearch/template.js';

/** Names are easily misspelt, and a search for a name that nobody uses finds nothing, without a word. */
const questions = allQuestions();

const searchesOf = ({ opensearch }: Question): OpenSearchSearch[] => {
  if (!opensearch) return [];
  const { chain = [], ...last } = opensearch;
  return [...chain, last];
};

/** Every member of a JSON value with the name that it has in its parent. */
function* members(value: unknown, name = ''): Generator<[string, unknown]> {
  yield [name, value];
  if (Array.isArray(value)) for (const member of value) yield* members(member, name);
  else if (typeof value === 'object' && value !== null)
    for (const [key, member] of Object.entries(value)) yield* members(member, key);
}

const clauses = ['term', 'terms', 'range', 'prefix', 'regexp', 'wildcard', 'sort'];
const settings = ['field', 'script', 'missing_bucket', 'order', 'size', 'include', 'exclude'];

/** The fields that a search reads: in clauses, in aggregations, in scripts, and in the columns of its rows. */
function fieldsOf({ search, rows, unfold }: OpenSearchSearch): Set<string> {
  const fields = new Set<string>(unfold?.from ?? []);
  for (const [name, value] of members(search)) {
    if (name === 'field') fields.add(value as string);
    if (clauses.includes(name) && typeof value === 'object' && value !== null && !Array.isArray(value))
      for (const key of Object.keys(value)) if (!settings.includes(key) && key !== '$if') fields.add(key);
    if (typeof value === 'string') for (const [, field] of value.matchAll(/doc\['([^']+)'\]/g)) fields.add(field!);
  }
  if (rows.from === 'hits') for (const source of Object.values(rows.columns)) fields.add(source.split('#')[0]!);
  return fields;
}

/** What a log's documents have, and the flat objects below which everything may stand. */
function knownFields(log: OpenSearchSearch['log']): { exact: Set<string>; flat: string[] } {
  if (isBook(log)) {
    const { mappings } = storeTemplates([]).get(placeOf(log).index())!.template;
    return { exact: new Set(Object.keys(mappings.properties as object)), flat: [] };
  }
  const { fields, derived, enriched } = contractOf(log);
  const targets = [...fields.flatMap(({ ecs }) => ecs), ...derived.map(({ ecs }) => ecs), ...enriched];
  return {
    exact: new Set(targets.map(({ field }) => field)),
    flat: targets.filter(({ type }) => type === 'flat_object').map(({ field }) => `${field}.`),
  };
}

test('every field of opensearch.json is one of the contract', () => {
  const strangers = questions.flatMap((question) =>
    searchesOf(question).flatMap((search) => {
      const { exact, flat } = knownFields(search.log);
      return [...fieldsOf(search)]
        .filter((field) => !exact.has(field) && !flat.some((prefix) => field.startsWith(prefix)))
        .map((field) => `${question.id}: ${field}`);
    }),
  );
  expect(strangers).toEqual([]);
});

test('a misspelt field is told', () => {
  const search: OpenSearchSearch = {
    log: 'cloudtrail',
    rows: { from: 'hits', columns: { a: 'event.acton#/x' } },
    search: {
      query: { bool: { filter: [{ term: { 'event.name': 'x' } }, { exists: { field: 'cloud.regio' } }] } },
      sort: [{ '@time': 'asc' }],
      aggs: { n: { scripted_metric: { map_script: "doc['source.adress'].size()" } } },
    },
  };
  const { exact } = knownFields('cloudtrail');
  expect([...fieldsOf(search)].filter((field) => !exact.has(field)).sort()).toEqual([
    '@time',
    'cloud.regio',
    'event.acton',
    'event.name',
    'source.adress',
  ]);
});

/** Words that can be the name of an action, in a literal or a pattern. */
const namesIn = (text: string): string[] => text.match(/[A-Z][A-Za-z0-9]{3,}/g) ?? [];
const sourcesIn = (text: string): string[] => text.match(/[a-z0-9-]+\.amazonaws\.com/g) ?? [];

/** What athena.sql compares a column with. */
function comparedInSql(sql: string, column: string): string {
  const patterns = [`${column}\\s+(?:NOT\\s+)?IN\\s*\\(([^)]*)\\)`, `${column}\\s*(?:=|<>)\\s*('[^']*')`];
  patterns.push(`${column}\\s+(?:NOT\\s+)?LIKE\\s+('[^']*')`, `regexp_like\\(\\s*${column},\\s*('[^']*')\\s*\\)`);
  // Without the version that Lambda and others append.
  const plain = sql.replaceAll(new RegExp(`regexp_replace\\(${column}, '[^']*', ''\\)`, 'g'), column);
  return patterns
    .flatMap((pattern) => [...plain.matchAll(new RegExp(pattern, 'g'))])
    .map(([, text]) => text)
    .join('\n');
}

/** What opensearch.json compares a field with. */
function comparedInSearch(question: Question, field: string): string {
  const texts: unknown[] = [];
  for (const { search } of searchesOf(question))
    for (const [, value] of members(search))
      if (typeof value === 'object' && value !== null && Object.hasOwn(value, field))
        texts.push((value as Record<string, unknown>)[field]);
  return JSON.stringify(texts);
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)].sort();

test.for(questions.filter(({ opensearch }) => opensearch !== null))(
  '$id names the same actions and services in both its texts',
  (question) => {
    expect(unique(namesIn(comparedInSearch(question, 'event.action')))).toEqual(
      unique(namesIn(comparedInSql(question.sql, 'eventname'))),
    );
    expect(unique(sourcesIn(comparedInSearch(question, 'event.provider')))).toEqual(
      unique(sourcesIn(comparedInSql(question.sql, 'eventsource'))),
    );
  },
);

/** The actions that questions look for, or that samples hold: a new one is looked up before it is listed. */
const listed = parse(readFileSync('ingest/cloudtrail/event-names.yaml', 'utf8')) as string[];

const sampled = readdirSync('ingest/cloudtrail/samples').flatMap((file) =>
  [...readFileSync(`ingest/cloudtrail/samples/${file}`, 'utf8').matchAll(/"eventName":\s*"([^"]+)"/g)].map(
    ([, name]) => name!,
  ),
);

test('every action that a question or a sample names is listed, and no other', () => {
  const used = questions.flatMap(({ sql }) => namesIn(comparedInSql(sql, 'eventname')));
  expect(listed).toEqual(unique([...used, ...sampled]));
});

test.each([
  ['iam', import('@aws-sdk/client-iam')],
  ['sts', import('@aws-sdk/client-sts')],
] as const)('actions of questions about %s alone are ones that the service has', async (service, client) => {
  const commands = Object.keys(await client);
  const about = questions.filter(
    ({ sql }) => unique(sourcesIn(comparedInSql(sql, 'eventsource'))).join() === `${service}.amazonaws.com`,
  );
  expect(about.length).toBeGreaterThan(1);
  for (const { id, sql } of about)
    for (const name of namesIn(comparedInSql(sql, 'eventname')))
      expect(commands, `${id}: ${name}`).toContain(`${name}Command`);
});
