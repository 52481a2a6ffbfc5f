import { expect } from 'vitest';
import { type Random, randomOf } from '../../../src/scenario/random.js';
import { runCli } from '../../cli/run-cli.js';

/** Another one each run; KEYTRAIL_TEST_SEED repeats one that failed. */
const seed = Number(process.env.KEYTRAIL_TEST_SEED ?? Date.now() % 1_000_000_000);

/** Chance that can be had again: the seed is printed. */
export function chance(what: string): Random {
  console.log(`${what}: KEYTRAIL_TEST_SEED=${seed}`);
  return randomOf(seed, what);
}

interface Summary {
  objects: { seen: number; done: number; skipped: number; failed: number };
  records: { read: number; stored: number; duplicates: number; deadLettered: number };
  failures: { key: string; reason: string }[];
}

/** Of what any ingest printed: each record has one outcome, and only what was broken went to the dead letters. */
export function balanced(stdout: string, broken = 0): Summary {
  const summary = JSON.parse(stdout) as Summary;
  const { read, stored, duplicates, deadLettered } = summary.records;
  expect(stored + duplicates + deadLettered).toBe(read);
  expect(deadLettered).toBe(broken);
  return summary;
}

export const ingestArgs = (source: string, store: string, ...more: string[]): string[] => [
  ...['ingest', source, '--store', store, '--format', 'json'],
  ...more,
];

/** An ingest that has to end by itself: with exit code 0, or 3 where so many records are broken. */
export async function ingest(args: readonly string[], env: Record<string, string> = {}, broken = 0): Promise<Summary> {
  const { code, stdout, stderr } = await runCli([...args], env);
  expect(code, stderr).toBe(broken > 0 ? 3 : 0);
  return balanced(stdout, broken);
}

/** An ingest that has to fail: exit code 1, nothing on standard output, and one line that says what and what to do. */
export async function failingIngest(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await runCli([...args], env);
  expect({ code, stdout }, stderr).toEqual({ code: 1, stdout: '' });
  return oneLine(stderr);
}

export function oneLine(stderr: string): string {
  const said = stderr.split('\n').filter((line) => line !== '' && !/objects, \d+ records read$/.test(line));
  expect(said).toEqual([expect.stringMatching(/^keytrail: .+\. [A-Z].+/)]);
  return said[0]!;
}

/** As the store itself has it: nothing is left to read, and of what was read nothing is unfinished. */
export async function expectAllRead(source: string, store: string, events: number): Promise<void> {
  const { objects, records } = await ingest(ingestArgs(source, store));
  expect(objects).toEqual({ seen: objects.skipped, done: 0, skipped: objects.skipped, failed: 0 });
  expect(records.read).toBe(0);
  const { stdout } = await runCli(['query', 'run', 'console-logins', '--store', store, '--format', 'json']);
  expect(JSON.parse(stdout).coverage.logs).toMatchObject([
    { log: 'cloudtrail', objects: { failed: 0, unfinished: 0 }, records: { read: events, deadLettered: 0 } },
  ]);
}
