import { compareText } from '../model/cell.js';

/** A trust policy has at most 8,192 characters ("IAM and AWS STS quotas"), a principal 2,048. */
const maxLength = 131_072;
const maxPrincipals = 1000;

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

/** Members are written in any case, and IAM takes them so. */
const member = (object: Json, name: string): unknown =>
  Object.entries(object).find(([key]) => key.toLowerCase() === name)?.[1];

function parse(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Some clients send the document URL-encoded, and it is logged as sent. */
function decoded(document: string): string {
  try {
    return decodeURIComponent(document);
  } catch (error) {
    if (error instanceof URIError) return document;
    throw error;
  }
}

function ofStatement(statement: unknown): string[] {
  if (!isObject(statement) || String(member(statement, 'effect')).toLowerCase() === 'deny') return [];
  // Whoever is not named: that is everybody else.
  if (member(statement, 'notprincipal') !== undefined) return ['*'];
  const principal = member(statement, 'principal');
  const values = isObject(principal) ? Object.values(principal).flatMap(listed) : listed(principal);
  return values.filter((value) => typeof value === 'string');
}

/**
 * Whom a trust policy lets in: ARNs, account ids, services, providers, `*`; sorted, each once. Of a text that is no
 * policy, every ARN and account id in it: it was written by whoever is to be kept out.
 */
export function trustedPrincipals(document: string): string[] {
  const text = document.slice(0, maxLength);
  const policy = parse(text) ?? parse(decoded(text));
  const found = isObject(policy)
    ? listed(member(policy, 'statement')).flatMap(ofStatement)
    : (decoded(text).match(/arn:aws[a-z-]*:(?:iam|sts)::[0-9]{12}:[\w+=,.@/:-]+|\b[0-9]{12}\b/g) ?? []);
  return [...new Set(found.filter((value) => value !== '' && value.length <= 2048))]
    .sort(compareText)
    .slice(0, maxPrincipals);
}
