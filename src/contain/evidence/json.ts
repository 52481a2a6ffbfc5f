import { compareText } from '../../model/cell.js';
import { jsonText } from '../../model/json-text.js';

/** Members that IAM answers URL-encoded ("GetUserPolicy", "GetAccountAuthorizationDetails"). */
const encoded: ReadonlySet<string> = new Set(['AssumeRolePolicyDocument', 'Document', 'PolicyDocument']);

/**
 * An answer of AWS as a file: members by name, lists in the order of their text, policy documents decoded and otherwise
 * as they are, times ISO 8601 UTC. Equal answers give equal bytes, and none that a terminal obeys.
 */
export function evidenceJson(answer: unknown): string {
  return `${jsonText(ordered(answer), 2)}\n`;
}

function ordered(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => ({ item: ordered(item) }));
    return items
      .map(({ item }) => ({ item, text: JSON.stringify(item) ?? '' }))
      .sort((a, b) => compareText(a.text, b.text))
      .map(({ item }) => item);
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value)
    .filter(([name]) => name !== '$metadata')
    .sort(([a], [b]) => compareText(a, b));
  return Object.fromEntries(
    members.map(([name, member]) => [name, ordered(encoded.has(name) ? decoded(member) : member)]),
  );
}

function decoded(document: unknown): unknown {
  // Stand-ins for IAM answer some documents plain.
  if (typeof document !== 'string' || document.trimStart().startsWith('{')) return document;
  try {
    return decodeURIComponent(document);
  } catch (error) {
    if (error instanceof URIError) return document;
    throw error;
  }
}
