import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startContainer } from './docker.js';
import { findJdk } from './java.js';
import { cacheDir, firstThatWorks, type Running, startProgram, Unavailable } from './service.js';
import { filledOnce, onPath, output } from './tools.js';

const version = '476';
const heap = '-Xmx1200m';

export const hint =
  'set KEYTRAIL_TEST_TRINO=1, with Docker or with a JDK 24 or newer, Maven, tar and room for 821 MB to fetch; or set KEYTRAIL_TEST_TRINO_URL to a Trino and KEYTRAIL_TEST_TRINO_FILES to the folder that is `local.location` of its catalog `hive`';

/**
 * A Trino whose catalog `hive` reads the folder `files` as `local:///`: at the address in the environment, else in
 * Docker, else from Maven's archive. For its size it is started only where it is asked for. Its log goes to `logs`.
 */
export async function startTrino(logs: string): Promise<Running> {
  const { KEYTRAIL_TEST_TRINO_URL: address, KEYTRAIL_TEST_TRINO, KEYTRAIL_REQUIRE_ENGINES, CI } = process.env;
  if (address) return atAddress(address);
  if (![KEYTRAIL_TEST_TRINO, KEYTRAIL_REQUIRE_ENGINES].includes('1') && CI !== 'true')
    throw new Unavailable('it is large, and was not asked for');
  return firstThatWorks([inDocker, () => fromArchive(logs)]);
}

async function atAddress(address: string): Promise<Running> {
  const { KEYTRAIL_TEST_TRINO_FILES: files } = process.env;
  if (!files || !existsSync(files)) throw new Unavailable('KEYTRAIL_TEST_TRINO_FILES is no folder');
  const url = address.replace(/\/+$/, '');
  try {
    const response = await fetch(`${url}/v1/info`, { signal: AbortSignal.timeout(10_000) });
    const info = (await response.json()) as { nodeVersion?: { version?: string } };
    const how = `Trino ${info.nodeVersion?.version ?? 'of unknown version'} at KEYTRAIL_TEST_TRINO_URL`;
    return { url, how, files, stop: async () => undefined };
  } catch {
    throw new Unavailable('nothing answers at KEYTRAIL_TEST_TRINO_URL');
  }
}

const server = `coordinator=true
node-scheduler.include-coordinator=true
task.concurrency=1
http-server.log.enabled=false
`;

const catalog = (files: string): string => `connector.name=hive
hive.metastore=file
hive.metastore.catalog.dir=local:///metastore
hive.recursive-directories=true
hive.ignore-absent-partitions=true
fs.native-local.enabled=true
local.location=${files}
`;

async function inDocker(): Promise<Running> {
  const { Wait } = await import('testcontainers');
  const files = mkdtempSync(join(tmpdir(), 'keytrail-trino-'));
  // The container's user is another one.
  chmodSync(files, 0o777);
  const remove = (): void => rmSync(files, { recursive: true, force: true });
  try {
    const running = await startContainer({
      image: `trinodb/trino:${version}`,
      port: 8080,
      how: `Trino ${version}`,
      prepare: (container) =>
        container
          .withBindMounts([{ source: files, target: '/logs' }])
          .withCopyContentToContainer([
            {
              content: `${server}http-server.http.port=8080\ndiscovery.uri=http://localhost:8080\n`,
              target: '/etc/trino/config.properties',
            },
            { content: `-server\n${heap}\n--add-modules=jdk.incubator.vector\n`, target: '/etc/trino/jvm.config' },
            { content: catalog('/logs'), target: '/etc/trino/catalog/hive.properties' },
          ])
          .withWaitStrategy(
            Wait.forHttp('/v1/info', 8080).forResponsePredicate((body) => /"starting":\s*false/.test(body)),
          )
          .withStartupTimeout(120_000),
    });
    return {
      ...running,
      files,
      stop: async () => {
        await running.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

async function fromArchive(logs: string): Promise<Running> {
  const jdk = await findJdk(24);
  const folder = await filledOnce(join(cacheDir(), `trino-${version}`), (made) => fetchServer(made, jdk.home));
  const base = mkdtempSync(join(tmpdir(), 'keytrail-trino-'));
  const files = join(base, 'files');
  try {
    for (const name of ['files', 'data', 'etc/catalog']) mkdirSync(join(base, name), { recursive: true });
    writeFileSync(join(base, 'etc/config.properties'), `${server}plugin.dir=${join(folder, 'plugin')}\n`);
    writeFileSync(join(base, 'etc/catalog/hive.properties'), catalog(files));
    const node = await startProgram({
      name: 'Trino',
      command: join(jdk.home, 'bin', 'java'),
      args: [
        heap,
        // A server of minutes: what the second compiler gains it would not win back.
        '-XX:TieredStopAtLevel=1',
        '--add-modules=jdk.incubator.vector',
        '--enable-native-access=ALL-UNNAMED',
        '--sun-misc-unsafe-memory-access=allow',
        '-Djdk.attach.allowAttachSelf=true',
        '-Dnode.environment=test',
        `-Dnode.data-dir=${join(base, 'data')}`,
        '-cp',
        join(folder, 'lib', '*'),
        join(import.meta.dirname, 'TrinoNode.java'),
        join(base, 'etc'),
      ],
      log: join(logs, 'trino.log'),
      seconds: 120,
    });
    return {
      url: `http://127.0.0.1:${node.port}`,
      how: `Trino ${version} from Maven's archive on JDK ${jdk.major}`,
      files,
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

/** Leaves in the folder what is used here of the server, half of it. */
async function fetchServer(folder: string, javaHome: string): Promise<void> {
  const [mvn, tar] = ['mvn', 'tar'].map(onPath);
  if (!mvn || !tar) throw new Unavailable(`no ${mvn ? 'tar' : 'Maven (mvn)'} to fetch the server with`);
  // A repository of its own, which goes with it: nobody else has use for the archive.
  const repository = join(folder, 'repository');
  mkdirSync(repository, { recursive: true });
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get';
  const artifact = `-Dartifact=io.trino:trino-server:${version}:tar.gz`;
  await output(mvn, ['-q', '-B', goal, artifact, '-Dtransitive=false', `-Dmaven.repo.local=${repository}`], {
    JAVA_HOME: javaHome,
  });
  const archive = join(repository, 'io/trino/trino-server', version, `trino-server-${version}.tar.gz`);
  // Whole, since the plugins' files are links to one another's.
  await output(tar, ['-xzf', archive, '-C', folder]);
  const unpacked = join(folder, `trino-server-${version}`);
  await rename(join(unpacked, 'lib'), join(folder, 'lib'));
  mkdirSync(join(folder, 'plugin'));
  await rename(join(unpacked, 'plugin/hive'), join(folder, 'plugin/hive'));
  for (const done of [unpacked, repository]) rmSync(done, { recursive: true });
}
