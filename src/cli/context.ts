import { readFileSync } from 'node:fs';
import { reasonOf } from '../errors.js';
import { packagePath } from '../model/paths.js';

/** What the commands touch of the process, in one place. */
export interface Context {
  env: NodeJS.ProcessEnv;
  out(text: string): void;
  /** Why it failed, and what must be seen whatever happens: on standard error. */
  err(text: string): void;
  /** Progress and notes, on standard error; nothing where the user wants it quiet. */
  note(text: string): void;
  quiet: boolean;
  /** Width and colour of standard output; a file or pipe has no colour, and no bound but COLUMNS. */
  width: number;
  colour: boolean;
  /** Whether the locale is of UTF-8. */
  unicode: boolean;
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

/** Whether the locale's characters are those of UTF-8. Source: "POSIX: Environment variables", LC_ALL, LC_CTYPE, LANG. */
const isUnicode = ({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean =>
  /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');

export const colourChoices = ['auto', 'always', 'never'] as const;

/**
 * Whether standard output is coloured when no flag says so. NO_COLOR (no-color.org) beats FORCE_COLOR and
 * CLICOLOR_FORCE, as it does for the help texts, which are commander's.
 */
export function wantsColour({ isTTY }: { isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  const force = env.FORCE_COLOR ?? env.CLICOLOR_FORCE;
  if (env.NO_COLOR || force === '0' || force === 'false') return false;
  return force !== undefined || (Boolean(isTTY) && env.TERM !== 'dumb');
}

export interface OutputFlags {
  quiet?: boolean;
  /** False for --no-color. */
  color?: (typeof colourChoices)[number] | false;
}

/** What the flags say of the output, before a command begins. */
export function applyOutputFlags({ quiet, color = 'auto' }: OutputFlags, context: Context): void {
  if (color !== 'auto') context.colour = color === 'always';
  if (!quiet) return;
  context.quiet = true;
  context.interactive = false;
  context.note = () => undefined;
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
    note: (text) => context.err(text),
    quiet: false,
    width: outputWidth(stdout, env),
    colour: wantsColour(stdout, env),
    unicode: isUnicode(env),
    interactive: Boolean(stderr.isTTY) && env.TERM !== 'dumb',
    now: () => new Date(),
    version,
    // A run that logs in JSON takes `err` over, and with it this line.
    signal: stopSignal((text) => context.err(text)),
  };
  return context;
}
