import { readFileSync } from 'node:fs';
import { reasonOf } from '../errors.js';
import { packagePath } from '../model/paths.js';

/** What the commands touch of the process, in one place. */
export interface Context {
  env: NodeJS.ProcessEnv;
  out(text: string): void;
  err(text: string): void;
  /** Width and colour of standard output; a file or pipe has no colour, and no bound but COLUMNS. */
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

/** Columns of standard output. What goes to a file or a pipe is searched or kept: nothing of it is cut. */
export function outputWidth({ isTTY, columns }: { isTTY?: boolean; columns?: number }, env: NodeJS.ProcessEnv): number {
  if (isTTY && columns) return columns;
  const wanted = /^[1-9]\d{0,5}$/.test(env.COLUMNS ?? '') ? Number(env.COLUMNS) : null;
  return wanted ?? (isTTY ? 80 : Number.POSITIVE_INFINITY);
}

export function processContext(): Context {
  const { env, stdout, stderr } = process;
  // keytrail supports this Node; what a later SDK will want is the maintainers' concern, not a responder's.
  env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const err = (text: string) => void stderr.write(text);
  // A reader that closes the pipe early, such as `head`, is no failure.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // What it had read may not be all there is to know: the exit code says the rest.
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    err(`keytrail: can't write the output: ${reasonOf(error)}\n`);
    process.exit(1);
  });
  const { version } = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { version: string };
  const context: Context = {
    env,
    out: (text) => void stdout.write(text),
    err,
    width: outputWidth(stdout, env),
    colour: Boolean(stdout.isTTY) && !env.NO_COLOR,
    interactive: Boolean(stderr.isTTY),
    now: () => new Date(),
    version,
    // A run that logs in JSON takes `err` over, and with it this line.
    signal: stopSignal((text) => context.err(text)),
  };
  return context;
}
