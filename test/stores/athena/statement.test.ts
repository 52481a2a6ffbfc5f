import { expect, test } from 'vitest';
import { allQuestions, questionById } from '../../../src/queries/load.js';
import { bindQuestion } from '../../../src/queries/parameters.js';
import { renderAthena } from '../../../src/stores/athena/render.js';
import { statementOf } from '../../../src/stores/athena/statement.js';
import { filled as filledWith } from '../filled.js';

const hostile = "x' OR '1'='1'; DROP TABLE t -- ? :user";
const filled = (id: string) => filledWith(id, hostile);

/** The text without its string literals, so that what is left is SQL. */
const outsideLiterals = (sql: string) => sql.replace(/'(?:[^']|'')*'/g, "''");

const asked = allQuestions().filter(({ engines }) => engines?.includes('athena') ?? true);

test.for(asked.map(({ id }) => id))('%s passes texts as quoted parameters, and only where Athena takes them', (id) => {
  const { sql, parameters } = statementOf(filled(id));
  const text = outsideLiterals(sql);
  expect(text).not.toMatch(/:[a-z_]/i);
  expect(sql).not.toContain('DROP');

  const places = text.match(/\?/g) ?? [];
  expect(parameters).toHaveLength(places.length);
  expect(parameters.length).toBeGreaterThan(0);
  for (const parameter of parameters) expect(parameter).toMatch(/^'(?:[^']|'')*'$/);

  // A parameter is compared with text: after a comparison or within IN (…), or before `= ''`; and so stands in a WHERE.
  const compared = /(?:(?:=|<|>|>=|<=)\s*\?|\?\s*=\s*''|IN \(\?(?:, \?)*\))/g;
  expect(text.replace(compared, '')).not.toContain('?');
  for (const clause of text.split(/\b(?=WITH|SELECT|FROM|WHERE|GROUP BY|HAVING|ORDER BY|LIMIT)\b/))
    if (!clause.startsWith('WHERE')) expect(clause).not.toContain('?');
  expect(text).toMatch(/\bLIMIT \d+$/);
});

test('integers are in the text: in SELECT, HAVING, LIMIT and lists', () => {
  const burst = statementOf(filled('denied-burst')).sql;
  expect(burst).toContain('(60 * 7)');
  expect(burst).toContain('COUNT(*) >= 7');
  expect(burst).toContain('LIMIT 1000');
  expect(statementOf(filled('internet-accepted')).sql).toContain('dstport IN (22, 3389)');
});

test('a hostile text stays one literal, its quotes doubled', () => {
  const { parameters } = statementOf(filled('console-logins'));
  expect(parameters).toContain("'x'' OR ''1''=''1''; DROP TABLE t -- ? :user'");
});

test('where no text is asked for there is no parameter', () => {
  const bound = bindQuestion(questionById('internet-accepted'), {}, new Date(0));
  expect(statementOf(bound).parameters).toEqual([]);
});

test('what only seems an integer is refused, and what is larger than Athena takes', () => {
  const bound = filled('denied-burst');
  for (const n of [1.5, Number.NaN, 1e21])
    expect(() => statementOf({ ...bound, values: { ...bound.values, n } })).toThrow(/no whole number/);
  const user = filled('console-logins');
  expect(() => statementOf({ ...user, values: { ...user.values, user: 'u'.repeat(1023) } })).toThrow(/1025 characters/);
  expect(() =>
    statementOf({ ...bound, scope: { ...bound.scope, accounts: Array.from({ length: 90_000 }, () => '1') } }),
  ).toThrow(/bytes/);
});

test('text for the query editor has every value in it', () => {
  const text = renderAthena(filled('console-logins'));
  expect(text).toContain("useridentity.username = 'x'' OR ''1''=''1''; DROP TABLE t -- ? :user'");
  expect(text).toContain("eventtime >= '2026-03-01T00:00:00Z'");
  expect(text).toContain('array_distinct(concat(');
  expect(outsideLiterals(text)).not.toMatch(/\?|:[a-z_]/);
  expect(text).toMatch(/LIMIT 1000;\n$/);
});
