import { setTimeout as delay } from 'node:timers/promises';
import { startCli } from './run-cli.js';

interface LogLine {
  level: string;
  msg: string;
  [name: string]: unknown;
}

/** A run of the command line that goes on, logging in JSON. */
export function startFollow(args: string[], env: Record<string, string>) {
  const { child, done } = startCli([...args, '--log-format', 'json', '--format', 'json'], env);
  let text = '';
  child.stderr.on('data', (chunk) => {
    text += chunk;
  });
  const lines = (): LogLine[] =>
    text
      .split('\n')
      // The last one may not be whole yet.
      .slice(0, -1)
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
  /** The first line that is so; fails when the run ends before it. */
  const line = async (is: (line: LogLine) => boolean): Promise<LogLine> => {
    for (;;) {
      const found = lines().find(is);
      if (found) return found;
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended: ${text}`);
      await delay(10);
    }
  };
  return {
    child,
    line,
    lines,
    text: () => text,
    said: (message: string) => line(({ msg }) => msg === message),
    /** Sends the signal; how it ended, and after how many milliseconds. */
    async stop(signal: NodeJS.Signals = 'SIGTERM') {
      const started = performance.now();
      child.kill(signal);
      const result = await done;
      return { ...result, ms: performance.now() - started };
    },
    done,
  };
}

/** Asks again and again, as a user would look: there is nothing to wait for but the time it takes. */
export async function until<T>(ask: () => Promise<T> | T, is: (answer: T) => boolean, ms = 30_000): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const answer = await ask();
    if (is(answer)) return answer;
    if (performance.now() > end) throw new Error(`still ${JSON.stringify(answer)}`);
    await delay(50);
  }
}
