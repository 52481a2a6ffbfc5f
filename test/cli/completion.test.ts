import { execFile, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from './run-cli.js';

/** A folder with `keytrail` in bin/, and a file to be completed. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-completion-'));
  await mkdir(join(folder, 'bin'));
  const main = resolve('dist/cli/main.js');
  await writeFile(join(folder, 'bin/keytrail'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  await chmod(join(folder, 'bin/keytrail'), 0o755);
  await writeFile(join(folder, 'incident.duckdb'), '');
});
afterAll(() => rm(folder, { recursive: true }));

async function run(shell: string, args: string[]): Promise<string[]> {
  const env = { PATH: `${join(folder, 'bin')}:${process.env.PATH}`, HOME: folder, TERM: 'dumb', LC_ALL: 'C.UTF-8' };
  const { stdout } = await promisify(execFile)(shell, args, { cwd: folder, env });
  return stdout.split('\n').filter((line) => line !== '');
}

/** What the shell itself would put in place of the last word, each without its description. */
const shells: Record<string, (line: string) => Promise<string[]>> = {
  bash: (line) =>
    run('bash', [
      '--norc',
      '-c',
      `source <(keytrail completion bash)
COMP_LINE=$1 COMP_POINT=\${#1}
compopt() { echo "compopt $*"; }
_keytrail 2>/dev/null
printf '%s\\n' "\${COMPREPLY[@]}"`,
      'bash',
      line,
    ]),
  zsh: async (line) =>
    (
      await run('zsh', [
        '-f',
        '-c',
        // Outside the line editor zsh completes nothing: what the script hands over is shown instead.
        `compdef() { : }
_describe() { print -rl -- "\${(@P)4}" }
_files() { print -r -- "files after \${prefix//:/\\\\:}" }
compset() { prefix=$2 }
source <(keytrail completion zsh)
words=(\${(z)1}); [[ $1 == *' ' ]] && words+=('')
CURRENT=\${#words}
_keytrail`,
        'zsh',
        line,
      ])
    ).map((each) => (/^((?:\\.|[^:\\])*):/.exec(each)?.[1] ?? each).replaceAll('\\', '')),
  fish: async (line) =>
    (await run('fish', ['--no-config', '-c', 'keytrail completion fish | source; complete -C $argv[1]', line])).map(
      (each) => each.split('\t')[0]!,
    ),
};

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

for (const [shell, completed] of Object.entries(shells)) {
  const present = has(shell);
  if (!present) console.warn(`not run: completion in ${shell}, which is not installed`);
  describe.runIf(present)(shell, () => {
    test('knows commands, subcommands and flags', async () => {
      expect(await completed('keytrail inv')).toEqual(['investigate']);
      expect(await completed('keytrail query ru')).toEqual(['run']);
      expect(await completed('keytrail query run key-clients --clo')).toEqual(['--closure']);
      expect(await completed('keytrail __c')).toEqual([]);
    });

    test('knows the values of flags', async () => {
      expect((await completed('keytrail query run --format ')).sort()).toEqual(
        ['csv', 'json', 'ndjson', 'parquet', 'table'].sort(),
      );
      expect(await completed('keytrail ingest --log vpc')).toEqual(['vpcflow']);
      expect(await completed('keytrail ingest --job ex')).toContain('example');
      expect((await completed('keytrail query run --tactic per')).sort()).toEqual(['persistence']);
    });

    test('knows questions', async () => {
      expect(await completed('keytrail query show key-buck')).toEqual(['key-buckets']);
      expect(await completed('keytrail query run key-owner key-buck')).toEqual(['key-buckets']);
    });
  });
}

test.runIf(has('bash'))('bash splits words at colons, and gets what comes after', async () => {
  expect(await shells.bash!('keytrail query run --store open')).toEqual(['compopt -o nospace', 'opensearch:']);
  expect(await shells.bash!('keytrail query run --store duckdb:inc')).toEqual(['compopt -o default']);
  expect(await shells.bash!('keytrail ingest ')).toEqual(['compopt -o default']);
});

test.runIf(has('zsh'))('zsh names files after the kind of store', async () => {
  expect(await shells.zsh!('keytrail query run --store open')).toEqual(['opensearch:']);
  expect(await shells.zsh!('keytrail query run --store duckdb:inc')).toEqual(['files after duckdb:']);
});

test.runIf(has('fish'))('fish names files after the kind of store', async () => {
  expect(await shells.fish!('keytrail query run --store duckdb:inc')).toEqual(['duckdb:incident.duckdb']);
  expect(await shells.fish!('keytrail ingest inc')).toEqual(['incident.duckdb']);
});

test('a job whose name a shell would run is not offered', async () => {
  const jobs = join(folder, 'hostile', 'ingest', 'jobs');
  await mkdir(jobs, { recursive: true });
  for (const name of ['nightly', '$(touch x)', 'a;b', 'two\nlines']) await writeFile(join(jobs, `${name}.yaml`), '');
  const { stdout } = await runCli(['__complete', '--', 'ingest', '--job', ''], {}, join(folder, 'hostile'));
  expect(stdout.split('\n')).toEqual(['example\t', 'nightly\t', ':files', '']);
});

test('another shell is refused', async () => {
  const { code, stderr } = await runCli(['completion', 'tcsh']);
  expect(code).toBe(2);
  expect(stderr).toContain('bash, zsh, fish');
});
