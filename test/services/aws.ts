import { join } from 'node:path';
import { startContainer } from './docker.js';
import { cacheDir, firstThatWorks, type Running, startProgram, Unavailable } from './service.js';
import { filledOnce, onPath, output } from './tools.js';

const version = '5.2.1';
const server = ['moto_server.py', 'moto_mends.py', 'moto_iam.py', 'moto_policy.py', 'moto_resources.py'];
const sourceOf = (file: string): string => join(import.meta.dirname, file);
const settings = { MOTO_IAM_LOAD_MANAGED_POLICIES: 'true', PYTHONDONTWRITEBYTECODE: '1' };

export const hint =
  'start Docker, or install Python 3.9 or newer with its venv module, or set KEYTRAIL_TEST_AWS_URL to a moto server to test against';

/** An AWS endpoint at the address in the environment, else a private one. */
export async function startSharedAws(logs: string): Promise<Running> {
  const { KEYTRAIL_TEST_AWS_URL: address } = process.env;
  return address ? atAddress(address) : startPrivateAws(logs, 'aws');
}

/** moto in Docker, else in a Python virtual environment. Its log goes to `logs`, under `name`. */
export async function startPrivateAws(logs: string, name: string): Promise<Running> {
  return firstThatWorks([inDocker, () => inPython(logs, name)]);
}

async function atAddress(address: string): Promise<Running> {
  const url = address.replace(/\/+$/, '');
  try {
    await fetch(url, { signal: AbortSignal.timeout(10_000) });
  } catch {
    throw new Unavailable('nothing answers at KEYTRAIL_TEST_AWS_URL');
  }
  return { url, how: 'AWS at KEYTRAIL_TEST_AWS_URL', stop: async () => undefined };
}

async function inDocker(): Promise<Running> {
  const { Wait } = await import('testcontainers');
  return startContainer({
    image: `motoserver/moto:${version}`,
    port: 5000,
    how: `AWS by moto ${version}`,
    prepare: (container) =>
      container
        .withCopyFilesToContainer(server.map((file) => ({ source: sourceOf(file), target: `/keytrail/${file}` })))
        .withEntrypoint(['python3', '/keytrail/moto_server.py', '0.0.0.0', '5000'])
        .withEnvironment(settings)
        .withWaitStrategy(Wait.forHttp('/moto-api/data.json', 5000))
        .withStartupTimeout(120_000),
  });
}

async function inPython(logs: string, name: string): Promise<Running> {
  const python = await findPython();
  const environment = await filledOnce(join(cacheDir(), `moto-${version}-python${python.version}`), async (folder) => {
    await output(python.path, ['-m', 'venv', folder]);
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `moto[server]==${version}`];
    await output(join(folder, 'bin', 'python'), install);
  });
  const moto = await startProgram({
    name: 'moto',
    command: join(environment, 'bin', 'python'),
    args: [sourceOf('moto_server.py')],
    env: { ...settings, KEYTRAIL_STOP_WITH_STDIN: '1' },
    log: join(logs, `${name}.log`),
    seconds: 60,
  });
  return {
    url: `http://127.0.0.1:${moto.port}`,
    how: `AWS by moto ${version} on Python ${python.version}`,
    stop: moto.stop,
  };
}

async function findPython(): Promise<{ path: string; version: string }> {
  const path = onPath('python3');
  if (!path) throw new Unavailable('no Python (python3)');
  const version = /Python (\d+\.\d+)/.exec(await output(path, ['--version']))?.[1] ?? '0.0';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 3 || (major === 3 && minor < 9)) throw new Unavailable(`no Python 3.9 or newer (found: ${version})`);
  return { path, version };
}
