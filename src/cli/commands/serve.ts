import { randomBytes } from 'node:crypto';
import { type Command, InvalidArgumentError } from 'commander';
import { reasonOf } from '../../errors.js';
import { withoutSecret } from '../../model/location.js';
import { printable } from '../../model/printable.js';
import type { Context } from '../context.js';
import { formatAnswer } from '../output/index.js';
import { type ScanFlags, scanOptions } from '../question-flags.js';
import { openForAsking } from '../scan.js';
import { defaults, engineOptions, storeLocation } from '../settings.js';

interface ServeFlags extends ScanFlags {
  host: string;
  port: number;
}

/** Nobody guesses it, at whatever rate. */
const tokenBytes = 32;

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('Give a port, or 0 for a free one.');
  return port;
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');

async function run(flags: ServeFlags, context: Context): Promise<void> {
  const { openViewer } = await import('../../viewer/server.js');
  const viewer = await openViewer({
    open: () => openForAsking([], flags, context),
    store: withoutSecret(storeLocation(flags.store, context)),
    host: flags.host,
    port: flags.port,
    token: randomBytes(tokenBytes).toString('base64url'),
    version: context.version,
    now: context.now,
    exported: (answer, question, format) =>
      formatAnswer(answer, question, format, { width: Number.POSITIVE_INFINITY, colour: false }).out,
    onFault: (error) => context.err(`keytrail: ${printable(reasonOf(error))}\n`),
  });
  if (!isLoopback(flags.host))
    context.err(
      `note: ${flags.host} can be reached from other machines, and nothing is encrypted. Better: an SSH tunnel to 127.0.0.1.\n`,
    );
  context.out(`${viewer.url}\n`);
  context.note('The address is as good as a password. Ctrl-C ends the viewer.\n');
  if (!context.signal.aborted)
    await new Promise((resolve) => context.signal.addEventListener('abort', resolve, { once: true }));
  await viewer.close();
}

export function serveCommand(command: Command, context: Context): void {
  scanOptions(engineOptions(command))
    .option('--host <address>', 'where to listen', defaults.viewerHost)
    .option('--port <port>', 'which port; 0: a free one', parsePort, 0)
    .addHelpText(
      'after',
      `
Examples:
  keytrail serve --store duckdb:incident.duckdb
  keytrail serve --store opensearch:https://localhost:9200 --port 8080
  ssh -L 8080:127.0.0.1:8080 analyst@host                 a viewer that runs elsewhere
Only who has the printed address gets in. It reads and changes nothing; containment is shown as commands to copy.`,
    )
    .action((flags) => run(flags, context));
}
