import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { reasonOf } from '../../src/errors.js';
import * as aws from './aws.js';
import * as browser from './browser.js';
import * as opensearch from './opensearch.js';
import * as secured from './opensearch-secured.js';
import { type Running, type ServiceState, Unavailable } from './service.js';
import * as trino from './trino.js';

declare module 'vitest' {
  interface ProvidedContext {
    opensearch: ServiceState;
    secured: ServiceState;
    aws: ServiceState;
    trino: ServiceState;
    browser: ServiceState;
    /** The folder of this run's service logs. */
    serviceLogs: string;
  }
}

/** `name.opensearch.test.ts`, `name.aws.test.ts` and so on; `name.engines.test.ts` takes the first two. */
const services = [
  { name: 'opensearch', title: 'OpenSearch node', start: opensearch.startOpenSearch, hint: opensearch.hint },
  {
    name: 'secured',
    title: 'OpenSearch node with the Security plugin',
    start: secured.startSecured,
    hint: secured.hint,
  },
  { name: 'aws', title: 'AWS endpoint', start: aws.startSharedAws, hint: aws.hint },
  { name: 'trino', title: 'Trino', start: trino.startTrino, hint: trino.hint },
  { name: 'browser', title: 'browser', start: browser.findBrowser, hint: browser.hint },
] as const;

const asksFor = (file: string, service: string): boolean =>
  basename(file)
    .split('.')
    .some((part) => part === service || (part === 'engines' && (service === 'opensearch' || service === 'aws')));

/** Starts the services that the selected test files ask for, once a run, and ends them after it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { state, config } = project.vitest;
  const root = join(config.root, 'test-results', 'services');
  const logs = join(root, `${new Date().toISOString().slice(0, 19).replaceAll(':', '')}-${randomUUID().slice(0, 8)}`);
  project.provide('serviceLogs', logs);

  const running: Running[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((service) => service.stop()));
  };
  const files = state.getPaths();
  const states = await Promise.all(
    services.map(async ({ name, title, start, hint }): Promise<ServiceState> => {
      if (!files.some((file) => asksFor(file, name))) {
        return { absent: 'unused', reason: `no test file of this run is named for ${name}`, hint };
      }
      try {
        const service = await start(logs);
        running.push(service);
        const { url, how, files } = service;
        return files === undefined ? { url, how } : { url, how, files };
      } catch (error) {
        return {
          absent: error instanceof Unavailable ? 'missing' : 'broken',
          reason: `no ${title} (${reasonOf(error)})`,
          hint,
        };
      }
    }),
  );
  for (const [at, { name }] of services.entries()) project.provide(name, states[at]!);

  const missing = states.flatMap((found) => (found.url === undefined && found.absent !== 'unused' ? [found] : []));
  if (process.env.KEYTRAIL_REQUIRE_ENGINES === '1' && missing.length > 0) {
    await stop();
    const error = new Error(missing.map(({ reason }) => `KEYTRAIL_REQUIRE_ENGINES=1, but ${reason}`).join('\n'));
    // Where this was noticed is nobody's concern: only the reason is to be printed.
    error.stack = `Error: ${error.message}`;
    throw error;
  }

  return async () => {
    await stop();
    const failed = state.getCountOfFailedTests() > 0 || state.getUnhandledErrors().length > 0;
    const broken = missing.some(({ absent }) => absent === 'broken');
    if (!existsSync(logs)) return;
    if (failed || broken) console.error(`The logs of the test services are kept in ${logs}`);
    else rmSync(logs, { recursive: true, force: true });
  };
}
