import type { Command } from 'commander';
import { KeytrailError } from '../../errors.js';
import {
  askedQuestions,
  decisiveQuestions,
  type InvestigateOptions,
  inScope,
  investigate,
} from '../../investigate/investigate.js';
import type { Investigation } from '../../investigate/investigation.js';
import { summaryText } from '../../investigate/summary-text.js';
import { shellWord } from '../../model/shell.js';
import { questionById } from '../../queries/load.js';
import { bindQuestion } from '../../queries/parameters.js';
import type { Engine } from '../../stores/store.js';
import type { Context } from '../context.js';
import { type GrantedFlags, openGranted } from '../granted.js';
import { type ScanFlags, scanOptions } from '../question-flags.js';
import { investigationJson, type ReportPlace, writeReport, writtenTo } from '../report-files.js';
import { openForAsking } from '../scan.js';
import {
  engineOptions,
  formatOption,
  type ScopeFlags,
  scopeOptions,
  scopeParameters,
  timeoutOption,
} from '../settings.js';
import { isLocation, sift } from '../sieving.js';

interface InvestigateFlags extends ScopeFlags, ScanFlags, GrantedFlags, ReportPlace {
  since?: string;
  format: 'text' | 'json';
}

type Only = NonNullable<InvestigateOptions['only']>;

/** Checks key and range as a question would, then asks what fits; `only` where not all may be asked. */
export function investigateIn(
  engine: Engine,
  keyId: string,
  flags: ScopeFlags,
  context: Context,
  only?: Only,
): Promise<Investigation> {
  const { scope } = bindQuestion(questionById('key-owner'), { key: [keyId], ...scopeParameters(flags) }, context.now());
  return investigate({
    engine,
    keyId: scope.keyIds[0] ?? keyId,
    scope: { from: scope.from, to: scope.to, accounts: scope.accounts, regions: scope.regions },
    now: context.now(),
    version: context.version,
    ...(only === undefined ? {} : { only }),
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
  only?: Only;
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
  const decisive = decisiveQuestions();
  const { engine, check, close } = await openForAsking(inScope(decisive, scope), { ...flags, closure: true }, context);
  const opened: Opened = { engine, scope: flags, finish: (investigation) => investigation, release: close };
  try {
    await check(inScope(askedQuestions(), scope), true);
    return opened;
  } catch (error) {
    if (!(error instanceof KeytrailError) || error.code !== 'scan_limit') {
      await close();
      throw error;
    }
    // What matters most can be paid for: the report says what was not asked.
    return { ...opened, only: { ids: new Set(decisive.map(({ id }) => id)), reason: error.message } };
  }
}

/** A store of what names the key, for a responder who has none. */
async function openSifted(keyId: string, flags: InvestigateFlags, context: Context): Promise<Opened> {
  const { from: location = '', since, ...rest } = flags;
  const scope: ScopeFlags = { ...rest, ...(since === undefined ? {} : { from: since }) };
  const bound = bindQuestion(questionById('key-owner'), { key: [keyId], ...scopeParameters(scope) }, context.now());
  const { store, temporary, release } = await sift([keyId], location, bound.scope, flags, context);
  const finish = (investigation: Investigation): Investigation => {
    if (!temporary) return investigation;
    const kept = 'duckdb:incident.duckdb';
    const again = `keytrail investigate ${keyId} --from ${shellWord(location)}${since === undefined ? '' : ` --since ${since}`}`;
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
  if (flags.out !== undefined && flags.outDir !== undefined)
    throw new KeytrailError('usage', '--out and --out-dir both say where the report goes', {
      hint: 'Give one of them.',
    });
  const grantedOf = await openGranted(flags);
  const sifts = flags.from !== undefined && isLocation(flags.from);
  const { engine, scope, only, finish, release } = await (sifts
    ? openSifted(keyId, flags, context)
    : openStored(keyId, flags, context));
  try {
    const found = finish(await investigateIn(engine, keyId, scope, context, only));
    const investigation = grantedOf === null ? found : { ...found, granted: await grantedOf(found) };
    const wanted = flags.out !== undefined || flags.outDir !== undefined;
    const files = wanted ? await writeReport(investigation, flags) : [];
    context.out(flags.format === 'json' ? investigationJson(investigation) : summaryText(investigation, context));
    if (wanted) context.note(writtenTo(files));
  } finally {
    await release();
  }
}

export function investigateCommand(command: Command, context: Context): void {
  command.argument('<key-id>', 'access key id, AKIA… or ASIA…');
  formatOption(scopeOptions(scanOptions(timeoutOption(engineOptions(command)))), ['text', 'json'])
    .option(
      '--out <file>',
      'write the report: one HTML file, and beside it the JSON, a manifest and SHA-256 sums; JSON alone where the name ends in .json',
    )
    .option('--out-dir <folder>', 'the same, into a folder, named report-KEY_ID')
    .option('--plan <file>', 'a plan of contain plan: what the owner may do, to compare with what was done')
    .option('--evidence <folder>', 'the same, from what contain evidence collected')
    .option('--since <time>', 'with --from s3://… or a directory: how far back to read, such as 7d')
    .addHelpText(
      'after',
      `
Examples:
  keytrail investigate AKIA… --store duckdb:incident.duckdb --out report.html
  keytrail investigate AKIA… --store duckdb:incident.duckdb --out report.html --plan plan-AKIA….json
  keytrail investigate AKIA… --from s3://my-trail-bucket --since 7d
  sha256sum -c report.sha256
Without a store, --from says where the logs are: only what names the key, or one issued from it, is read into a
temporary store, or into the one named by --store. All accounts and Regions are read unless --accounts and --regions
name some; calls to global services (IAM, global STS) are in us-east-1.`,
    )
    .action((keyId, flags) => run(keyId, flags, context));
}
