import { Ajv } from 'ajv';
import { KeytrailError, reasonOf } from '../errors.js';
import { hashPlan, type Plan } from './plan.js';

/** A plan holds a user's policies: far below this. */
const maxPlanBytes = 8 * 1024 * 1024;

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

const principal = object({ type: { enum: ['user', 'root'] }, userName: textOrNull, arn: text, userId: text });

const state = object({
  keyId: text,
  accountId: text,
  partition: text,
  caller: object({ arn: text, userId: text }),
  principal,
  accessKeys: list(object({ id: text, status: text, created: textOrNull })),
  attachedPolicies: list(text),
  inlinePolicies: list(object({ name: text, document: text })),
  groups: list(text),
  lastUsed: { anyOf: [{ type: 'null' }, object({ time: text, service: text, region: text })] },
});

const action = object({
  id: text,
  step: text,
  title: text,
  call: object({
    service: { const: 'iam' },
    call: text,
    input: { type: 'object', additionalProperties: text, maxProperties: 20 },
  }),
  changes: list(object({ fact: text, from: textOrNull, to: textOrNull })),
  breaks: list(text),
  undo: object({ reversible: { type: 'boolean' }, how: text, onlyIfNamed: textOrNull }),
});

const schema = object(
  {
    version: { const: 1 },
    keyId: text,
    accountId: text,
    principal,
    caller: text,
    createdAt: time,
    expiresAt: time,
    steps: list(text),
    clients: list(object({ source_ip: textOrNull, user_agent: textOrNull, events: count, last_seen: textOrNull })),
    clientsLeftOut: count,
    state,
    stateHash: hash,
    refusals: list(object({ guard: text, reason: text, hint: text })),
    actions: list(action),
    planHash: hash,
  },
  { clientsFrom: { enum: ['logs', 'none'] } },
);

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
