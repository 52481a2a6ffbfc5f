import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { TestContext } from 'vitest';

const run = promisify(execFile);

/** A file system of a process's own, seen by nobody else and gone with it: as an ordinary user, or as root. */
const ways = [['--user', '--map-root-user', '--mount'], ['--mount']];

/**
 * Runs the command line again and again, each time with so many MB in all on the disk at `folder`; its outputs and exit
 * codes go to files beside it (1.out, 1.err, 1.code …), and at last what is on the disk.
 */
const script = `
folder=$1; results=$2; sizes=$3; shift 3
mount -t tmpfs -o size=1m none "$folder" || exit 1
number=0
for size in $sizes; do
  number=$((number + 1))
  mount -o "remount,size=\${size}m" "$folder" || exit 1
  "$@" > "$results/$number.out" 2> "$results/$number.err"
  echo $? > "$results/$number.code"
done
for file in "$folder"/*; do
  if [ -e "$file" ]; then cp "$file" "$results" || exit 1; fi
done
`;

/** Where no file system can be mounted the test is skipped, and the run's end says why. */
export async function onSmallDisk(
  context: Pick<TestContext, 'skip'>,
  options: { folder: string; results: string; megabytes: readonly number[]; args: readonly string[] },
): Promise<void> {
  const reasons: string[] = [];
  for (const way of ways) {
    try {
      await run('unshare', [...way, 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'none', options.folder]);
    } catch (error) {
      reasons.push((error as Error).message.trim().split('\n').at(-1)!);
      continue;
    }
    const command = [process.execPath, resolve('dist/cli/main.js'), ...options.args];
    const sizes = options.megabytes.join(' ');
    await run('unshare', [...way, 'sh', '-c', script, 'sh', options.folder, options.results, sizes, ...command]);
    return;
  }
  context.skip(`no file system to fill can be mounted (${reasons.join('; ')})`);
}
