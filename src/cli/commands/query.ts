import { type Command, Option } from 'commander';
import type { Context } from '../context.js';
import { groupOptions, parameterOptions, scanOptions } from '../question-flags.js';
import { engineOptions, formatOption, timeoutOption } from '../settings.js';

async function list(flags: { format: 'table' | 'json' }, context: Context): Promise<void> {
  const { listedQuestions } = await import('../../queries/catalogue.js');
  const rows = await listedQuestions();
  if (flags.format === 'json') return context.out(`${JSON.stringify(rows, null, 2)}\n`);
  const { formatTable } = await import('../output/index.js');
  context.out(
    formatTable(
      ['id', 'title', 'step', 'key'],
      rows.map((row) => ({ ...row })),
      context,
    ),
  );
}

function addRun(query: Command, context: Context): void {
  const command = query.command('run').argument('[ids...]');
  formatOption(scanOptions(timeoutOption(engineOptions(parameterOptions(groupOptions(command))))), [
    'table',
    'json',
    'csv',
    'ndjson',
    'parquet',
  ])
    .description('ask a question, several, or the whole pack')
    .option('--since <time>', 'with --from s3://… or a directory: how far back to read, such as 7d')
    .option('--closure', 'ask of every credential issued from the key, too')
    .option('--out <path>', 'write the answer into a file; of several questions, a file each into a folder')
    .addHelpText(
      'after',
      `
Examples:
  keytrail query run key-clients --key AKIA… --closure
  keytrail query run internet-accepted --param ports=22,3389 --from 7d --format csv
  keytrail query run --all --key AKIA… --closure --from 7d --format parquet --out answers
  keytrail query run --tactic persistence --tactic defense-evasion --key AKIA…
  keytrail query run --all --params case.yaml --from 7d
  keytrail query run actions-used --key AKIA… --from s3://my-trail-bucket --since 7d

A file for --params, whose lines flags beat:
  key: [AKIA…, AKIA…]
  from: 2026-03-01
  questions:
    internet-accepted: { ports: [22, 3389] }`,
    )
    .action(async (ids, flags) => (await import('./query-run.js')).runQuestions(ids, flags, context));
}

export function queryCommand(query: Command, context: Context): void {
  query.addHelpText(
    'after',
    `
Examples:
  keytrail query list
  keytrail query show key-clients
  keytrail query run key-clients --key AKIA… --store duckdb:incident.duckdb`,
  );
  formatOption(query.command('list').description('all questions'), ['table', 'json'])
    .addHelpText('after', '\nExamples:\n  keytrail query list\n  keytrail query list --format json')
    .action((flags) => list(flags, context));
  parameterOptions(query.command('show').argument('<id>'))
    .description('what a question asks, takes and returns, and its full text for an engine’s own console')
    .addOption(
      new Option('--engine <engine>', 'for whose console: DuckDB, Dev Tools, or the Athena query editor')
        .choices(['duckdb', 'opensearch', 'athena'])
        .default('duckdb'),
    )
    .option('--raw', 'the text for the console alone, to be pasted or piped')
    .addHelpText(
      'after',
      `
Examples:
  keytrail query show key-clients --key AKIA… --engine opensearch
  keytrail query show key-clients --key AKIA… --engine athena --raw > key-clients.sql`,
    )
    .action(async (id, flags) => (await import('./query-show.js')).show(id, flags, context));
  addRun(query, context);
}
