import { Ajv } from 'ajv';
import { KeytrailError, reasonOf } from '../errors.js';
import { hashPlan, type Plan } from './plan.js';

/** A plan holds the policies of its targets: far below this. */
const maxPlanBytes = 32 * 1024 * 1024;

const text = { type: 'string', maxLength: 200_000 };
const textOrNull = { type: ['string', 'null'], maxLength: 200_000 };
const count = { type: 'integer', minimum: 0 };

function list(items: object): object {
  return { type: 'array', maxItems: 10_000, items };
}

function object(properties: Record<string, object>, optional: Record<string, object> = {}): object {
  return {
    type: 'object',
    properties: { ...properties, ...optional },
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

const time = { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$' };
const hash = { type: 'string', pattern: '^[0-9a-f]{64}$' };

const flag = { type: 'boolean' };
const orNull = (schema: object) => ({ anyOf: [{ type: 'null' }, schema] });
const principal = object({
  type: { enum: ['user', 'role', 'root', 'identity-center-user'] },
  name: textOrNull,
  arn: text,
  id: text,
});
const caller = object({ arn: text, userId: text });
const credentials = list(object({ id: text, status: text, created: textOrNull }));
const policies = { attachedPolicies: list(text), inlinePolicies: list(object({ name: text, document: text })) };
const lastUsed = orNull(object({ time: text, service: text, region: text }));

const identity = object({
  keyId: textOrNull,
  kind: { enum: ['user-key', 'temporary', 'role', 'root', 'identity-center', 'foreign'] },
  accountId: text,
  caller: object({ arn: text, userId: text, accountId: text, partition: text }),
  principal,
  sessionName: textOrNull,
  parents: list(text),
  lastUsed,
  sources: list(text),
  draft: textOrNull,
});

const user = object({
  principal,
  accessKeys: credentials,
  ...policies,
  groups: list(text),
  loginProfile: flag,
  sshKeys: credentials,
  certificates: credentials,
  serviceCredentials: credentials,
  mfaDevices: list(object({ serial: text, enabled: textOrNull })),
});

const role = object({
  principal,
  path: text,
  description: text,
  maxSessionDuration: count,
  trustPolicy: text,
  ...policies,
  boundary: textOrNull,
  instanceProfiles: list(text),
  instances: list(object({ region: text, instanceId: text, profileArn: text, httpTokens: text })),
});

const state = object({
  keyId: textOrNull,
  accountId: text,
  partition: text,
  caller,
  principal,
  users: list(user),
  roles: list(role),
  functions: list(object({ region: text, name: text, concurrency: textOrNull })),
  providers: list(object({ kind: { enum: ['oidc-provider', 'saml-provider'] }, arn: text, settings: text })),
  identityCenter: orNull(
    object({
      instanceArn: text,
      identityStoreId: text,
      userId: text,
      userName: text,
      assignments: list(object({ accountId: text, permissionSetArn: text })),
      groups: list(text),
    }),
  ),
  organization: orNull(
    object({
      managementAccountId: text,
      usable: flag,
      reason: text,
      policies: list(object({ name: text, content: text, attachedTo: list(text) })),
    }),
  ),
  lastUsed,
  administrators: orNull(list(text)),
  unread: list(text),
});

const target = object({
  kind: { enum: ['user', 'role', 'access-key', 'login-profile', 'function', 'oidc-provider', 'saml-provider'] },
  name: text,
  of: textOrNull,
  region: textOrNull,
  part: { enum: ['owner', 'parent', 'session', 'made', 'edited'] },
  why: text,
  principals: list(text),
});

const refusal = object({ guard: text, reason: text, hint: text });

const call = object(
  {
    service: text,
    call: text,
    input: { type: 'object', additionalProperties: text, maxProperties: 20 },
  },
  { region: text },
);

const action = object({
  id: text,
  step: text,
  stage: { enum: ['contain', 'canary', 'deactivate'] },
  title: text,
  fact: text,
  from: textOrNull,
  to: textOrNull,
  calls: list(call),
  why: text,
  breaks: list(text),
  needs: textOrNull,
  undo: object({ reversible: flag, how: text, onlyIfNamed: textOrNull }),
});

const derived = object({
  accessKeyId: text,
  parent: textOrNull,
  depth: count,
  eventName: textOrNull,
  issuedArn: textOrNull,
  issuedAt: textOrNull,
  expiration: textOrNull,
});

const privileges = object({
  administrator: flag,
  deniedAll: flag,
  grants: list(object({ action: text, why: text, policies: list(text), limited: flag })),
  services: object({ granted: list(text), neverUsed: list(text), incomplete: flag }),
  used: list(object({ action: text, events: count, failed: count, lastSeen: textOrNull })),
});

const client = object({
  source_ip: textOrNull,
  user_agent: textOrNull,
  events: count,
  first_seen: textOrNull,
  last_seen: textOrNull,
});

const schema = object({
  version: { const: 2 },
  identity,
  lane: { enum: ['fast', 'graceful'] },
  createdAt: time,
  expiresAt: time,
  since: textOrNull,
  steps: list(text),
  skipped: list(text),
  targets: list(target),
  leftOut: list(object({ target, refusal })),
  notCovered: list(text),
  checklist: list(text),
  clients: list(client),
  clientsLeftOut: count,
  clientsFrom: { enum: ['logs', 'none'] },
  derived: list(derived),
  derivedLeftOut: count,
  privileges: orNull(privileges),
  regions: list(text),
  state,
  stateHash: hash,
  refusals: list(refusal),
  actions: list(action),
  planHash: hash,
});

const validate = new Ajv({ allowUnionTypes: true }).compile<Plan>(schema);

/** The text of a plan file. */
export function formatPlan(plan: Plan): string {
  return `${JSON.stringify(plan, null, 2)}\n`;
}

/** Reads a plan file. Throws `plan_invalid` for text that is no plan, and for a plan that is not as it was written. */
export function parsePlan(content: string): Plan {
  if (Buffer.byteLength(content) > maxPlanBytes) throw invalid('the file is too large to be a plan');
  const parsed = parseJson(content);
  if (!validate(parsed)) {
    const [first] = validate.errors ?? [];
    throw invalid(`the file is not a plan: ${first?.instancePath || 'it'} ${first?.message ?? 'is malformed'}`);
  }
  if (hashPlan(parsed) !== parsed.planHash) throw invalid('the plan was altered after it was made: its hash differs');
  return parsed;
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw invalid(`the file is not a plan: ${reasonOf(error)}`, error);
  }
}

function invalid(message: string, cause?: unknown): KeytrailError {
  return new KeytrailError('plan_invalid', message, { hint: 'Make a new plan with keytrail contain plan.', cause });
}
