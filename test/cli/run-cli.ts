import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

const main = resolve('dist/cli/main.js');

/** The environment of a user who has set nothing, and whose machine offers no credentials. */
const bareEnvironment = {
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_REGION: 'us-east-1',
  TZ: 'America/Los_Angeles',
};

export function startCli(args: string[], env: Record<string, string> = {}, cwd = process.cwd(), program = main) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: { ...bareEnvironment, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const result: CliResult = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    result.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    result.stderr += text;
  });
  const done = new Promise<CliResult>((resolveResult) => {
    child.on('close', (code) => resolveResult({ ...result, code }));
  });
  return { child, done };
}

/** Runs the built command line as a user would. */
export const runCli = (args: string[], env: Record<string, string> = {}, cwd?: string): Promise<CliResult> =>
  startCli(args, env, cwd).done;
