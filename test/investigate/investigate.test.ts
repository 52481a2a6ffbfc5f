import { expect, test } from 'vitest';
import { KeytrailError } from '../../src/errors.js';
import { reportHtml } from '../../src/investigate/report-html.js';
import type { Engine } from '../../src/stores/store.js';
import { incidentInDuckDb } from './investigated.js';

const held = incidentInDuckDb();
const { investigated } = held;

/** The same store, but that some questions break. */
const breaking = (ids: readonly string[]): Engine => ({
  uri: held.duckdb.uri,
  ask: (bound) =>
    // The closure asks some of them, too, for more rows: without it there is no investigation.
    ids.includes(bound.question.id) && Number(bound.values.limit) <= 10_000
      ? Promise.reject(new KeytrailError('store_failed', `${bound.question.id} broke`))
      : held.duckdb.ask(bound),
  coverage: (scope) => held.duckdb.coverage(scope),
  close: () => Promise.resolve(),
});

test('a question that fails is named, and stops nothing', async () => {
  const whole = await investigated(held.duckdb);
  const investigation = await investigated(breaking(['secrets-read']));
  expect(investigation.unasked).toContainEqual({
    id: 'secrets-read',
    title: expect.any(String),
    kind: 'failed',
    reason: 'secrets-read broke',
  });
  expect(investigation.verdict).toEqual(whole.verdict);
  expect(investigation.answers).toEqual(whole.answers.filter(({ question }) => question.id !== 'secrets-read'));
  expect(reportHtml(investigation)).toContain('no answer, for secrets-read broke');
});

test('a coverage that can’t be had fails the investigation, and nothing is asked any more', async () => {
  let coverages = 0;
  let open = 0;
  const engine: Engine = {
    uri: held.duckdb.uri,
    ask: async (bound) => {
      open++;
      return held.duckdb.ask(bound).finally(() => open--);
    },
    // The first one tells which logs there are.
    coverage: (scope) =>
      ++coverages === 1 ? held.duckdb.coverage(scope) : Promise.reject(new KeytrailError('store_denied', 'no ledger')),
    close: () => Promise.resolve(),
  };
  await expect(investigated(engine)).rejects.toMatchObject({ code: 'store_denied' });
  expect(open).toBe(0);
});

test('a verdict without the actions is of low confidence, and is never "unseen" for want of the owner', async () => {
  // A session of a federated user: nothing came of it.
  const keyId = held.scenario.closure.find(({ eventName }) => eventName === 'GetFederationToken')!.accessKeyId;
  const withoutOwner = await investigated(breaking(['key-owner']), keyId);
  expect(withoutOwner.verdict.level).not.toBe('unseen');
  const blind = await investigated(breaking(['actions-used', 'denied-burst']), keyId);
  expect(blind.verdict).toMatchObject({ level: 'used', confidence: 'low' });
  await expect(investigated(breaking(['key-owner', 'key-clients', 'actions-used']))).rejects.toThrow('key-owner broke');
});

test('asks what fits, and says what it does not know', async () => {
  const { answers, unasked, firstSign } = await investigated(held.duckdb);
  const asked = answers.map(({ question }) => question.id);
  expect(asked).toEqual(
    expect.arrayContaining(['secrets-read', 's3-reads', 'launched-enis', 'new-ip', 'key-lifecycle']),
  );
  // The key was never deactivated, and no Config or GuardDuty log was read.
  expect(asked).not.toContain('post-deactivation');
  expect(unasked.map(({ id, kind }) => [id, kind])).toEqual([
    ['config-history', 'no-log'],
    ['guardduty-findings', 'no-log'],
  ]);
  const newIps = answers.find(({ question }) => question.id === 'new-ip')!;
  expect(newIps.answer.params.from).toBe(`${firstSign!.slice(0, 19)}Z`);
  expect(newIps.answer.rows.map(({ source_ip }) => source_ip)).toEqual(
    expect.arrayContaining([held.scenario.incident.attackerIps[1]]),
  );
});
