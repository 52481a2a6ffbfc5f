import type { BoundQuestion } from '../../model/question.js';
import { literal } from '../sql/bind.js';
import { withPlaceholders } from '../sql/placeholders.js';

/**
 * A question as one statement for Trino 418 or newer: its text with a `?` for each text given, and the texts beside it
 * as literals, in which only the quote means anything (Trino documentation: EXECUTE IMMEDIATE).
 * Throws `bad_parameter`.
 */
export function statementOf(bound: BoundQuestion): string {
  const { sql, texts } = withPlaceholders(bound);
  return texts.length === 0 ? sql : `EXECUTE IMMEDIATE ${literal(sql)} USING ${texts.map(literal).join(', ')}`;
}
