import { expect, test } from 'vitest';
import { allQuestions, questionById } from '../../../src/queries/load.js';
import { bindQuestion } from '../../../src/queries/parameters.js';
import { namedQuery, preparedStatement } from '../../../src/stores/athena/saved.js';
import { filled } from '../filled.js';

const bound = (id: string, given = {}) => ({ bound: bindQuestion(questionById(id), given, new Date(0)), examples: [] });
const saved = (id: string) => ({ bound: filled(id, 'text'), examples: ['key'] });
const ofAthena = allQuestions().filter(({ engines }) => engines?.includes('athena') ?? true);
const outsideLiterals = (sql: string) => sql.replace(/'(?:[^']|'')*'/g, "''");

test.for(ofAthena.map(({ id }) => id))('%s: a parameter for each ?, and only where Athena takes them', (id) => {
  const named = namedQuery(saved(id));
  expect(named).toMatchObject({ name: `keytrail: ${id}`, sql: expect.stringMatching(/;\n$/) });
  expect(named.description).toMatch(/^Put your own in: key\. /);
  expect(named.description.length).toBeLessThanOrEqual(1024);

  const prepared = preparedStatement(saved(id));
  // It computes with a moment outside WHERE.
  if (id === 'post-deactivation') return expect(prepared).toBeNull();
  const { name, description, sql } = prepared!;
  expect(name).toMatch(/^keytrail_[a-z0-9_]{1,120}$/);
  expect(description.length).toBeLessThanOrEqual(1024);
  const using = /^USING ([a-z0-9_, ]+)\. /.exec(description)?.[1]?.split(', ') ?? [];
  const text = outsideLiterals(sql);
  expect(using).toHaveLength((text.match(/\?/g) ?? []).length);
  expect(text).not.toMatch(/:[a-z_]/i);
  for (const clause of text.split(/\b(?=WITH|SELECT|FROM|WHERE|GROUP BY|HAVING|ORDER BY|LIMIT)\b/))
    if (!clause.startsWith('WHERE')) expect(clause).not.toContain('?');
});

test('one key, the times and the question’s own texts are parameters, in their order', () => {
  const { sql, description } = preparedStatement(bound('key-owner'))!;
  expect(description).toMatch(/^USING from, to, key, first_day, last_day\. A key of % means all\. Which principal/);
  expect(sql).toContain('p_day >= ?');
  expect(sql).toContain('eventtime >= ?');
  expect(sql).toContain("COALESCE(useridentity.accesskeyid, '') LIKE ?");
  expect(preparedStatement(saved('key-timeline'))!.sql).toContain('useridentity.accesskeyid IN (?)');
  expect(preparedStatement(bound('console-logins'))!.description).toMatch(
    /^USING from, to, first_day, last_day, user, user\. /,
  );
});

test('integers are their defaults, also the times of flow logs', () => {
  const { sql, description } = preparedStatement(bound('ioc-ips', { ips: ['203.0.113.10'] }))!;
  expect(description).toMatch(/^USING first_day, last_day, ips, ips, ips, ips\. /);
  expect(sql).toContain('>= -62135596800');
  expect(preparedStatement(bound('denied-burst'))!.sql).toContain('COUNT(*) >= 10');
});
