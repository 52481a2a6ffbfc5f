import type { Command } from 'commander';
import { KeytrailError } from '../../errors.js';
import { askedQuestions, investigate } from '../../investigate/investigate.js';
import type { Investigation } from '../../investigate/investigation.js';
import { reportHtml } from '../../investigate/report-html.js';
import { summaryText } from '../../investigate/summary-text.js';
import { questionById } from '../../queries/load.js';
import { bindQuestion } from '../../queries/parameters.js';
import type { Engine } from '../../stores/store.js';
import type { Context } from '../context.js';
import { jsonText } from '../output/json.js';
import { type ScanFlags, scanOptions } from '../question-flags.js';
import { openForAsking } from '../scan.js';
import { engineOptions, formatOption, type ScopeFlags, scopeOptions, scopeParameters } from '../settings.js';
import { isLocation, sift } from '../sieving.js';
import { writeOut } from '../write-out.js';

interface InvestigateFlags extends ScopeFlags, ScanFlags {
  since?: string;
  out?: string;
  format: 'text' | 'json';
}

/** Checks key and range as a question would, then asks the whole pack. */
export function investigateIn(
  engine: Engine,
  keyId: string,
  flags: ScopeFlags,
  context: Context,
): Promise<Investigation> {
  const { scope } = bindQuestion(questionById('key-owner'), { key: [keyId], ...scopeParameters(flags) }, context.now());
  return investigate({
    engine,
    keyId: scope.keyIds[0] ?? keyId,
    scope: { from: scope.from, to: scope.to, accounts: scope.accounts, regions: scope.regions },
    now: context.now(),
    version: context.version,
    onProgress: (question) => {
      if (context.interactive) context.note(`\r\u001b[Kasking ${question} …`);
    },
  }).finally(() => {
    if (context.interactive) context.note('\r\u001b[K');
  });
}

/** Ready to be asked, and what to tell of it. */
interface Opened {
  engine: Engine;
  scope: ScopeFlags;
  /** Makes the investigation's commands work where the store is gone afterwards. */
  finish(investigation: Investigation): Investigation;
  release(): Promise<void>;
}

async function openStored(keyId: string, flags: InvestigateFlags, context: Context): Promise<Opened> {
  if (flags.since !== undefined)
    throw new KeytrailError('usage', '--since goes with --from s3://BUCKET/PREFIX or a directory', {
      hint: 'For a store, say when the time range begins: --from 7d.',
    });
  const { scope } = bindQuestion(questionById('key-owner'), { key: [keyId], ...scopeParameters(flags) }, context.now());
  const bound = askedQuestions().map((question) => ({ question, scope, values: {} }));
  const { engine, close } = await openForAsking(bound, { ...flags, closure: true }, context);
  return { engine, scope: flags, finish: (investigation) => investigation, release: close };
}

/** A store of what names the key, for a responder who has none. */
async function openSifted(keyId: string, flags: InvestigateFlags, context: Context): Promise<Opened> {
  const { from: location = '', since, ...rest } = flags;
  const scope: ScopeFlags = { ...rest, ...(since === undefined ? {} : { from: since }) };
  const bound = bindQuestion(questionById('key-owner'), { key: [keyId], ...scopeParameters(scope) }, context.now());
  const { store, summary, temporary, release } = await sift(keyId, location, bound.scope, flags, context);
  const { objects, records } = summary;
  context.note(`${objects.done} log objects read; ${records.read} records name the key or one issued from it\n`);
  if (objects.failed + records.deadLettered > 0) process.exitCode = 3;
  const finish = (investigation: Investigation): Investigation => {
    if (!temporary) return investigation;
    const kept = 'duckdb:incident.duckdb';
    const again = `keytrail investigate ${keyId} --from ${location}${since === undefined ? '' : ` --since ${since}`}`;
    const nextSteps = investigation.nextSteps.map(({ text, command }) => ({
      text,
      command: command?.replaceAll(store.uri, kept) ?? null,
    }));
    return {
      ...investigation,
      store: `a temporary store, sieved from ${location}`,
      nextSteps: [
        { text: 'The store was temporary: keep one for what follows.', command: `${again} --store ${kept}` },
        ...nextSteps,
      ],
    };
  };
  return { engine: store, scope, finish, release };
}

async function run(keyId: string, flags: InvestigateFlags, context: Context): Promise<void> {
  const sifts = flags.from !== undefined && isLocation(flags.from);
  const { engine, scope, finish, release } = await (sifts
    ? openSifted(keyId, flags, context)
    : openStored(keyId, flags, context));
  try {
    const investigation = finish(await investigateIn(engine, keyId, scope, context));
    const json = `${jsonText(investigation, 2)}\n`;
    if (flags.out !== undefined)
      await writeOut(flags.out, flags.out.endsWith('.json') ? json : reportHtml(investigation));
    context.out(flags.format === 'json' ? json : summaryText(investigation, context));
    if (flags.out !== undefined) context.note(`report written to ${flags.out}\n`);
  } finally {
    await release();
  }
}

export function investigateCommand(command: Command, context: Context): void {
  command.argument('<key-id>', 'access key id, AKIA… or ASIA…');
  formatOption(scopeOptions(scanOptions(engineOptions(command))), ['text', 'json'])
    .option('--out <file>', 'write the report: one HTML file, or JSON where the name ends in .json')
    .option('--since <time>', 'with --from s3://… or a directory: how far back to read, such as 7d')
    .addHelpText(
      'after',
      `
Examples:
  keytrail investigate AKIA… --store duckdb:incident.duckdb --out report.html
  keytrail investigate AKIA… --from s3://my-trail-bucket --since 7d
Without a store, --from says where the logs are: only what names the key, or one issued from it, is read into a
temporary store, or into the one named by --store. All accounts and Regions are read unless --accounts and --regions
name some; calls to global services (IAM, global STS) are in us-east-1.`,
    )
    .action((keyId, flags) => run(keyId, flags, context));
}
