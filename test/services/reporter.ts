import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule, TestProject, Vitest } from 'vitest/node';
import type { ServiceState } from './service.js';
import type {} from './setup.js';

/** What scripts/test.mjs tells the user at the end of a run. */
export interface Summary {
  passed: number;
  failed: number;
  skipped: number;
  /** How each engine that ran was had. */
  engines: string[];
  /** What did not run, why and how to have it, one line each. */
  notRun: string[];
}

/** Writes the Summary to the file that KEYTRAIL_TEST_SUMMARY names. */
export default class SummaryReporter implements Reporter {
  #project: TestProject | undefined;

  onInit(vitest: Vitest): void {
    this.#project = vitest.getRootProject();
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const path = process.env.KEYTRAIL_TEST_SUMMARY;
    if (path === undefined) return;
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
    // A file that can't be loaded, or a hook that throws, fails without any test of it failing.
    const broken = modules.filter((module) => !module.ok() && [...module.children.allTests('failed')].length === 0);
    const { opensearch, secured, aws, trino, browser } = this.#project?.getProvidedContext() ?? {};
    const services = Object.entries({ opensearch, secured, aws, trino, browser }).flatMap(([name, state]) =>
      state ? [{ name, state }] : [],
    );
    const summary: Summary = {
      passed: count('passed'),
      failed: count('failed') + broken.length + unhandled.length,
      skipped: count('skipped'),
      engines: services.flatMap(({ state }) => (state.url === undefined ? [] : [state.how])),
      notRun: notRun(tests, services),
    };
    writeFileSync(path, JSON.stringify(summary));
  }
}

type Named = { name: string; state: ServiceState };

function notRun(all: readonly TestCase[], services: readonly Named[]): string[] {
  const missing = services.flatMap(({ name, state }) =>
    state.url === undefined && state.absent !== 'unused' ? [{ name, reason: state.reason, hint: state.hint }] : [],
  );
  const byReason = new Map(missing.map(({ reason }) => [reason, 0]));
  for (const test of all) {
    const result = test.result();
    if (result.state !== 'skipped') continue;
    // A whole suite is skipped without a note; its file's name tells what it asks for.
    const asks = test.module.moduleId.split('.');
    const wanted = missing.find(
      ({ name }) => asks.includes(name) || (asks.includes('engines') && (name === 'opensearch' || name === 'aws')),
    );
    const reason = result.note ?? wanted?.reason ?? 'switched off in the test file';
    byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
  }
  return [...byReason].map(([reason, count]) => {
    const hint = missing.find((service) => service.reason === reason)?.hint;
    const tests = count === 0 ? '' : count === 1 ? '1 test: ' : `${count} tests: `;
    return `${tests}${reason}${hint ? `. To run: ${hint}.` : ''}`;
  });
}
