import { expect, test } from 'vitest';
import { allTime, type BoundQuestion, type Row, type Scope } from '../../../src/model/question.js';
import { ask } from '../../../src/queries/ask.js';
import { allQuestions, questionById } from '../../../src/queries/load.js';
import { bindQuestion, isNeeded, parametersOf } from '../../../src/queries/parameters.js';
import { openEngine } from '../../../src/stores/open.js';
import type { Engine } from '../../../src/stores/store.js';
import { incidentInDuckDb } from '../../investigate/investigated.js';

const held = incidentInDuckDb();

const given: Readonly<Record<string, string>> = { t0: '2026-03-03T00:00:00Z', from: '2026-03-02T12:00:00Z' };

/** Every question that takes keys, asked of these. */
function questionsOf(keyIds: string[]): BoundQuestion[] {
  return allQuestions()
    .filter(({ key }) => key !== 'none')
    .map((question) => {
      const needed = parametersOf(question).filter((parameter) => isNeeded(question, parameter));
      const own = needed.flatMap(({ name }) => (given[name] ? [[name, [given[name]]] as const] : []));
      return bindQuestion(question, { ...Object.fromEntries(own), key: keyIds }, new Date('2026-03-05'));
    });
}

async function answersOf(engine: Engine, bound: readonly BoundQuestion[]): Promise<Record<string, Row[]>> {
  const answers = bound.map(async (one): Promise<[string, Row[]]> => [one.question.id, await ask(engine, one)]);
  return Object.fromEntries(await Promise.all(answers));
}

async function reading<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
  await held.duckdb.close();
  const engine = await openEngine(held.duckdb.uri);
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

test('an engine that is readied for a scope gives the rows that it gives without, all questions at once', () =>
  reading(async (engine) => {
    const keyIds = held.scenario.closure.map(({ accessKeyId }) => accessKeyId);
    const scope: Scope = { ...allTime, accounts: [], regions: [], keyIds };
    const bound = questionsOf(keyIds);
    const plain = await answersOf(engine, bound);
    expect(Object.values(plain).filter((rows) => rows.length > 0).length).toBeGreaterThan(20);
    const readied = (await engine.focused!(scope))!;
    expect(await answersOf(readied, bound)).toEqual(plain);
    // Of another key, and of everybody, it reads what the others read.
    const other = [...questionsOf(keyIds.slice(1, 2)), bindQuestion(questionById('key-owner'), {}, new Date())];
    expect(await answersOf(readied, other)).toEqual(await answersOf(engine, other));
    await readied.close();
    expect(await answersOf(engine, bound)).toEqual(plain);
  }));
