import { expect, test } from 'vitest';
import { bindSql, renderSql } from '../../src/stores/sql/bind.js';

const dollar = (position: number) => `$${position}`;

test('names become placeholders, lists one a member, and nothing else changes', () => {
  const sql = `SELECT ':user', "a:b", x::BIGINT -- :comment
  /* :other */ FROM t WHERE u = :user AND p IN (:ports) AND q IN (:none) AND v = :user`;
  expect(bindSql(sql, { user: "o'hara", ports: [22, 80], none: [] }, dollar)).toEqual({
    sql: `SELECT ':user', "a:b", x::BIGINT -- :comment
  /* :other */ FROM t WHERE u = $1 AND p IN ($2, $3) AND q IN (NULL) AND v = $4`,
    values: ["o'hara", 22, 80, "o'hara"],
  });
});

test('a name that was not declared is an error, also one that every object has', () => {
  expect(() => bindSql('SELECT :missing', {}, dollar)).toThrow(/:missing/);
  expect(() => bindSql('SELECT :constructor', {}, dollar)).toThrow(/:constructor/);
});

test('text for a console has its quotes doubled', () => {
  expect(renderSql('WHERE a = :a AND b IN (:b)', { a: "x' OR '1'='1", b: [1, 2] })).toBe(
    "WHERE a = 'x'' OR ''1''=''1' AND b IN (1, 2)",
  );
});
