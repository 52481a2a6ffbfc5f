import { afterAll, beforeAll, expect, it } from 'vitest';
import { allDashboards } from '../../src/dashboards/load.js';
import { KeytrailError } from '../../src/errors.js';
import { openDuckDb } from '../../src/stores/duckdb/index.js';
import type { Engine } from '../../src/stores/store.js';
import { readPage } from '../investigate/page.js';
import { type Opened, openOn } from './viewer.js';

const key = 'AKIAIOSFODNN7EXAMPLE';
const identity = { type: 'IAMUser', accessKeyId: key, arn: 'arn:aws:iam::111122223333:user/ci', userName: 'ci' };
const records = {
  cloudtrail: [
    { eventTime: '2026-03-02T08:00:00Z', userIdentity: identity },
    { eventTime: '2026-03-02T09:30:00Z', userIdentity: identity, eventName: 'GetObject', errorCode: 'AccessDenied' },
    { eventTime: '2026-03-03T10:00:00Z', userIdentity: identity, awsRegion: 'eu-west-1' },
  ],
  asks: [],
};

const panelOf = (body: string, id: string): string =>
  new RegExp(`<article [^>]*id="panel-${id}"[\\s\\S]*?</article>`).exec(body)?.[0] ?? '';

/** An engine that counts what it is asked, and fails for a question. */
function counting(file: string, asked: string[], failing?: string): () => Promise<Engine> {
  return async () => {
    const engine = await openDuckDb(file, 'read');
    return {
      uri: engine.uri,
      coverage: (scope) => engine.coverage(scope),
      close: () => engine.close(),
      ask: async (bound) => {
        asked.push(bound.question.id);
        if (bound.question.id === failing)
          throw new KeytrailError('store_failed', 'the disk is on fire', { hint: 'Put it out.' });
        return engine.ask(bound);
      },
    };
  };
}

const withEngine = (open: (file: string) => () => Promise<Engine>, store?: string): Promise<Opened> =>
  openOn(records, (file) => ({
    open: async () => {
      const engine = await open(file)();
      return { engine, check: async () => undefined, close: () => engine.close() };
    },
    ...(store === undefined ? {} : { store }),
  }));

let opened: Opened;
beforeAll(async () => {
  opened = await openOn(records);
});
afterAll(() => opened.close());

it('asks nothing for the page itself, and shows where each panel is to be had', async () => {
  const asked: string[] = [];
  const counted = await withEngine((file) => counting(file, asked));
  try {
    for (const { id, panels } of allDashboards()) {
      const { status, body } = await counted.ask(`/dashboard/${id}?key=${key}`);
      expect(status, id).toBe(200);
      readPage(body);
      expect(body.match(/<article /g), id).toHaveLength(panels.length);
    }
    expect(asked).toEqual([]);
  } finally {
    await counted.close();
  }
});

it('asks a question once for all panels that draw it', async () => {
  const asked: string[] = [];
  const counted = await withEngine((file) => counting(file, asked));
  try {
    const { body } = await counted.ask('/dashboard/credential-overview?all=1');
    expect(panelOf(body, 'calls')).toMatch(/>3<\/a>/);
    expect(panelOf(body, 'owners')).toContain(key);
    expect(asked.filter((id) => id === 'key-owner')).toHaveLength(1);
    // So do ages, which count from a time that goes on.
    asked.length = 0;
    await counted.ask('/dashboard/credential-overview?all=1&from=3650d');
    expect(asked.filter((id) => id === 'key-owner')).toHaveLength(1);
  } finally {
    await counted.close();
  }
});

it('lets one panel fail by itself, with what happened and what to do', async () => {
  const failed = await withEngine((file) => counting(file, [], 'key-owner'));
  try {
    const { status, body } = await failed.ask('/dashboard/credential-overview?all=1');
    expect(status).toBe(200);
    expect(panelOf(body, 'calls')).toMatch(/the disk is on fire[\s\S]*Put it out\.[\s\S]*Try again/);
    expect(panelOf(body, 'breadth')).toContain('No rows.');
    expect((await failed.ask('/dashboard/credential-overview/calls')).status).toBe(503);
    expect(failed.faults).toEqual([]);
  } finally {
    await failed.close();
  }
});

it('asks nothing that is paid for unless somebody wants it', async () => {
  const asked: string[] = [];
  const paid = await withEngine((file) => counting(file, asked), 'athena:primary/logs');
  try {
    const { body } = await paid.ask(`/dashboard/key-investigation?key=${key}`);
    expect(asked).toEqual([]);
    expect(body).not.toContain('data-wait');
    const count = allDashboards().find(({ id }) => id === 'key-investigation')!.panels.length;
    expect(body).toContain(`Ask all ${count}`);
    expect(panelOf(body, 'calls')).toContain(`href="/dashboard/key-investigation/calls?key=${key}&amp;fresh=1"`);
    expect((await paid.ask(`/dashboard/key-investigation/calls?key=${key}`)).body).toMatch(
      /class="amount"><a [^>]*>3</,
    );
    expect(asked).toEqual(['key-buckets']);
  } finally {
    await paid.close();
  }
});

it('narrows a panel by the filters that its dashboard has, and says which it lacks', async () => {
  const amount = async (query: string): Promise<string | undefined> =>
    /class="amount"><a [^>]*>([^<]*)</.exec(
      (await opened.ask(`/dashboard/credential-overview/calls?${query}`)).body,
    )?.[1];
  expect(await amount('')).toBe('3');
  expect(await amount('from=2026-03-03')).toBe('1');
  expect(await amount('regions=us-east-1')).toBe('2');
  expect(await amount('accounts=444455556666')).toBe('0');
  expect(await amount('key=AKIAI44QH8DHBEXAMPLE')).toBe('0');
  expect((await opened.ask(`/dashboard/network-exposure?key=${key}`)).body).toContain('Of all keys');
  const lacking = await opened.ask('/dashboard/key-investigation?all=1');
  expect(panelOf(lacking.body, 'calls')).toContain('Choose a key');
  const wrong = await opened.ask('/dashboard/key-investigation?accounts=12');
  expect([wrong.status, wrong.body]).toEqual([400, expect.stringContaining('is no account id')]);
});

it('names in its panels the evidence that is missing, and links to the same question', async () => {
  const { body } = await opened.ask(`/dashboard/key-investigation/timeline?key=${key}&from=2026-03-01`);
  expect(body).toMatch(/<summary>\d gaps? in the evidence<\/summary>/);
  expect(body).toContain('the question begins at 2026-03-01');
  const [, link = ''] = /href="(\/question\/key-buckets[^"]*)"/.exec(body) ?? [];
  const question = await opened.ask(link.replaceAll('&amp;', '&'));
  expect(question.status).toBe(200);
  expect(question.body).toContain('rows 1 to 3 of 3');
});

it('has no other dashboards and panels', async () => {
  for (const path of [
    '/dashboard',
    '/dashboard/nowhere',
    '/dashboard/__proto__',
    '/dashboard/logins/nothing',
    '/dashboard/logins/sign-ins/more',
    '/dashboards/logins',
  ])
    expect((await opened.ask(path)).status, path).toBe(404);
});
