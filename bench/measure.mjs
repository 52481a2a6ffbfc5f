import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

const here = import.meta.dirname;
const hook = pathToFileURL(join(here, 'peak.mjs')).href;
const program = join(here, '..', 'dist', 'cli', 'main.js');
const everyMs = 30_000;

/** Exit code 3: done in part, as where there are dead letters. */
const done = [0, 3];

/** Runs `keytrail ingest ARGS` in a process of its own; `tell` gets a line of progress now and then. */
export async function measure(args, scratch, tell) {
  const peakFile = join(scratch, 'peak');
  const began = performance.now();
  const child = spawn(process.execPath, ['--import', hook, program, 'ingest', ...args, '--format', 'json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, KEYTRAIL_BENCH_PEAK: peakFile },
  });
  let errors = '';
  child.stderr.on('data', (data) => {
    errors = (errors + data).slice(-2000);
  });
  const alive = setInterval(() => tell(`${((performance.now() - began) / 1000).toFixed(0)} s …`), everyMs);
  const stop = () => child.kill();
  process.once('exit', stop);
  try {
    const ended = new Promise((resolve) => child.once('close', resolve));
    const output = await text(child.stdout);
    const code = await ended;
    if (!done.includes(code)) throw new Error(`keytrail ingest ended with ${code}: ${errors.trim()}`);
    return {
      summary: JSON.parse(output),
      peakKb: Number(await readFile(peakFile, 'utf8')),
      seconds: (performance.now() - began) / 1000,
    };
  } finally {
    clearInterval(alive);
    process.off('exit', stop);
  }
}
