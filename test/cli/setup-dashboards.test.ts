import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Certificate, selfSigned } from '../services/certificate.js';
import { runCli } from './run-cli.js';

interface Asked {
  method: string | undefined;
  url: string | undefined;
  headers: Record<string, string | string[] | undefined>;
  filename: string | null;
  lines: { type: string; id: string }[];
}

/** Answers in place of OpenSearch Dashboards, which can't be started here, as its documentation says that it does. */
async function stub(answer: (asked: Asked) => { status: number; body: unknown }, certificate?: Certificate) {
  const asked: Asked[] = [];
  const server = (certificate ? createSecureServer(certificate) : createServer()).on(
    'request',
    async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      // A form is taken apart by a parser that is not ours.
      const form = await new Response(Buffer.concat(chunks), {
        headers: { 'content-type': request.headers['content-type'] ?? '' },
      }).formData();
      const file = form.get('file') as File;
      const lines = (await file.text()).trimEnd().split('\n');
      const one: Asked = {
        method: request.method,
        url: request.url,
        headers: request.headers,
        filename: file.name,
        lines: lines.map((line) => JSON.parse(line)),
      };
      asked.push(one);
      const { status, body } = answer(one);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`,
    asked,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const success = ({ lines }: Asked) => ({
  status: 200,
  body: {
    successCount: lines.length,
    success: true,
    successResults: lines.map(({ type, id }) => ({ type, id, meta: {} })),
  },
});

/** No cluster is there: only Dashboards may be asked. */
const only = (url: string, store = 'opensearch:http://127.0.0.1:9') => [
  'setup',
  'opensearch',
  '--store',
  store,
  '--dashboards-only',
  '--dashboards-url',
  url,
];
const users = { KEYTRAIL_OPENSEARCH_USERNAME: 'ana', KEYTRAIL_OPENSEARCH_PASSWORD: 's3cret' };

test('a stub in place of Dashboards gets the documented request, and its success is told', async () => {
  const dashboards = await stub(success);
  try {
    const { code, stdout, stderr } = await runCli(only(`${dashboards.url}/_dashboards/`), users);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [asked] = dashboards.asked;
    expect(asked).toMatchObject({ method: 'POST', url: '/_dashboards/api/saved_objects/_import?overwrite=true' });
    expect(asked?.headers['osd-xsrf']).toBe('true');
    expect(asked?.headers.authorization).toBe(`Basic ${Buffer.from('ana:s3cret').toString('base64')}`);
    expect(asked?.filename).toMatch(/\.ndjson$/);
    const generated = readFileSync('dashboards/generated/dashboards.ndjson', 'utf8').trimEnd().split('\n');
    expect(asked?.lines).toEqual(generated.map((line) => JSON.parse(line)));
    expect(stdout).toBe(
      `dashboards: ${generated.length} of ${generated.length} saved objects imported into ${dashboards.url}/_dashboards\n`,
    );
  } finally {
    await dashboards.close();
  }
});

test('a stub in place of Dashboards: its own user goes before the cluster’s, and a prefix into every id', async () => {
  const dashboards = await stub(success);
  try {
    const env = { ...users, KEYTRAIL_DASHBOARDS_USERNAME: 'bea', KEYTRAIL_DASHBOARDS_PASSWORD: 'w0rd' };
    const { code } = await runCli(only(dashboards.url, 'opensearch:http://127.0.0.1:9?prefix=team'), env);
    expect(code).toBe(0);
    const [asked] = dashboards.asked;
    expect(asked?.headers.authorization).toBe(`Basic ${Buffer.from('bea:w0rd').toString('base64')}`);
    for (const { id } of asked?.lines ?? []) expect(id).toMatch(/^team-keytrail-/);
  } finally {
    await dashboards.close();
  }
});

test('a stub in place of Dashboards: what it does not take is named, and the exit code says "in part"', async () => {
  const dashboards = await stub(({ lines }) => ({
    status: 200,
    body: {
      success: false,
      successCount: lines.length - 2,
      errors: [
        {
          type: 'dashboard',
          id: 'keytrail-logins',
          meta: {},
          error: { type: 'missing_references', references: [{ type: 'search', id: 'keytrail-logins-root' }] },
        },
        {
          type: 'search',
          id: '\u001b[31mx',
          meta: {},
          error: { type: 'unknown', message: 'too long', statusCode: 400 },
        },
      ],
    },
  }));
  try {
    const { code, stdout, stderr } = await runCli(only(dashboards.url));
    expect(code).toBe(3);
    expect(stdout).toMatch(/^dashboards: \d+ of \d+ saved objects imported/);
    expect(dashboards.asked[0]?.headers.authorization).toBeUndefined();
    const [first, second] = stderr.trimEnd().split('\n');
    expect(first).toBe('not imported: dashboard keytrail-logins: missing_references: search/keytrail-logins-root');
    expect(second).toMatch(/^not imported: search .*x: unknown: too long$/);
    expect(stderr).not.toContain('\u001b');
  } finally {
    await dashboards.close();
  }
});

test.each([
  [401, { statusCode: 401, error: 'Unauthorized', message: 'Authentication required' }, /does not take this user/],
  [
    403,
    { statusCode: 403, error: 'Forbidden', message: 'no permissions' },
    /does not let this user write .*: no permissions/,
  ],
  [
    400,
    { statusCode: 400, error: 'Bad Request', message: 'Request must contain a osd-xsrf header.' },
    /answers 400: Request must/,
  ],
  [200, { name: 'node', tagline: 'The OpenSearch Project' }, /not as OpenSearch Dashboards does/],
])('a stub in place of Dashboards answers %i: one line, no secret', async (status, body, message) => {
  const dashboards = await stub(() => ({ status, body }));
  try {
    const { code, stdout, stderr } = await runCli(only(dashboards.url.replace('//', '//ana:s3cret@')));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n').length).toBe(1);
    expect(stderr).not.toContain('s3cret');
    expect(dashboards.asked[0]?.headers.authorization).toMatch(/^Basic /);
  } finally {
    await dashboards.close();
  }
});

test('a stub in place of Dashboards with TLS is trusted by its authority only', async () => {
  const certificate = selfSigned();
  const dashboards = await stub(success, certificate);
  const folder = await mkdtemp(join(tmpdir(), 'keytrail-ca-'));
  try {
    const ca = join(folder, 'ca.pem');
    await writeFile(ca, certificate.cert);
    expect((await runCli([...only(dashboards.url), '--ca', ca])).code).toBe(0);
    const untrusted = await runCli(only(dashboards.url));
    expect(untrusted.code).toBe(1);
    expect(untrusted.stderr).toMatch(/^keytrail: cannot reach OpenSearch Dashboards .* --ca FILE\.\n$/);
  } finally {
    await dashboards.close();
    await rm(folder, { recursive: true });
  }
});

test.each([
  [['--dashboards-only'], /needs --dashboards-url/],
  [['--dashboards-url', 'http://127.0.0.1:9', '--print'], /no import/],
  [['--dashboards-only', '--dashboards-url', 'logs:s3cret'], /neither http nor https/],
  [['--dashboards-only', '--dashboards-url', 'http://h/?a=s3cret'], /more than a base path/],
])('%j is wrong use', async (flags, message) => {
  const { code, stdout, stderr } = await runCli([
    'setup',
    'opensearch',
    '--store',
    'opensearch:http://127.0.0.1:9',
    ...flags,
  ]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr).not.toContain('s3cret');
});
