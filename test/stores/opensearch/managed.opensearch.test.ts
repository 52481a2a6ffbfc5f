import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Store } from '../../../src/stores/store.js';
import { ingestAll, readCase, rowsOf, writeCase } from '../../queries/cases.js';
import { opensearchOrSkip } from '../../services/index.js';
import { awsFront, secret } from './aws-front.js';
import { call, eventOf, withStore } from './node.js';

const accessKeyId = 'AKIAIOSFODNN7EXAMPLE';

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secret);
  vi.stubEnv('AWS_SESSION_TOKEN', 'a/session+token==');
  vi.stubEnv('AWS_PROFILE', undefined);
});
afterEach(() => vi.unstubAllEnvs());

const aws = { region: 'eu-west-1' };
const events = [eventOf('a'), eventOf('b', { userIdentity: { accessKeyId } }), eventOf('c')];
/** Reads a question's case into the store, ledger and all, and asks the question. */
async function expectCase(store: Store, id: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'keytrail-case-'));
  try {
    const found = await readCase(id);
    await writeCase(folder, found);
    const { objects, records } = await ingestAll(folder, store);
    expect(records.stored).toBe(records.read);
    expect((await ingestAll(folder, store)).objects).toMatchObject({ seen: objects.seen, skipped: objects.done });
    for (const { name, params, rows } of found.asks) expect(await rowsOf(store, id, params), name).toEqual(rows);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const everyone = { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z', accounts: [], regions: [], keyIds: [] };

test('a domain gets every request signed, and does all that a node does', async (context) => {
  const front = await awsFront(opensearchOrSkip(context), { service: 'es' });
  try {
    await withStore(
      front.url,
      async ({ store }) => {
        expect(await store.write('cloudtrail', events)).toEqual(['stored', 'stored', 'stored']);
        expect(await store.write('cloudtrail', events)).toEqual(['duplicate', 'duplicate', 'duplicate']);
        expect(await rowsOf(store, 'key-owner', { key: [accessKeyId] })).toHaveLength(1);
        await expectCase(store, 'internet-accepted');
        expect(await store.coverage(everyone)).toHaveLength(1);
      },
      { sigv4: 'es', aws },
      opensearchOrSkip(context),
    );
    expect(front.seen.length).toBeGreaterThan(8);
    for (const { request, signed, token } of front.seen) {
      expect(signed, request).toMatchObject({ accessKeyId, region: 'eu-west-1', service: 'es', valid: true });
      expect(signed?.headers, request).toEqual(
        expect.arrayContaining(['host', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token']),
      );
      expect(token).toBe('a/session+token==');
    }
  } finally {
    await front.close();
  }
});

test('a wrong secret is said to be one', async (context) => {
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'another');
  const node = opensearchOrSkip(context);
  const front = await awsFront(node, { service: 'es' });
  try {
    await expect(withStore(front.url, async () => undefined, { sigv4: 'es', aws }, node)).rejects.toMatchObject({
      code: 'no_credentials',
      message: expect.stringContaining('signature'),
      hint: expect.stringContaining('--profile'),
    });
  } finally {
    await front.close();
  }
});

test('without credentials nothing is sent', async (context) => {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/nonexistent');
  const node = opensearchOrSkip(context);
  const front = await awsFront(node, { service: 'es' });
  try {
    await expect(withStore(front.url, async () => undefined, { sigv4: 'es', aws }, node)).rejects.toMatchObject({
      code: 'no_credentials',
    });
    expect(front.seen).toEqual([]);
  } finally {
    await front.close();
  }
});

test('a search collection keeps and answers', async (context) => {
  const node = opensearchOrSkip(context);
  const front = await awsFront(node, { service: 'aoss' });
  try {
    await withStore(
      front.url,
      async ({ store, prefix, documents }) => {
        expect(await store.write('cloudtrail', events)).toEqual(['stored', 'stored', 'stored']);
        expect(await store.write('cloudtrail', events)).toEqual(['duplicate', 'duplicate', 'duplicate']);
        // Preparing left nothing behind in the ledger.
        await call(node, 'POST', `/${prefix}-keytrail-ledger/_refresh`);
        expect((await call(node, 'GET', `/${prefix}-keytrail-ledger/_count`)).body.count).toBe(0);
        // A collection shows by itself what was written; the node is told to.
        expect((await documents('cloudtrail')).size).toBe(events.length);
        expect(await rowsOf(store, 'key-owner', { key: [accessKeyId] })).toHaveLength(1);
        await store.prepare();
      },
      { sigv4: 'aoss', aws },
      node,
    );
    expect(front.seen.map(({ signed }) => signed?.service)).not.toContain('es');
  } finally {
    await front.close();
  }
});

test('a time series collection is refused before anything is written, and why', async (context) => {
  const node = opensearchOrSkip(context);
  const front = await awsFront(node, { service: 'aoss', type: 'TIMESERIES' });
  try {
    await expect(withStore(front.url, async () => undefined, { sigv4: 'aoss', aws }, node)).rejects.toMatchObject({
      code: 'store_failed',
      message: expect.stringContaining('takes no document ids'),
      hint: expect.stringContaining('type SEARCH'),
    });
  } finally {
    await front.close();
  }
});
