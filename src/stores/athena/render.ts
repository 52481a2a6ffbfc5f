import type { BoundQuestion } from '../../model/question.js';
import { renderSql } from '../sql/bind.js';
import { scopedSql } from '../sql/scope.js';
import { dialect } from './dialect.js';

/** The full text of a question with its values in it, for Athena's query editor. */
export function renderAthena(bound: BoundQuestion): string {
  const { sql, values } = scopedSql(bound, dialect);
  return `${renderSql(sql, values)};\n`;
}
