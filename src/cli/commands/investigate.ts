import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { KeytrailError, reasonOf } from '../../errors.js';
import { investigate } from '../../investigate/investigate.js';
import type { Investigation } from '../../investigate/investigation.js';
import { reportHtml } from '../../investigate/report-html.js';
import { summaryText } from '../../investigate/summary-text.js';
import { questionById } from '../../queries/load.js';
import { bindQuestion } from '../../queries/parameters.js';
import type { Engine } from '../../stores/store.js';
import type { Context } from '../context.js';
import { jsonText } from '../output/json.js';
import {
  type EngineFlags,
  engineOptions,
  formatOption,
  openFlaggedEngine,
  type ScopeFlags,
  scopeOptions,
  scopeParameters,
} from '../settings.js';

interface InvestigateFlags extends ScopeFlags, EngineFlags {
  out?: string;
  format: 'text' | 'json';
}

export async function writeOut(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { mode: 0o600 });
  } catch (error) {
    throw new KeytrailError('usage', `can't write ${file}: ${reasonOf(error)}`, {
      hint: 'Name another file after --out.',
      cause: error,
    });
  }
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
      if (context.interactive) context.err(`\r\u001b[Kasking ${question} …`);
    },
  }).finally(() => {
    if (context.interactive) context.err('\r\u001b[K');
  });
}

async function run(keyId: string, flags: InvestigateFlags, context: Context): Promise<void> {
  const engine = await openFlaggedEngine(flags, context);
  try {
    const investigation = await investigateIn(engine, keyId, flags, context);
    const json = `${jsonText(investigation, 2)}\n`;
    if (flags.out !== undefined)
      await writeOut(flags.out, flags.out.endsWith('.json') ? json : reportHtml(investigation));
    context.out(flags.format === 'json' ? json : summaryText(investigation, context));
    if (flags.out !== undefined) context.err(`report written to ${flags.out}\n`);
  } finally {
    await engine.close();
  }
}

export function investigateCommand(program: Command, context: Context): void {
  const command = program
    .command('investigate')
    .argument('<key-id>', 'access key id, AKIA… or ASIA…')
    .description('everything the logs say about a credential and all that was issued from it');
  formatOption(scopeOptions(engineOptions(command)), ['text', 'json'])
    .option('--out <file>', 'write the report: one HTML file, or JSON where the name ends in .json')
    .addHelpText('after', '\nExample:\n  keytrail investigate AKIA… --store duckdb:incident.duckdb --out report.html')
    .action((keyId, flags) => run(keyId, flags, context));
}
