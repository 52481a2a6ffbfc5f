import { ask, type ContainClients } from '../aws.js';
import { collectAuthorization, holdersOf } from './authorization.js';
import { decodedDocument } from './paging.js';

/**
 * ARNs of the users and roles that may do everything by a policy of their own or of a group: whoever could undo a
 * mistake of containment. Service-linked roles and denies are not counted. Throws what `ask` throws.
 */
export async function readAdministrators({ iam }: ContainClients): Promise<string[]> {
  const all = await ask('iam:GetAccountAuthorizationDetails', () => collectAuthorization(iam));
  const ofAws = /:iam::aws:policy\/AdministratorAccess$/;
  const { users, roles } = holdersOf(all, { ofAws, matches: allowsEverything });
  const ownRoles = roles.filter(({ Path = '' }) => !Path.startsWith('/aws-service-role/'));
  return [...users, ...ownRoles].map(({ Arn = '' }) => Arn).sort();
}

/** Whether a policy's text has a statement that allows every action on every resource without a condition. */
function allowsEverything(document: string): boolean {
  try {
    const { Statement } = JSON.parse(decodedDocument(document)) as { Statement?: unknown };
    return [Statement].flat().some((statement) => {
      const { Effect, Action, Resource, Condition } = (statement ?? {}) as Record<string, unknown>;
      const has = (value: unknown, texts: string[]) => [value].flat().some((text) => texts.includes(String(text)));
      return Effect === 'Allow' && Condition === undefined && has(Action, ['*', '*:*']) && has(Resource, ['*']);
    });
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof URIError) return false;
    throw error;
  }
}
