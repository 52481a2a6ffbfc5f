import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { allContracts, contractOf } from '../../../src/model/contract.js';
import { type IsmPolicy, retentionPolicy } from '../../../src/stores/opensearch/ism.js';

const text = { type: 'string', minLength: 1 };
const timeUnit = { type: 'string', pattern: '^[1-9]\\d*(d|h|m|s|ms|micros)$' };
const nothing = { type: 'object', maxProperties: 0 };

/** Of a policy, what the page "OpenSearch documentation: Policies" (Index State Management) lists. */
const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['policy'],
  properties: {
    policy: {
      type: 'object',
      additionalProperties: false,
      required: ['description', 'default_state', 'states'],
      properties: {
        description: text,
        default_state: text,
        error_notification: { type: 'object' },
        ism_template: {
          type: 'array',
          minItems: 1,
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['index_patterns'],
            properties: {
              index_patterns: { type: 'array', minItems: 1, items: text },
              priority: { type: 'integer', minimum: 0 },
            },
          },
        },
        states: {
          type: 'array',
          minItems: 1,
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['name', 'actions', 'transitions'],
            properties: {
              name: text,
              actions: {
                type: 'array',
                items: {
                  type: 'object',
                  minProperties: 1,
                  additionalProperties: false,
                  properties: {
                    timeout: timeUnit,
                    retry: { type: 'object', required: ['count'] },
                    delete: nothing,
                    read_only: nothing,
                    read_write: nothing,
                    open: nothing,
                    close: nothing,
                    force_merge: { type: 'object', required: ['max_num_segments'] },
                    replica_count: { type: 'object', required: ['number_of_replicas'] },
                    index_priority: { type: 'object', required: ['priority'] },
                  },
                },
              },
              transitions: {
                type: 'array',
                items: {
                  type: 'object',
                  additionalProperties: false,
                  required: ['state_name'],
                  properties: {
                    state_name: text,
                    conditions: {
                      type: 'object',
                      maxProperties: 1,
                      additionalProperties: false,
                      properties: {
                        min_index_age: timeUnit,
                        min_rollover_age: timeUnit,
                        min_doc_count: { type: 'integer' },
                        min_size: text,
                        cron: { type: 'object' },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
};

const valid = new Ajv().compile(schema);

/** What the shape alone does not say: every state that is named is there, and the last one is reached. */
function expectPolicy(policy: IsmPolicy): void {
  expect(valid(policy), JSON.stringify(valid.errors)).toBe(true);
  const names = policy.policy.states.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain(policy.policy.default_state);
  const named = policy.policy.states.flatMap(({ transitions }) => transitions.map(({ state_name }) => state_name));
  expect(names.filter((name) => name !== policy.policy.default_state).sort()).toEqual([...new Set(named)].sort());
}

test.each(allContracts())('the shipped policy of $log has the documented shape', ({ log, index }) => {
  const policy = JSON.parse(readFileSync(`ingest/${log}/generated/ism-policy.json`, 'utf8')) as IsmPolicy;
  expectPolicy(policy);
  expect(policy.policy.ism_template[0]?.index_patterns).toEqual([`${index}-*`]);
});

test('a month is deleted when its last day, too, is older than was asked for', () => {
  const policy = retentionPolicy(contractOf('cloudtrail'), 90, 'team');
  expectPolicy(policy);
  expect(policy.policy.states[0]?.transitions).toEqual([
    { state_name: 'delete', conditions: { min_index_age: '121d' } },
  ]);
  expect(policy.policy.states[1]).toMatchObject({ name: 'delete', actions: [{ delete: {} }] });
  expect(policy.policy.ism_template[0]?.index_patterns).toEqual(['team-keytrail-cloudtrail-*']);
});
