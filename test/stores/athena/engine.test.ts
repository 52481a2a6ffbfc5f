import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { KeytrailError } from '../../../src/errors.js';
import { questionById } from '../../../src/queries/load.js';
import { bindQuestion } from '../../../src/queries/parameters.js';
import { runQuestion } from '../../../src/queries/run.js';
import { pollDelay } from '../../../src/stores/athena/engine.js';
import { openAthena } from '../../../src/stores/athena/index.js';
import { parseLocation } from '../../../src/stores/athena/location.js';
import { type Call, fakeAthena, type Reply, refusal, resultSet } from './fake-athena.js';

// moto's queries always succeed at once, in one page: these need a server that says what the test wants.
const opened: { close(): Promise<void> }[] = [];
const region = 'us-east-1';

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'testing');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'testing');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent');
  vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  // Times without a zone must not be read as local ones.
  vi.stubEnv('TZ', 'America/Los_Angeles');
});
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
  vi.unstubAllEnvs();
});

async function serve(answer: (call: Call, calls: readonly Call[]) => Reply, signal?: AbortSignal) {
  const server = await fakeAthena(answer);
  const options = { region, endpointUrl: server.url, ...(signal ? { signal } : {}) };
  const engine = await openAthena('primary/logs', options);
  opened.push(server, engine);
  return { server, engine };
}

const ports = bindQuestion(questionById('internet-accepted'), {}, new Date(0));
const owner = bindQuestion(questionById('key-owner'), { key: ['AKIAIOSFODNN7EXAMPLE'] }, new Date(0));

const status = (State: string, StateChangeReason?: string): Reply => ({
  body: { QueryExecution: { QueryExecutionId: 'q-1', Status: { State, StateChangeReason } } },
});

const portColumns = {
  srcaddr: 'varchar',
  dstaddr: 'varchar',
  dstport: 'integer',
  protocol: 'integer',
  interface_id: 'varchar',
  flows: 'bigint',
  packets: 'bigint',
  bytes: 'bigint',
  first_seen: 'timestamp(3) with time zone',
  last_seen: 'timestamp',
};
const flow = (srcaddr: string) => [
  srcaddr,
  null,
  '22',
  '6',
  '',
  '3',
  '30',
  '9007199254740991',
  '2026-03-02 08:00:00.000 UTC',
  '2026-03-02 09:00:00.000',
];

const pages = [
  { token: undefined, rows: [Object.keys(portColumns), flow('203.0.113.1')] },
  { token: 'two', rows: [flow('203.0.113.2')] },
  { token: 'three', rows: [flow('203.0.113.3')] },
];

test('a query is started once, waited for, and read page by page', async () => {
  const { server, engine } = await serve(({ action, body }, calls) => {
    const polls = calls.filter((call) => call.action === 'GetQueryExecution').length;
    if (action === 'StartQueryExecution') return { body: { QueryExecutionId: 'q-1' } };
    if (action === 'GetQueryExecution') return status(['QUEUED', 'RUNNING'][polls - 1] ?? 'SUCCEEDED');
    const page = pages.findIndex(({ token }) => token === body.NextToken);
    const NextToken = pages[page + 1]?.token;
    const rows = pages[page]?.rows ?? [];
    return { body: { ResultSet: resultSet(portColumns, rows), NextToken } };
  });
  const answer = await runQuestion(engine, ports);
  expect(answer.rows.map(({ srcaddr }) => srcaddr)).toEqual(['203.0.113.1', '203.0.113.2', '203.0.113.3']);
  expect(answer.rows[0]).toEqual({
    srcaddr: '203.0.113.1',
    dstaddr: null,
    dstport: 22,
    protocol: 6,
    interface_id: '',
    flows: 3,
    packets: 30,
    bytes: 9007199254740991,
    first_seen: '2026-03-02T08:00:00Z',
    last_seen: '2026-03-02T09:00:00Z',
  });
  expect(answer.coverage.logs).toEqual([]);
  expect(answer.coverage.missing).toEqual([expect.stringMatching(/^athena:primary\/logs reads the log files where/)]);

  expect(server.calls('GetQueryExecution')).toHaveLength(3);
  const [start, ...more] = server.calls('StartQueryExecution');
  expect(more).toEqual([]);
  expect(start?.body).toMatchObject({ WorkGroup: 'primary', QueryExecutionContext: { Database: 'logs' } });
  expect(start?.body.ClientRequestToken).toMatch(/^[0-9a-f-]{36}$/);
  // Athena refuses an empty list of parameters.
  expect(start?.body).not.toHaveProperty('ExecutionParameters');
});

test('texts travel as quoted execution parameters', async () => {
  const { server, engine } = await serve(({ action }) => {
    if (action === 'StartQueryExecution') return { body: { QueryExecutionId: 'q-1' } };
    return action === 'GetQueryExecution' ? status('SUCCEEDED') : { body: { ResultSet: resultSet({}, []) } };
  });
  expect(await engine.ask(owner)).toEqual([]);
  expect(server.calls('StartQueryExecution')[0]?.body.ExecutionParameters).toEqual([
    "'0001-01-01T00:00:00Z'",
    "'9999-12-31T23:59:59Z'",
    "'AKIAIOSFODNN7EXAMPLE'",
  ]);
});

test('a start that AWS lost is sent again under the same token', async () => {
  const { server, engine } = await serve(({ action }, calls) => {
    if (calls.length === 1) return refusal('InternalServerException', 'try again', 500);
    if (action === 'StartQueryExecution') return { body: { QueryExecutionId: 'q-1' } };
    return action === 'GetQueryExecution' ? status('SUCCEEDED') : { body: { ResultSet: resultSet({}, []) } };
  });
  await engine.ask(ports);
  const tokens = server.calls('StartQueryExecution').map(({ body }) => body.ClientRequestToken);
  expect(tokens).toHaveLength(2);
  expect(new Set(tokens).size).toBe(1);
});

test('polls begin at 250 ms and end at 5 s', () => {
  expect([0, 1, 2, 3, 4, 5, 60, 2000].map(pollDelay)).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000, 5000]);
});

/** What the asker is told when a query ends so. */
async function failureOf(reply: Reply): Promise<KeytrailError> {
  const { engine } = await serve(({ action }) =>
    action === 'StartQueryExecution' ? { body: { QueryExecutionId: 'q-1' } } : reply,
  );
  const error = await engine.ask(owner).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(KeytrailError);
  return error as KeytrailError;
}

describe('a query that fails says why in one line, and what to do', () => {
  const cases: [string, string, RegExp, RegExp][] = [
    [
      'FAILED',
      "TABLE_NOT_FOUND: line 5:8: Table 'awsdatacatalog.logs.cloudtrail_logs' does not exist",
      /database logs has no table cloudtrail_logs$/,
      /Query AWS CloudTrail logs/,
    ],
    ['FAILED', "SCHEMA_NOT_FOUND: line 5:8: Schema 'logs' does not exist", /no database logs$/, /Region/],
    [
      'FAILED',
      "COLUMN_NOT_FOUND: line 5:8: Column 'aws_region' cannot be resolved or requester is not authorized",
      /no column aws_region$/,
      /fields\.yaml/,
    ],
    [
      'FAILED',
      'Permission denied on S3 path: s3://logs/x. Access Denied (Service: Amazon S3)',
      /could not answer key-owner: Permission denied/,
      /s3:GetObject/,
    ],
    ['FAILED', 'Query exhausted resources at this scale factor', /exhausted/, /--from/],
    ['CANCELLED', 'Bytes scanned limit was exceeded', /told to stop answering key-owner: Bytes/, /workgroup's limit/],
    ['CANCELLED', '', /told to stop answering key-owner: no reason given/, /q-1/],
  ];
  test.for(cases)('%s %s', async ([state, reason, message, hint]) => {
    const error = await failureOf(status(state, reason));
    expect(error.code).toBe('store_failed');
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });

  test('text from a log in the reason can neither drive a terminal nor fill it', async () => {
    const error = await failureOf(status('FAILED', `bad row: \u001b[2J\n${'x'.repeat(9000)}`));
    expect(error.message).toMatch(/bad row: \\u001b\[2J x/);
    expect(error.message.length).toBeLessThan(600);
  });
});

describe('a request that is refused', () => {
  test.for([
    ['InvalidRequestException', 'WorkGroup primary is not found.', 'store_failed', /WorkGroup primary is not found$/],
    ['AccessDeniedException', 'You are not authorized', 'store_denied', /not authorized/],
    ['UnrecognizedClientException', 'The security token is invalid', 'no_credentials', /token is invalid/],
    ['ExpiredTokenException', 'The security token expired', 'no_credentials', /expired/],
  ] as const)('%s', async ([type, text, code, message]) => {
    const { server, engine } = await serve(() => refusal(type, text));
    await expect(engine.ask(owner)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(server.calls()).toHaveLength(1);
  });

  test('while it is waited for: the query is not left running', async () => {
    const { server, engine } = await serve(({ action }) => {
      if (action === 'StartQueryExecution') return { body: { QueryExecutionId: 'q-1' } };
      return action === 'StopQueryExecution' ? { body: {} } : refusal('AccessDeniedException', 'no polling for you');
    });
    await expect(engine.ask(owner)).rejects.toMatchObject({
      code: 'store_denied',
      message: expect.stringMatching(/no polling for you; query q-1 was stopped$/),
    });
    expect(server.calls('StopQueryExecution').map(({ body }) => body)).toEqual([{ QueryExecutionId: 'q-1' }]);
  });

  test('by nobody: the endpoint does not answer', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as AddressInfo;
    gone.close();
    await once(gone, 'close');
    const engine = await openAthena('primary/logs', { region, endpointUrl: `http://127.0.0.1:${port}` });
    opened.push(engine);
    await expect(engine.ask(owner)).rejects.toMatchObject({ code: 'store_unreachable' });
  });

  test('by something else than Athena', async () => {
    const page = createServer((_, response) => response.end('<html>hello</html>')).listen(0, '127.0.0.1');
    await once(page, 'listening');
    try {
      for (const endpointUrl of [`http://127.0.0.1:${(page.address() as AddressInfo).port}`, 'athena']) {
        const engine = await openAthena('primary/logs', { region, endpointUrl });
        opened.push(engine);
        await expect(engine.ask(owner)).rejects.toMatchObject({
          message: 'no Athena answers at the endpoint for athena:primary/logs',
          hint: expect.stringContaining('--endpoint-url'),
        });
      }
    } finally {
      page.closeAllConnections();
      page.close();
      await once(page, 'close');
    }
  });

  test('by the SDK: there are no credentials', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    const { server, engine } = await serve(() => refusal('InternalServerException', 'not to be asked', 500));
    await expect(engine.ask(owner)).rejects.toMatchObject({ code: 'no_credentials' });
    expect(server.calls()).toEqual([]);
  });
});

describe('a query that nobody waits for any more is stopped', () => {
  const running = (polled: () => void) => (call: Call) => {
    if (call.action === 'StartQueryExecution') return { body: { QueryExecutionId: 'q-1' } };
    if (call.action === 'StopQueryExecution') return { body: {} };
    polled();
    return status('RUNNING');
  };

  test('when the signal fires', async () => {
    const stop = new AbortController();
    const { server, engine } = await serve(
      running(() => stop.abort()),
      stop.signal,
    );
    await expect(engine.ask(owner)).rejects.toMatchObject({
      code: 'interrupted',
      message: expect.stringMatching(/query q-1 was stopped$/),
    });
    expect(server.calls('StopQueryExecution')).toHaveLength(1);
    // And nothing is started after it.
    await expect(engine.ask(owner)).rejects.toMatchObject({ code: 'interrupted' });
    expect(server.calls('StartQueryExecution')).toHaveLength(1);
  });

  test('when the engine is closed', async () => {
    const polls = new EventEmitter();
    const { server, engine } = await serve(running(() => polls.emit('poll')));
    const underWay = once(polls, 'poll');
    const asked = engine.ask(owner).catch((error: unknown) => error);
    await underWay;
    await engine.close();
    expect(await asked).toMatchObject({ code: 'interrupted' });
    expect(server.calls('StopQueryExecution')).toHaveLength(1);
  });

  test('and if that fails, the asker is told', async () => {
    const stop = new AbortController();
    const { engine } = await serve(({ action }) => {
      if (action === 'StartQueryExecution') return { body: { QueryExecutionId: 'q-1' } };
      if (action === 'StopQueryExecution') return refusal('AccessDeniedException', 'no stopping');
      stop.abort();
      return status('RUNNING');
    }, stop.signal);
    await expect(engine.ask(owner)).rejects.toMatchObject({
      code: 'interrupted',
      message: expect.stringMatching(/query q-1 may still run \(no stopping\)$/),
    });
  });
});

describe('a location', () => {
  test('is a workgroup and a database', () => {
    expect(parseLocation('team.ir_1/security_logs')).toEqual({
      workGroup: 'team.ir_1',
      database: 'security_logs',
      uri: 'athena:team.ir_1/security_logs',
    });
  });

  test.for(['', 'primary', 'primary/', '/logs', 'a/b/c', 'pri mary/logs', "primary/lo'gs", `${'w'.repeat(129)}/logs`])(
    'is not %j',
    async (rest) => {
      await expect(openAthena(rest, { region })).rejects.toMatchObject({
        code: 'usage',
        hint: expect.stringContaining('athena:WORKGROUP/DATABASE'),
      });
    },
  );

  test('needs a Region', async () => {
    vi.stubEnv('AWS_REGION', undefined);
    await expect(openAthena('primary/logs')).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('--region'),
    });
  });
});
