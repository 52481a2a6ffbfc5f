import { KeytrailError } from '../../errors.js';
import type { Contract } from '../../model/contract.js';
import type { Connection, Json } from './client.js';
import { indexBase, indexPattern } from './names.js';

/** An index holds the events of a month: its last ones are this much younger than the index. */
const daysOfAnIndex = 31;
/** What the generated files show. */
const exampleDays = 365;

export interface IsmPolicy {
  policy: {
    description: string;
    default_state: string;
    states: {
      name: string;
      actions: Record<string, unknown>[];
      transitions: { state_name: string; conditions: { min_index_age: string } }[];
    }[];
    ism_template: { index_patterns: string[]; priority: number }[];
  };
}

/**
 * Keeps every event of a log at least so many days after its index was created, then deletes the month as a whole.
 *
 * There is nothing to roll over: an index is named by its events' month, and ends with it. Rollover would choose an
 * index by the time of writing, and a replayed event would no longer come upon itself. The age is that of the index,
 * not of its events: old logs read in for an investigation stay as long as new ones.
 * Source: "OpenSearch documentation: Index State Management policies".
 */
export function retentionPolicy(contract: Contract, days: number, prefix = ''): IsmPolicy {
  return {
    policy: {
      description: `keytrail: deletes a month of ${contract.title} once all of it is older than ${days} days`,
      default_state: 'keep',
      states: [
        {
          name: 'keep',
          actions: [],
          transitions: [{ state_name: 'delete', conditions: { min_index_age: `${days + daysOfAnIndex}d` } }],
        },
        { name: 'delete', actions: [{ delete: {} }], transitions: [] },
      ],
      ism_template: [{ index_patterns: [indexPattern(contract, prefix)], priority: 200 }],
    },
  };
}

/** The text of ingest/<log>/generated/ism-policy.json: the body of `PUT _plugins/_ism/policies/<index>`. */
export const generateIsmPolicy = (contract: Contract): string =>
  `${JSON.stringify(retentionPolicy(contract, exampleDays), null, 2)}\n`;

/** Where an index's explanation names its policy. */
const followed = 'index.plugins.index_state_management.policy_id';

const policyPath = (name: string): string => `/_plugins/_ism/policies/${name}`;

/** Throws `bad_parameter` for what is no whole number of days, or more than a century of them. */
export function checkRetention(days: number): void {
  if (!Number.isInteger(days) || days < 1 || days > 36_500)
    throw new KeytrailError('bad_parameter', `${days} is no number of days from 1 to 36500`, {
      hint: 'For example --retention-days 365',
    });
}

/**
 * Puts the policy of a log, and has the indices follow it that are there already: a policy's own template takes new
 * ones only. False, and nothing done, where the cluster has no Index State Management.
 */
export async function putRetention(
  connection: Connection,
  contract: Contract,
  days: number,
  prefix: string,
): Promise<boolean> {
  if (connection.serverless) return false;
  const name = indexBase(contract, prefix);
  const pattern = indexPattern(contract, prefix);
  const found = await connection.send({ method: 'GET', path: policyPath(name) });
  // A cluster without the plugin knows no such path; one with it says 404 with a reason.
  if (found.status === 400) return false;
  if (found.status >= 400 && found.status !== 404) throw connection.failure(found);
  const { _seq_no, _primary_term } = found.body;
  await connection.request({
    method: 'PUT',
    path: policyPath(name),
    ...(found.status === 404 ? {} : { query: { if_seq_no: _seq_no, if_primary_term: _primary_term } }),
    body: { ...retentionPolicy(contract, days, prefix) },
  });
  const explained: Json = await connection.request({ method: 'GET', path: `/_plugins/_ism/explain/${pattern}` });
  // One that follows a policy of somebody else's choice is left to it.
  for (const [action, policy] of [
    ['add', null],
    ['change_policy', name],
  ] as const) {
    const some = Object.entries<Json>(explained)
      .filter(([, index]) => typeof index === 'object' && index !== null && (index[followed] ?? null) === policy)
      .map(([index]) => index);
    if (some.length > 0)
      await connection.request({
        method: 'POST',
        path: `/_plugins/_ism/${action}/${some.join(',')}`,
        body: { policy_id: name },
      });
  }
  return true;
}
