import type { BoundQuestion } from '../../model/question.js';
import { renderSql } from '../sql/bind.js';
import type { Partitions } from '../sql/partitions.js';
import { scopedSql } from '../sql/scope.js';
import { trinoDialect } from '../sql/trino-dialect.js';

/** The full text of a question with its values in it, for Athena's query editor, over tables in such partitions. */
export function renderAthena(bound: BoundQuestion, partitions: Partitions = new Map()): string {
  const { sql, values } = scopedSql(bound, { ...trinoDialect, partitions });
  return `${renderSql(sql, values)};\n`;
}
