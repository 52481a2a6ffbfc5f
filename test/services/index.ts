import { randomBytes } from 'node:crypto';
import { describe, inject, type TestContext } from 'vitest';
import * as aws from './aws.js';
import { type OwnCluster, startCluster } from './opensearch-cluster.js';
import { type Running, type ServiceState, Unavailable } from './service.js';
import type {} from './setup.js';

type Service = 'opensearch' | 'secured' | 'aws' | 'trino' | 'browser';

function urlOrSkip(state: ServiceState, context: Pick<TestContext, 'skip'>): string {
  if (state.url !== undefined) return state.url;
  if (state.absent === 'unused') throw new Error(`${state.reason}: rename the test file`);
  return context.skip(state.reason);
}

/** The address of the run's OpenSearch node. Without one the test is skipped, and the run's end says why. */
export function opensearchOrSkip(context: Pick<TestContext, 'skip'>): string {
  return urlOrSkip(inject('opensearch'), context);
}

/** The address of the run's AWS endpoint, shared by all tests and enforcing nothing; likewise. */
export function awsOrSkip(context: Pick<TestContext, 'skip'>): string {
  return urlOrSkip(inject('aws'), context);
}

/**
 * A `describe` whose tests and hooks all need a service. Without it they are skipped, and the run's end says why.
 * `url` of a browser is the path of its program. `files` is the service's folder: what Trino's
 * catalog `hive` reads as `local:///`; where the secured node has its `ca.pem`.
 */
export function describeWith(service: Service, name: string, body: (url: string, files: string) => void): void {
  const state = inject(service);
  if (state.url !== undefined) describe(name, () => body(state.url, state.files ?? ''));
  else if (state.absent === 'unused') throw new Error(`${state.reason}: rename the test file`);
  else describe.skip(name, () => body('http://service.invalid', '/nonexistent'));
}

let started = 0;

/** An AWS endpoint of the caller's own, to be stopped by it: for tests that turn enforcement on or reset the server. */
export async function startAws(): Promise<{ endpoint: string; stop(): Promise<void> }> {
  started += 1;
  const own: Running = await aws.startPrivateAws(inject('serviceLogs'), `aws-${process.pid}-${started}`);
  return { endpoint: own.url, stop: own.stop };
}

/**
 * An OpenSearch cluster of the caller's own, to be ended by it: for tests that stop nodes. It needs the jars; where
 * they can't be had, the test is skipped, and the run's end says why.
 */
export async function clusterOrSkip(context: Pick<TestContext, 'skip'>, nodes: number): Promise<OwnCluster> {
  started += 1;
  try {
    return await startCluster(inject('serviceLogs'), `keytrail-${process.pid}-${started}`, nodes);
  } catch (error) {
    if (error instanceof Unavailable) return context.skip(`no OpenSearch node to stop (${error.message})`);
    throw error;
  }
}

/** A name for indices and buckets that no other test uses: lower case letters and digits. */
export function uniquePrefix(name = 'kt'): string {
  return `${name}-${randomBytes(6).toString('hex')}`;
}
