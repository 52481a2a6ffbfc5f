import { describe, expect, test } from 'vitest';
import { classify } from '../../src/enrich/address.js';
import { type ClientAction, contextOf } from '../../src/harden/source-ip/call.js';
import { refuserOf } from '../../src/harden/source-ip/evaluate.js';
import { networkOf, parseNetwork } from '../../src/harden/source-ip/network.js';
import { policyFor } from '../../src/harden/source-ip/policy.js';
import { ipPolicyReport, type ReportOptions } from '../../src/harden/source-ip/report.js';

const keyId = 'AKIAIOSFODNN7EXAMPLE';
const network = (text: string) => parseNetwork(text)!;
const call = (source_ip: string | null, more: Partial<ClientAction> = {}): ClientAction => ({
  access_key_id: keyId,
  source_ip,
  user_agent: 'agent',
  vpc_endpoint_id: null,
  invoked_by: null,
  event_source: 's3.amazonaws.com',
  event_name: 'GetObject',
  events: 1,
  failed: 0,
  last_seen: '2026-03-02T08:00:00Z',
  ...more,
});
const report = (calls: ClientAction[], more: Partial<ReportOptions> = {}) =>
  ipPolicyReport({
    keyId,
    calls,
    owners: [
      {
        access_key_id: keyId,
        account_id: '111122223333',
        principal_type: 'IAMUser',
        arn: 'arn:aws:iam::111122223333:user/ci',
        issuer_arn: null,
      },
    ],
    classify,
    exclude: [],
    excludeEndpoints: [],
    allow: [],
    allowEndpoints: [],
    widen: null,
    file: 'policy.json',
    missing: [],
    ...more,
  });

describe('as IAM evaluates it', () => {
  const address = { 'aws:ViaAWSService': 'false', 'aws:SourceIp': '198.51.100.7' } as const;
  const stranger = { ...address, 'aws:SourceIp': '203.0.113.66' };
  const endpoint = { 'aws:ViaAWSService': 'false', 'aws:SourceVpce': 'vpce-1' } as const;
  const foreign = { ...endpoint, 'aws:SourceVpce': 'vpce-2' };
  const service = { ...stranger, 'aws:ViaAWSService': 'true' } as const;
  const verdicts = (networks: string[], endpoints: string[]) => {
    const refuses = refuserOf(policyFor({ networks: networks.map(network), endpoints }));
    return [address, stranger, endpoint, foreign, service].map((context) => refuses(context));
  };

  test('addresses and endpoints, only addresses, only endpoints', () => {
    expect(verdicts(['198.51.100.0/24', '2001:db8::/32'], ['vpce-1'])).toEqual([false, true, false, true, false]);
    expect(verdicts(['198.51.100.7'], [])).toEqual([false, true, true, true, false]);
    expect(verdicts([], ['vpce-1'])).toEqual([true, true, false, true, false]);
  });

  test('a call has an address or an endpoint, never both, and nothing where a service made it', () => {
    expect(contextOf(call('10.0.0.5', { vpc_endpoint_id: 'vpce-1' }), classify)).toEqual(endpoint);
    expect(contextOf(call('198.51.100.7'), classify)).toEqual(address);
    expect(contextOf(call('198.51.100.7', { invoked_by: 'athena.amazonaws.com' }), classify)).toEqual({
      'aws:ViaAWSService': 'true',
    });
    expect(contextOf(call('cloudformation.amazonaws.com'), classify)).toEqual({ 'aws:ViaAWSService': 'true' });
    // A name that only looks like AWS's is nobody's service.
    expect(contextOf(call('cloudformation.amazonaws.com.example.org'), classify)).toEqual({
      'aws:ViaAWSService': 'false',
    });
  });
});

test('networks: IPv4 by bits, IPv6 by its half', () => {
  expect(networkOf(network('198.51.100.201'), 24).text).toBe('198.51.100.0/24');
  expect(networkOf(network('198.51.100.201'), 25).text).toBe('198.51.100.128/25');
  expect(networkOf(network('255.255.255.255'), 8).text).toBe('255.0.0.0/8');
  expect(networkOf(network('2001:db8:1:2:3:4:5:6'), 24).text).toBe('2001:db8:1:2::/64');
  expect(networkOf(network('2001:db8::6'), 24).text).toBe('2001:db8:0:0::/64');
  for (const wrong of ['', 'x', '1.2.3.4/33', '1.2.3.4/', '1.2.3.4/8/8', 'fe80::1%eth0', '1.2.3.4/-1'])
    expect(parseNetwork(wrong), wrong).toBeNull();
});

describe('what gets into the policy', () => {
  const addresses = (calls: ClientAction[], more: Partial<ReportOptions> = {}) => report(calls, more).sources.addresses;

  test('public addresses only, each once, none of those excluded', () => {
    const calls = ['198.51.100.7', '198.51.100.7', '203.0.113.66', '10.0.0.5', 'AWS Internal', 'nonsense'].map((ip) =>
      call(ip),
    );
    expect(addresses([...calls, call(null)], { exclude: [network('203.0.113.0/24')] })).toEqual(['198.51.100.7']);
  });

  test('widening joins what shares a network, never over what is excluded, and never a single address', () => {
    const calls = ['198.51.100.7', '198.51.100.9', '203.0.113.1', '203.0.113.2', '192.0.2.1'].map((ip) => call(ip));
    const exclude = [network('203.0.113.66')];
    expect(addresses(calls, { exclude, widen: 24 })).toEqual([
      '192.0.2.1',
      '198.51.100.0/24',
      '203.0.113.1',
      '203.0.113.2',
    ]);
    expect(addresses(calls, { exclude })).toHaveLength(5);
  });

  test('what is allowed besides takes in what lies in it', () => {
    expect(addresses([call('198.51.100.7')], { allow: [network('198.51.100.0/24')] })).toEqual(['198.51.100.0/24']);
  });

  test('an endpoint that is none, as a log may have it, is left out and its calls are refused', () => {
    const made = report([call('10.0.0.5', { vpc_endpoint_id: 'vpce-1"}]' }), call('198.51.100.7')]);
    expect(made.sources.endpoints).toEqual([]);
    expect(made.dryRun.calls.refused).toBe(1);
  });

  test('an excluded client behind an endpoint that others use can’t be told apart, which is said', () => {
    const inside = (ip: string) => call(ip, { vpc_endpoint_id: 'vpce-1' });
    const made = report([inside('10.0.0.5'), inside('10.0.0.66')], { exclude: [network('10.0.0.66')] });
    expect(made.dryRun.calls).toMatchObject({ passed: 2, refused: 0 });
    expect(made.notes.join('\n')).toMatch(/vpce-1.*can’t tell them apart/);
    const alone = report([call('198.51.100.7'), inside('10.0.0.66')], { exclude: [network('10.0.0.66')] });
    expect(alone.dryRun.calls).toMatchObject({ passed: 1, refused: 1 });
  });

  test('a private address without an endpoint is refused, which is said', () => {
    const made = report([call('10.0.0.5'), call('198.51.100.7')]);
    expect(made.dryRun.calls.refused).toBe(1);
    expect(made.notes.join('\n')).toMatch(/private addresses/);
  });

  test('nothing left to allow is refused rather than made a deny of everything', () => {
    expect(() => report([call('203.0.113.66')], { exclude: [network('203.0.113.66')] })).toThrow(/no address left/);
  });
});

describe('IAM’s limits', () => {
  const many = (count: number) => Array.from({ length: count }, (_, at) => call(`198.51.${at >> 8}.${at & 255}`));

  test('too long for a user’s inline policies: a managed one; too long for that: nothing, and how to shorten it', () => {
    const small = report(many(100));
    expect(small.fits).toEqual({ userInline: true, managed: true });
    const middle = report(many(200));
    expect(middle.size).toBe(JSON.stringify(middle.policy).length);
    expect(middle.fits).toEqual({ userInline: false, managed: true });
    expect(middle.attach[0]?.command).toMatch(/^aws iam create-policy .* && aws iam attach-user-policy/);
    const large = report(many(600));
    expect(large.fits).toEqual({ userInline: false, managed: false });
    expect(large.attach[0]?.command).toBeNull();
    expect(large.notes.join('\n')).toMatch(/fit no policy of a user.*--widen 24 makes \d{3} of them/);
    expect(report(many(600), { widen: 24 }).fits.userInline).toBe(true);
  });
});
