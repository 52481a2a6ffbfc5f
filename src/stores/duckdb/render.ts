import type { BoundQuestion } from '../../model/question.js';
import { renderSql } from '../sql/bind.js';
import { scopedSql } from '../sql/scope.js';
import { dialect, prelude } from './prelude.js';

/** The full text of a question with its values in it, for DuckDB's own console on a store file. */
export function renderDuckDb(bound: BoundQuestion): string {
  const { sql, values } = scopedSql(bound, dialect);
  return `${prelude.map((macro) => `${macro};`).join('\n')}\n${renderSql(sql, values)};\n`;
}
