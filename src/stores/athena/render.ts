import type { BoundQuestion } from '../../model/question.js';
import { renderSql } from '../sql/bind.js';
import { scopedSql } from '../sql/scope.js';
import { trinoDialect } from '../sql/trino-dialect.js';

/** The full text of a question with its values in it, for Athena's query editor. */
export function renderAthena(bound: BoundQuestion): string {
  const { sql, values } = scopedSql(bound, trinoDialect);
  return `${renderSql(sql, values)};\n`;
}
