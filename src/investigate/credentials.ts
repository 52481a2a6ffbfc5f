import { compareText } from '../model/cell.js';
import type { Closure, Credential } from '../queries/closure.js';
import { groupBy } from './group-by.js';

/** An access key that was made with the key asked about or what was issued from it: it does not expire. */
export const isCreatedKey = ({ eventName }: Credential): boolean => eventName === 'CreateAccessKey';

const byIssue = (a: Credential, b: Credential): number =>
  compareText(a.issuedAt ?? '', b.issuedAt ?? '') || compareText(a.accessKeyId, b.accessKeyId);

/** All but the key asked about, in the order of their issue. */
export const issuedFrom = ({ credentials }: Closure): Credential[] =>
  credentials.filter(({ depth }) => depth > 0).sort(byIssue);

export const createdKeys = (closure: Closure): Credential[] => issuedFrom(closure).filter(isCreatedKey);

/** A credential and those that were issued to it, in the order of their issue. */
export interface Branch {
  credential: Credential;
  below: Branch[];
}

/** The credentials as trees, the `limit` nearest the root of them, each under the one that it was issued to. */
export function treesOf({ credentials }: Closure, limit: number): Branch[] {
  const shown = credentials.slice(0, limit);
  const depths = new Map(shown.map(({ accessKeyId, depth }) => [accessKeyId, depth]));
  // Going down by one depth at a time, the tree ends even where keys issue each other in a circle.
  const hasParent = ({ parent, depth }: Credential) => parent !== null && depths.get(parent) === depth - 1;
  const children = groupBy(shown.filter(hasParent), ({ parent, depth }) => `${depth} ${parent}`);
  const branches = (siblings: readonly Credential[]): Branch[] =>
    [...siblings].sort(byIssue).map((credential) => ({
      credential,
      below: branches(children.get(`${credential.depth + 1} ${credential.accessKeyId}`) ?? []),
    }));
  return branches(shown.filter((credential) => !hasParent(credential)));
}
