import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { allQuestions, questionById } from '../../src/queries/load.js';
import { bindPack, runPack } from '../../src/queries/pack.js';
import { procedureSteps } from '../../src/queries/steps.js';
import { tacticNames } from '../../src/queries/tactic-names.js';
import { tacticsOf } from '../../src/queries/tactics.js';
import { openDuckDb } from '../../src/stores/duckdb/index.js';

const now = new Date('2026-03-02T12:00:00Z');

test('every technique that a question names belongs to a tactic', () => {
  for (const question of allQuestions())
    for (const technique of question.attack.techniques)
      expect(tacticsOf({ attack: { ...question.attack, techniques: [technique] } }), technique).not.toEqual([]);
  expect(tacticNames).toEqual(Object.keys(parse(readFileSync('queries/tactics.yaml', 'utf8')).tactics));
});

test('the steps of the procedure are those that a question may name', () => {
  const { step } = JSON.parse(readFileSync('queries/schema.json', 'utf8')).properties;
  expect(Object.keys(procedureSteps)).toEqual(step.enum);
});

test('each question takes what it has, and one that lacks what it needs is not asked', () => {
  const questions = ['key-clients', 'internet-accepted', 'ip-pivot'].map(questionById);
  const given = { key: ['AKIAIOSFODNN7EXAMPLE'], from: ['1d'], ports: ['22'] };
  const { bound, unasked } = bindPack(questions, given, new Map([['key-clients', { limit: ['5'] }]]), now);
  expect(bound.map(({ question, values }) => [question.id, values])).toEqual([
    ['key-clients', { limit: 5 }],
    ['internet-accepted', { ports: [22], limit: 1000 }],
  ]);
  expect(bound.every(({ scope }) => scope.from === '2026-03-01T12:00:00Z')).toBe(true);
  expect(unasked).toMatchObject([{ question: { id: 'ip-pivot' }, reason: 'it needs ip' }]);
  expect(() => bindPack(questions, { ...given, colour: ['red'] }, new Map(), now)).toThrow('"colour"');
  expect(() => bindPack(questions, { ...given, ports: ['x'] }, new Map(), now)).toThrow('ports');
});

test('a question that fails fails alone; what would fail them all is thrown', async () => {
  const told = new AbortController();
  const folder = await mkdtemp(join(tmpdir(), 'keytrail-pack-'));
  const store = await openDuckDb(join(folder, 'x.duckdb'), 'write', undefined, told.signal);
  await store.prepare();
  const { bound } = bindPack(
    ['key-clients', 'key-owner', 'destroy'].map(questionById),
    { key: ['AKIAIOSFODNN7EXAMPLE'] },
    new Map(),
    now,
  );
  const [first, second, third] = bound;
  const broken = { ...second!, question: { ...second!.question, sql: 'SELECT nothing_of_that_name FROM events' } };
  const done: string[] = [];
  const outcomes = await runPack(store, [first!, broken, third!], {
    concurrency: 2,
    onDone: ({ question }) => done.push(question.id),
  });
  expect(outcomes.map(({ question, answer, error }) => [question.id, answer?.rows, error?.code])).toEqual([
    ['key-clients', [], undefined],
    ['key-owner', undefined, 'store_failed'],
    ['destroy', [], undefined],
  ]);
  expect(done.sort()).toEqual(['destroy', 'key-clients', 'key-owner']);
  told.abort();
  await expect(runPack(store, bound, { concurrency: 2 })).rejects.toMatchObject({ code: 'interrupted' });
  await store.close();
  await rm(folder, { recursive: true });
});
