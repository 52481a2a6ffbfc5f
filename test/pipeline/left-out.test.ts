import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from '../cli/run-cli.js';
import { keyOf, trailFile } from './trail-queue.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-left-out-'));
});
afterEach(() => rm(folder, { recursive: true }));

test.for([{ select: [] }, { select: ['--from', '2026-03-01', '--to', '2026-03-03'] }])(
  'what can’t be listed is named and told by the exit code, and the rest is read, with %o',
  async ({ select }, context) => {
    const logs = join(folder, 'logs');
    const path = join(logs, keyOf('whole'));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, trailFile('whole', 3));
    await symlink(path, join(dirname(path), 'link.json.gz'));
    execFileSync('mkfifo', [join(dirname(path), 'pipe')]);
    // 0xE9 is é in Latin-1, and no UTF-8.
    const odd = Buffer.concat([Buffer.from(`${dirname(path)}/caf`), Buffer.from([0xe9]), Buffer.from('.json.gz')]);
    try {
      await writeFile(odd, trailFile('odd', 3));
    } catch (error) {
      context.skip(`this file system takes no name that is not UTF-8 (${(error as NodeJS.ErrnoException).code})`);
    }
    const args = ['ingest', logs, '--store', `duckdb:${join(folder, 'x.duckdb')}`, ...select];
    const { code, stdout } = await runCli([...args, '--format', 'json']);
    expect(code).toBe(3);
    const { objects, records, other, failures } = JSON.parse(stdout);
    expect(objects).toEqual({ seen: 2, done: 1, skipped: 0, failed: 1 });
    expect(records).toEqual({ read: 3, stored: 3, duplicates: 0, deadLettered: 0 });
    expect(other).toEqual({ FIFO: 1, 'symbolic link (not followed)': 1 });
    expect(failures).toEqual([
      { key: expect.stringMatching(/\/caf\\xe9\.json\.gz$/), reason: expect.stringMatching(/not UTF-8/) },
    ]);
    const text = await runCli(args);
    expect(text.stdout).toMatch(/^failed {3}\S+caf\\xe9\.json\.gz: the name of .* is not UTF-8$/m);
    expect(text.stdout).toMatch(/^left {5}1 × FIFO$/m);
  },
);
