import type { FactKind } from './kind.js';
import { roleAttachedPolicy, roleInlinePolicy } from './role.js';
import { userAttachedPolicy, userInlinePolicy } from './user.js';

/** Policies of users and of roles are told apart by what they belong to: `user/ci`, `role/deploy`. */
function ofEither(ofUser: FactKind, ofRole: FactKind): FactKind {
  const chosen = (of: string): [FactKind, string] => [
    of.startsWith('role/') ? ofRole : ofUser,
    of.replace(/^\w+\//, ''),
  ];
  return {
    read(clients, of, name) {
      const [kind, owner] = chosen(of);
      return kind.read(clients, owner, name);
    },
    calls(of, name, from, to) {
      const [kind, owner] = chosen(of);
      return kind.calls(owner, name, from, to);
    },
  };
}

export const attachedPolicy = ofEither(userAttachedPolicy, roleAttachedPolicy);
export const inlinePolicy = ofEither(userInlinePolicy, roleInlinePolicy);
