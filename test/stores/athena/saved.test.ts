import { expect, test } from 'vitest';
import { allQuestions, questionById } from '../../../src/queries/load.js';
import { bindQuestion } from '../../../src/queries/parameters.js';
import { namedQuery, preparedStatement } from '../../../src/stores/athena/saved.js';
import { filled } from '../filled.js';

const bound = (id: string, given = {}) => bindQuestion(questionById(id), given, new Date(0));
const outsideLiterals = (sql: string) => sql.replace(/'(?:[^']|'')*'/g, "''");

test.for(allQuestions().map(({ id }) => id))('%s: a parameter for each ?, and only where Athena takes them', (id) => {
  const { name, description, sql } = preparedStatement(filled(id, 'text'));
  expect(name).toMatch(/^keytrail_[a-z0-9_]{1,120}$/);
  expect(description.length).toBeLessThanOrEqual(1024);
  const using = /^USING ([a-z_, ]+)\. /.exec(description)?.[1]?.split(', ') ?? [];
  const text = outsideLiterals(sql);
  expect(using).toHaveLength((text.match(/\?/g) ?? []).length);
  expect(text).not.toMatch(/:[a-z_]/i);
  for (const clause of text.split(/\b(?=WITH|SELECT|FROM|WHERE|GROUP BY|HAVING|ORDER BY|LIMIT)\b/))
    if (!clause.startsWith('WHERE')) expect(clause).not.toContain('?');

  const saved = namedQuery(filled(id, 'text'));
  expect(saved).toMatchObject({ name: `keytrail: ${id}`, sql: expect.stringMatching(/LIMIT 1000;\n$/) });
  expect(saved.description.length).toBeLessThanOrEqual(1024);
});

test('one key, the times and the question’s own texts are parameters, in their order', () => {
  const { sql, description } = preparedStatement(bound('key-owner'));
  expect(description).toMatch(/^USING from, to, key\. Which principal/);
  expect(sql).toContain('eventtime >= ?');
  expect(sql).toContain('useridentity.accesskeyid IN (?)');
  expect(preparedStatement(bound('console-logins')).description).toMatch(/^USING from, to, user, user\. /);
});

test('integers are their defaults, also the times of flow logs', () => {
  const { sql, description } = preparedStatement(bound('ioc-ips', { ips: ['203.0.113.10'] }));
  expect(description).toMatch(/^USING ips, ips, ips, ips\. /);
  expect(sql).toContain('>= -62135596800');
  expect(preparedStatement(bound('denied-burst')).sql).toContain('COUNT(*) >= 10');
});
