import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Opened, openOn, token } from './viewer.js';

const key = 'AKIAIOSFODNN7EXAMPLE';
const records = { cloudtrail: [{ userIdentity: { type: 'IAMUser', accessKeyId: key } }], asks: [] };

let opened: Opened;
let now = new Date('2026-03-04T00:00:00Z');
beforeAll(async () => {
  opened = await openOn(records, { now: () => now });
});
afterAll(() => opened.close());

const ask: Opened['ask'] = (...asked) => opened.ask(...asked);
const port = () => new URL(opened.viewer.url).port;

it('exchanges the token for a cookie that scripts and other sites have no part in', async () => {
  const entered = await ask(`/question/key-owner?key=${key}&token=${token}`, { headers: {} });
  expect(entered.status).toBe(303);
  expect(entered.headers.location).toBe(`/question/key-owner?key=${key}`);
  expect(entered.headers['set-cookie']).toEqual([
    expect.stringMatching(new RegExp(`^keytrail_${port()}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`)),
  ]);
  expect(String(entered.headers['set-cookie'])).not.toContain(token);
  expect((await ask('/')).status).toBe(200);
});

it('shows nothing to who has neither token nor cookie', async () => {
  for (const path of ['/', `/question/key-owner?ask=1`, '/assets/page.js', '/coverage', '/export/key-owner.csv'])
    for (const headers of [{}, { cookie: `keytrail_${port()}=${token}` }, { cookie: 'keytrail_1=x' }] as Record<
      string,
      string
    >[]) {
      now = new Date(now.getTime() + 61_000);
      const { status, body } = await ask(path, { headers });
      expect([status, body.includes(key)], `${path} ${JSON.stringify(headers)}`).toEqual([403, false]);
    }
});

it('answers to its own address, and to no name that a rebinding could give it', async () => {
  const { cookie } = opened;
  for (const host of [`127.0.0.1:${port()}`, `localhost:${port()}`, '[::1]:9000', 'LOCALHOST:1'])
    expect((await ask('/', { headers: { cookie, host } })).status, host).toBe(200);
  for (const host of ['evil.example', `evil.example:${port()}`, '127.0.0.1.evil.example', 'localhost.evil.example']) {
    expect((await ask('/', { headers: { cookie, host } })).status, host).toBe(421);
    expect((await ask(`/?token=${token}`, { headers: { host } })).headers['set-cookie'], host).toBeUndefined();
  }
});

it('asks nothing for a page of another site or port', async () => {
  const { cookie } = opened;
  for (const site of ['cross-site', 'same-site'])
    expect((await ask('/coverage', { headers: { cookie, 'sec-fetch-site': site } })).status, site).toBe(403);
  for (const site of ['same-origin', 'none'])
    expect((await ask('/coverage', { headers: { cookie, 'sec-fetch-site': site } })).status, site).toBe(200);
});

it('hears no token after ten wrong ones, for a minute; who is in stays in', async () => {
  now = new Date('2026-03-05T00:00:00Z');
  for (let tried = 0; tried < 10; tried++)
    expect((await ask(`/?token=${token}${tried}`, { headers: {} })).status).toBe(403);
  const refused = await ask(`/?token=${token}`, { headers: {} });
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '60']);
  expect((await ask('/')).status).toBe(200);
  now = new Date('2026-03-05T00:01:01Z');
  expect((await ask(`/?token=${token}`, { headers: {} })).status).toBe(303);
});

it('sends every answer with a policy that lets in nothing but its own files', async () => {
  for (const path of ['/', '/question/key-owner?ask=1', '/nowhere', '/assets/page.js', `/export/key-owner.json`]) {
    const { headers } = await ask(path);
    expect(headers['content-security-policy'], path).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    );
    expect(headers['content-security-policy'], path).not.toMatch(/unsafe|https?:|\*|data:/);
    expect(headers, path).toMatchObject({
      'cache-control': path.startsWith('/assets/') ? 'private, no-cache' : 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['access-control-allow-origin'], path).toBeUndefined();
  }
  const report = await ask(`/report?id=${key}`);
  expect(report.headers['content-security-policy']).toMatch(
    /^default-src 'none'; style-src 'sha256-[\w+/=]+'; img-src data:; .*frame-ancestors 'self'; sandbox$/,
  );
});

it('is only read', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']) {
    const { status, headers } = await ask('/question/key-owner?ask=1', { method, headers: { cookie: opened.cookie } });
    expect([status, headers.allow], method).toEqual([405, 'GET, HEAD']);
  }
  const head = await ask('/', { method: 'HEAD' });
  expect([head.status, head.body]).toEqual([200, '']);
});

it('has no files but its own, whatever a path looks like', async () => {
  const paths = [
    '/assets/../server.js',
    '/assets/..%2f..%2f..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets//etc/passwd',
    '/assets/page.js%00.css',
    '/assets/__proto__',
    '/assets/constructor',
    '/../../etc/passwd',
    '/export/..%2f..%2fpackage.json',
    '/export/key-owner.html',
    '/question/__proto__',
    '/question/a/b',
  ];
  for (const path of paths) expect((await ask(path)).status, path).toBe(404);
  for (const path of ['/%ff', 'http://evil.example/', '*', `/?${'x'.repeat(9000)}`])
    expect((await ask(path)).status, path).toBe(400);
  for (const name of ['page.js', 'dashboard.js', 'chart.js', 'options.js', 'echarts.js', 'style.css', 'icon.svg'])
    expect((await ask(`/assets/${name}`)).status, name).toBe(200);
  expect(opened.faults).toEqual([]);
});

it('sends a file of its own again only where it has changed', async () => {
  const { cookie } = opened;
  const { headers } = await ask('/assets/echarts.js');
  const again = await ask('/assets/echarts.js', { headers: { cookie, 'if-none-match': String(headers.etag) } });
  expect([again.status, again.body]).toEqual([304, '']);
  expect((await ask('/assets/page.js', { headers: { cookie, 'if-none-match': String(headers.etag) } })).status).toBe(
    200,
  );
  expect((await ask('/assets/echarts.js', { headers: { 'if-none-match': String(headers.etag) } })).status).toBe(403);
});

it('leads nowhere else', async () => {
  for (const back of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/\t/evil.example',
    '/\r\nSet-Cookie: a=b',
    '/☃',
    '/é',
    '',
  ])
    expect((await ask(`/theme?to=dark&back=${encodeURIComponent(back)}`)).headers.location, back).toBe('/');
  expect((await ask('/theme?to=dark&back=%2Fcoverage%3Ffrom%3D7d')).headers.location).toBe('/coverage?from=7d');
  for (const path of [`//evil.example/?token=${token}`, `///evil.example?token=${token}`])
    expect((await ask(path, { headers: {} })).headers.location, path).toMatch(/^\/(?!\/)/);
});

it('says what is wrong with a parameter, and where', async () => {
  const wrong = await ask('/question/key-timeline?ask=1&key=no-key');
  expect([wrong.status, wrong.body]).toEqual([400, expect.stringContaining('is no access key id')]);
  expect((await ask('/question/key-timeline?ask=1')).status).toBe(400);
  expect((await ask('/question/key-owner?ask=1&limit=1000000')).body).toContain('100000 rows at most');
  expect((await ask('/question/key-owner?ask=1&nonsense=1')).body).toContain('has no parameter');
  expect((await ask('/question/no-such')).status).toBe(404);
  expect((await ask('/report?id=AKIA%22%3E')).status).toBe(400);
});
