import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type LogName, logNames } from '../../../src/model/event.js';
import { allTime, type BoundQuestion, type ParameterValue } from '../../../src/model/question.js';
import { allQuestions, questionById } from '../../../src/queries/load.js';
import { bindQuestion } from '../../../src/queries/parameters.js';
import { runQuestion } from '../../../src/queries/run.js';
import { openEngine } from '../../../src/stores/open.js';
import type { Engine } from '../../../src/stores/store.js';
import { describeWith } from '../../services/index.js';
import { filled } from '../filled.js';
import { overFiles, tell } from './over-files.js';

const samples: Record<LogName, string> = {
  cloudtrail: 'records.json',
  vpcflow: 'flows.log',
  config: 'history.json',
  guardduty: 'findings.jsonl',
};
const header =
  'version vpc-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags pkt-srcaddr tomorrow-field';
const scope = { ...allTime, accounts: [], regions: [], keyIds: [] };
const owner = bindQuestion(questionById('key-owner'), { key: ['AKIAIOSFODNN7EXAMPLE'] }, new Date(0));

/** A question that reads no log. */
const asking = (sql: string, columns: string[], values: Record<string, ParameterValue> = {}): BoundQuestion =>
  ({
    question: {
      id: 'test',
      key: 'none',
      logs: ['guardduty'],
      views: [],
      parameters: [],
      columns: columns.map((name) => ({ name, type: 'string' })),
      sql,
    },
    scope,
    values,
  }) as unknown as BoundQuestion;

describeWith('trino', 'a Trino engine', (url, files) => {
  const schema = `engine_${randomUUID().slice(0, 8)}`;
  let engine: Engine;

  beforeAll(async () => {
    for (const log of logNames) {
      await mkdir(join(files, schema, log), { recursive: true });
      const text = await readFile(join('ingest', log, 'samples', samples[log]), 'utf8');
      // AWS writes an object on one line.
      const asDelivered = samples[log].endsWith('.json') ? JSON.stringify(JSON.parse(text)) : text;
      await writeFile(join(files, schema, log, samples[log]), asDelivered);
    }
    engine = await overFiles(url, files, schema, {
      cloudtrail: [{ folder: `${schema}/cloudtrail` }],
      vpcflow: [{ folder: `${schema}/vpcflow`, header }],
      config: [{ folder: `${schema}/config` }],
      guardduty: [{ folder: `${schema}/guardduty` }],
    });
  });
  afterAll(async () => {
    await engine.close();
    await tell(url, schema, `DROP SCHEMA ${schema} CASCADE`);
    await rm(join(files, schema), { recursive: true });
  });

  test('keeps no ledger, and answers say so', async () => {
    const { coverage } = await runQuestion(engine, owner);
    expect(coverage.missing).toEqual([expect.stringMatching(/^trino:http:.* reads the log files where they lie/)]);
  });

  test('texts come back as they were given, whatever they hold', async () => {
    const hostile = [
      "'",
      "''",
      "\\'",
      '"',
      '?',
      ':name',
      "'; DROP SCHEMA x CASCADE; --",
      '/*',
      '\0',
      '\u0000\u001f\u007f',
      '\ufeff',
      '\u202e',
      '😀',
      '$1',
      '%s',
      'x'.repeat(60_000),
    ];
    const question = asking(
      'SELECT text AS echo FROM UNNEST(ARRAY[:texts]) WITH ORDINALITY AS given (text, place) ORDER BY place',
      ['echo'],
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.string({ unit: 'binary' }),
            fc.string({ unit: fc.constantFrom("'", '\\', '?', ';', '"', '\0', '\n', 'é') }),
          ),
          { minLength: 1, maxLength: 50 },
        ),
        async (given) => {
          const texts = [...hostile, ...given];
          const rows = await engine.ask({ ...question, values: { texts } });
          expect(rows.map(({ echo }) => echo)).toEqual(texts);
        },
      ),
      { numRuns: 20 },
    );
  });

  const texts = allQuestions().filter(
    ({ parameters, engines }) =>
      parameters.some(({ type }) => type.startsWith('string')) && (!engines || engines.includes('trino')),
  );
  test.for(texts.map(({ id }) => id))('%s takes its texts, and those of its scope, for what they are', async (id) => {
    // Nothing has this text: where it were more than that, there would be rows or an error.
    for (const text of ["x' OR '1'='1", "\\'; DROP SCHEMA x CASCADE -- ? :user\0😀"])
      expect(await engine.ask(filled(id, text))).toEqual([]);
  });

  const failure = (location: string, bound: BoundQuestion = owner) =>
    openEngine(`trino:${url}/${location}`).then((other) => other.ask(bound));

  test('what is not there is named, with what to do', async () => {
    await tell(url, schema, `CREATE SCHEMA ${schema}_empty`);
    try {
      await expect(failure(`hive/${schema}_empty`)).rejects.toMatchObject({
        code: 'store_failed',
        message: `hive.${schema}_empty has no table or view cloudtrail_logs`,
        hint: expect.stringContaining('trino:http://HOST:PORT/CATALOG/SCHEMA'),
      });
      await tell(url, `${schema}_empty`, "CREATE VIEW cloudtrail_logs AS SELECT '2026' AS eventtime");
      await expect(failure(`hive/${schema}_empty`)).rejects.toMatchObject({
        message: expect.stringContaining('has no column '),
        hint: expect.stringContaining('fields.yaml'),
      });
    } finally {
      await tell(url, schema, `DROP SCHEMA ${schema}_empty CASCADE`);
    }
    for (const nowhere of ['hive/nowhere', 'nowhere/logs'])
      await expect(failure(nowhere)).rejects.toMatchObject({
        code: 'store_failed',
        message: `${url} has no schema ${nowhere.replace('/', '.')}`,
      });
  });

  test('a file that is not what its table says is named, and why', async () => {
    const folder = `${schema}/broken`;
    const broken = `${schema}_broken`;
    const other = await overFiles(url, files, broken, { cloudtrail: [{ folder }] });
    try {
      await writeFile(join(files, folder, 'x.json'), '{"Records":[{"userIdentity":"text"}]}');
      await expect(other.ask(owner)).rejects.toMatchObject({
        code: 'store_failed',
        message: expect.stringMatching(/broken\/x\.json: Invalid JSON/),
        hint: expect.stringContaining('format'),
      });
    } finally {
      await tell(url, broken, `DROP SCHEMA ${broken} CASCADE`);
    }
  });

  test('a question that Trino does not understand is refused with its reason', async () => {
    await expect(engine.ask(asking('SELEC 1', []))).rejects.toMatchObject({
      code: 'store_failed',
      message: expect.stringContaining('could not answer test'),
      hint: expect.stringContaining('dialect'),
    });
    await expect(engine.ask(asking('SELECT 1 AS one', ['two']))).rejects.toMatchObject({ code: 'bad_contract' });
  });

  test('a query that nobody waits for any more is stopped', async () => {
    const mark = randomUUID();
    const endless = asking(
      `SELECT count(*) AS n FROM UNNEST(sequence(1, 10000)) a (x), UNNEST(sequence(1, 10000)) b (y), UNNEST(sequence(1, 10000)) c (z) WHERE mod(x * y * z, 7) = 8 AND '${mark}' <> ''`,
      ['n'],
    );
    const state = async () => {
      const [row] = await tell(
        url,
        schema,
        `SELECT state FROM system.runtime.queries WHERE source = 'keytrail' AND query LIKE '%${mark}%'`,
      );
      return row?.[0];
    };
    const stop = new AbortController();
    const other = await openEngine(`trino:${url}/hive/${schema}`, { signal: stop.signal });
    const asked = other.ask(endless).catch((error: unknown) => error);
    await vi.waitUntil(async () => (await state()) === 'RUNNING', { timeout: 20_000 });
    stop.abort();
    expect(await asked).toMatchObject({
      code: 'interrupted',
      message: expect.stringMatching(/; query \w+ was stopped$/),
    });
    await vi.waitUntil(async () => (await state()) === 'FAILED', { timeout: 20_000 });
  });
});
