import { readFileSync } from 'node:fs';
import { packagePath } from '../model/paths.js';

/** What the commands touch of the process, in one place. */
export interface Context {
  env: NodeJS.ProcessEnv;
  out(text: string): void;
  err(text: string): void;
  /** Width and colour of standard output; a file or pipe has 120 columns and no colour. */
  width: number;
  colour: boolean;
  /** True when progress can be redrawn on standard error. */
  interactive: boolean;
  now(): Date;
  version: string;
  /** Aborted by the first SIGINT or SIGTERM. */
  signal: AbortSignal;
}

function stopSignal(err: (text: string) => void): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
      err('\nstopping after the work under way; once more to stop at once\n');
      controller.abort();
    });
  return controller.signal;
}

export function processContext(): Context {
  const { env, stdout, stderr } = process;
  // keytrail supports this Node; what a later SDK will want is the maintainers' concern, not a responder's.
  env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const err = (text: string) => void stderr.write(text);
  // A reader that closes the pipe early, such as `head`, is no failure.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  const { version } = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { version: string };
  return {
    env,
    out: (text) => void stdout.write(text),
    err,
    width: stdout.isTTY ? stdout.columns : 120,
    colour: Boolean(stdout.isTTY) && !env.NO_COLOR,
    interactive: Boolean(stderr.isTTY),
    now: () => new Date(),
    version,
    signal: stopSignal(err),
  };
}
