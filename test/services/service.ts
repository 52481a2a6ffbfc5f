import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** A service that answers, or why there is none and how to have one. */
export type ServiceState =
  | { url: string; how: string; files?: string }
  | {
      url?: never;
      /**
       * `missing`: this machine lacks what the service needs; `broken`: it has that, but the service did not start;
       * `unused`: no selected test file asks for it.
       */
      absent: 'missing' | 'broken' | 'unused';
      reason: string;
      hint: string;
    };

export interface Running {
  url: string;
  /** For people: which version, from where. */
  how: string;
  /** A folder that the service reads, if it reads one. */
  files?: string;
  stop(): Promise<void>;
}

/** This machine can't start the service that way. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

/** Where downloaded engines are kept between runs. */
export function cacheDir(): string {
  const { KEYTRAIL_CACHE, XDG_CACHE_HOME } = process.env;
  return KEYTRAIL_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'keytrail');
}

/** The first way that works; where none does, an Unavailable that says why of each. */
export async function firstThatWorks(ways: readonly (() => Promise<Running>)[]): Promise<Running> {
  const reasons: string[] = [];
  for (const way of ways) {
    try {
      return await way();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      reasons.push(error.message);
    }
  }
  throw new Unavailable(reasons.join('; '));
}

// Not at a line's start: OpenSearch's logger takes the output over and puts its own words before.
const listening = /keytrail-service listening on \S+:(\d+)$/m;

export interface Program {
  pid: number;
  port: number;
  stop(): Promise<void>;
  /** Has it stop in its own way, as a line on its standard input asks. */
  tell(line: string): Promise<void>;
  /** At once, as a machine that fails. */
  kill(): Promise<void>;
}

/**
 * Starts a program that prints `keytrail-service listening on HOST:PORT` and ends with its standard input.
 * Its output goes to `log`. Throws with the log's place if it ends, or says nothing for `seconds`.
 */
export async function startProgram(options: {
  name: string;
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  log: string;
  seconds: number;
}): Promise<Program> {
  const { name, command, args, env, log, seconds } = options;
  mkdirSync(dirname(log), { recursive: true });
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: 'pipe' });
  const file = createWriteStream(log);
  child.stdout.pipe(file, { end: false });
  child.stderr.pipe(file, { end: false });
  // A program that is gone already can't be told to end: writing to it is no error of ours.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(`ended with ${signal ?? code}`));
  });
  ended.then(() => file.end());

  const tell = async (line: string): Promise<void> => {
    child.stdin.end(line);
    const kill = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(kill);
    if (!file.closed) await once(file, 'close');
  };
  const stop = (): Promise<void> => tell('');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await stop();
  };

  let timer: NodeJS.Timeout | undefined;
  const outcome = await Promise.race([
    ended,
    new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(`did not start within ${seconds} s`), seconds * 1000);
    }),
    new Promise<number>((resolve) => {
      let text = '';
      child.stdout.on('data', function look(chunk: Buffer) {
        text += chunk.toString('latin1');
        const port = listening.exec(text)?.[1];
        if (port === undefined) return;
        child.stdout.off('data', look);
        resolve(Number(port));
      });
    }),
  ]);
  clearTimeout(timer);
  if (typeof outcome === 'string') {
    await kill();
    throw new Error(`${name} ${outcome}; its log is ${log}`);
  }
  return { pid: child.pid!, port: outcome, stop, tell, kill };
}
