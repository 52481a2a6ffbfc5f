import { compareText } from '../../model/cell.js';
import type { PolicyDocument } from '../policy.js';
import { type Classify, type ClientAction, contextOf, isGoverned, type KeyOwner, type RequestContext } from './call.js';
import { refuserOf } from './evaluate.js';

/**
 * What becomes of a call: `refused`; `passed`; `service`, made by an AWS service on behalf of the caller, which the
 * policy exempts; `ungoverned`, which no policy of the caller's can refuse.
 */
export type Fate = 'refused' | 'passed' | 'service' | 'ungoverned';

/** One client, and its calls of one fate. */
export interface FatedClient {
  source_ip: string | null;
  user_agent: string | null;
  vpc_endpoint_id: string | null;
  /** `s3:PutObject`, sorted. */
  actions: string[];
  calls: number;
  /** Of these, calls that ended in an error as it was. */
  failed: number;
  last_seen: string | null;
}

/** Who a policy is attached to. */
export interface Bound {
  arn: string;
  accountId: string;
  kind: 'user' | 'role' | 'root';
  /** Signs with the key itself; the others came by it. */
  owner: boolean;
  calls: number;
  refused: number;
}

export interface DryRun {
  calls: Record<Fate, number>;
  /** Busiest first. */
  clients: Record<Fate, FatedClient[]>;
  /** The owner first. */
  principals: Bound[];
}

export interface Evidence {
  keyId: string;
  calls: readonly ClientAction[];
  owners: readonly KeyOwner[];
  classify: Classify;
}

function fateOf(call: ClientAction, refuses: (context: RequestContext) => boolean, classify: Classify): Fate {
  if (!isGoverned(call)) return 'ungoverned';
  const context = contextOf(call, classify);
  if (context['aws:ViaAWSService'] === 'true') return 'service';
  return refuses(context) ? 'refused' : 'passed';
}

/** What a policy would have done to past calls, had everyone who made them borne it. */
export function dryRun(policy: PolicyDocument, { keyId, calls, owners, classify }: Evidence): DryRun {
  const sums: DryRun['calls'] = { refused: 0, passed: 0, service: 0, ungoverned: 0 };
  const clients: Record<Fate, Map<string, FatedClient>> = {
    refused: new Map(),
    passed: new Map(),
    service: new Map(),
    ungoverned: new Map(),
  };
  const principals = principalsOf(owners, keyId);
  const refuses = refuserOf(policy);
  for (const call of calls) {
    const fate = fateOf(call, refuses, classify);
    sums[fate] += call.events;
    add(clients[fate], call);
    const principal = principals.get(call.access_key_id ?? '');
    if (principal) {
      principal.calls += call.events;
      if (fate === 'refused') principal.refused += call.events;
    }
  }
  return {
    calls: sums,
    clients: {
      refused: sorted(clients.refused),
      passed: sorted(clients.passed),
      service: sorted(clients.service),
      ungoverned: sorted(clients.ungoverned),
    },
    principals: [...new Set(principals.values())].sort(
      (a, b) => Number(b.owner) - Number(a.owner) || compareText(a.arn, b.arn),
    ),
  };
}

function add(clients: Map<string, FatedClient>, call: ClientAction): void {
  const { source_ip, user_agent, vpc_endpoint_id, event_source, event_name, events, failed, last_seen } = call;
  const name = JSON.stringify([source_ip, user_agent, vpc_endpoint_id]);
  const client = clients.get(name) ?? {
    source_ip,
    user_agent,
    vpc_endpoint_id,
    actions: [],
    calls: 0,
    failed: 0,
    last_seen: null,
  };
  const action = `${(event_source ?? '').replace(/\.amazonaws\.com$/, '')}:${event_name ?? ''}`;
  if (!client.actions.includes(action)) client.actions.push(action);
  client.calls += events;
  client.failed += failed;
  if (last_seen !== null && last_seen > (client.last_seen ?? '')) client.last_seen = last_seen;
  clients.set(name, client);
}

const nameOf = ({ source_ip, user_agent, vpc_endpoint_id }: FatedClient): string =>
  JSON.stringify([source_ip, user_agent, vpc_endpoint_id]);

function sorted(clients: ReadonlyMap<string, FatedClient>): FatedClient[] {
  const all = [...clients.values()];
  for (const client of all) client.actions.sort(compareText);
  return all.sort((a, b) => b.calls - a.calls || compareText(nameOf(a), nameOf(b)));
}

/** By key: the user or role whose policies are asked. A session has those of its role, a federated user its user's. */
function principalsOf(owners: readonly KeyOwner[], keyId: string): Map<string, Bound> {
  const byArn = new Map<string, Bound>();
  const byKey = new Map<string, Bound>();
  for (const { access_key_id, account_id, principal_type, arn, issuer_arn } of owners) {
    const bearer = principal_type === 'IAMUser' || principal_type === 'Root' ? arn : (issuer_arn ?? arn);
    if (bearer === null || access_key_id === null) continue;
    const kind = principal_type === 'Root' ? 'root' : bearer.includes(':role/') ? 'role' : 'user';
    const known = byArn.get(bearer) ?? {
      arn: bearer,
      accountId: account_id ?? '',
      kind,
      owner: false,
      calls: 0,
      refused: 0,
    };
    known.owner ||= access_key_id === keyId;
    byArn.set(bearer, known);
    byKey.set(access_key_id, known);
  }
  return byKey;
}
