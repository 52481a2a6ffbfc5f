import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allTime } from '../../../src/model/question.js';
import { allQuestions } from '../../../src/queries/load.js';
import { openDuckDb } from '../../../src/stores/duckdb/index.js';
import type { Store } from '../../../src/stores/store.js';
import { ingestAll, rowsOf, writeCase } from '../../queries/cases.js';
import { filled } from '../filled.js';

const pieces = [
  ...["'", "''", '"', '\\', ';', '--', '/*', '*/', '?', '$1', ':user', '%', '_', '(', ')', ',', ' ', 'é', '😀', '\n'],
  ...["'; DROP TABLE cloudtrail_logs; --", "' OR '1'='1", 'NULL', '{{user}}', '$$', '\u202e', 'x'.repeat(3000)],
];
const text = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));
const seed = { seed: 20260302 };

let folder: string;
let store: Store;
const names = [...new Set(fc.sample(text, { ...seed, numRuns: 60 }))];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-hostile-'));
  const login = { eventName: 'ConsoleLogin', eventSource: 'signin.amazonaws.com' };
  await writeCase(join(folder, 'logs'), {
    cloudtrail: names.map((userName) => ({ ...login, userIdentity: { type: 'IAMUser', userName } })),
    asks: [],
  });
  store = await openDuckDb(join(folder, 'x.duckdb'), 'write');
  await store.prepare();
  await ingestAll(join(folder, 'logs'), store);
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const known = async (): Promise<number> =>
  (await store.coverage({ ...allTime, accounts: [], regions: [], keyIds: [] }))[0]!.records.read;

test('each text finds what it is, and nothing else', async () => {
  for (const user of names)
    expect((await rowsOf(store, 'console-logins', { user })).map(({ user_name }) => user_name)).toEqual([user]);
});

test('hostile texts in every parameter of every question stay data', async () => {
  const before = await known();
  for (const { id } of allQuestions())
    await fc.assert(
      fc.asyncProperty(text, async (hostile) => {
        // Accounts and Regions of the scope are of nobody.
        expect(await store.ask(filled(id, hostile)), id).toEqual([]);
      }),
      { ...seed, numRuns: 3 },
    );
  expect(await known()).toBe(before);
  expect(await rowsOf(store, 'console-logins', {})).toHaveLength(names.length);
}, 120_000);
