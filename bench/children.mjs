/** Child processes, and what they cost. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const ticksPerSecond = 100;
const program = join(import.meta.dirname, '..', 'dist', 'cli', 'main.js');

/** Fields of a `stat` file of /proc from the third on: the second may hold anything. */
const statOf = (pid) =>
  readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ')
    .map(Number);

/** Seconds of processor time that a running process has had so far. */
export function cpuOf(pid) {
  const stat = statOf(pid);
  return (stat[11] + stat[12]) / ticksPerSecond;
}

/** The same of the children of this process that have ended, and of theirs. */
function cpuOfEnded() {
  const stat = statOf('self');
  return (stat[13] + stat[14]) / ticksPerSecond;
}

/**
 * Runs a program to its end; one at a time, or their costs are mixed. `seconds` are of the clock, `cpu` of the
 * processor, start and end included.
 */
export async function run(command, args, { codes = [0], env = {} } = {}) {
  const before = cpuOfEnded();
  const began = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  const stop = () => child.kill();
  process.once('exit', stop);
  try {
    const ended = new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const code = await ended;
    if (!codes.includes(code)) throw new Error(`${command} ${args[0]} ended with ${code}: ${errors.slice(-2000)}`);
    return { output, seconds: (performance.now() - began) / 1000, cpu: cpuOfEnded() - before };
  } finally {
    process.off('exit', stop);
  }
}

export const runNode = (args, options) => run(process.execPath, args, options);
export const runScript = (name, args, options) => runNode([join(import.meta.dirname, name), ...args], options);
export const keytrail = (args, options) => runNode([program, ...args], options);
