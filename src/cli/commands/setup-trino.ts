import type { Command } from 'commander';
import { KeytrailError } from '../../errors.js';
import { contractOf } from '../../model/contract.js';
import { type LogName, logNames } from '../../model/event.js';
import { tablesOver } from '../../stores/trino/tables.js';
import type { Context } from '../context.js';
import { collect } from '../settings.js';

type TrinoFlags = Partial<Record<LogName, string[]>> & { fields: string };

/** Amazon VPC user guide: Flow log records, the default format. */
const defaultFields =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';

function trino({ fields, ...folders }: TrinoFlags, context: Context): void {
  const logs = logNames.filter((log) => folders[log] !== undefined);
  if (logs.length === 0)
    throw new KeytrailError('usage', 'setup trino needs to know where logs lie', {
      hint: 'Name a folder: --cloudtrail s3://BUCKET/AWSLogs/111122223333/CloudTrail/.',
    });
  const header = fields.trim().split(/\s+/);
  const statements = logs.flatMap((log) =>
    tablesOver(
      log,
      folders[log]!.map((location) => ({ location, header })),
    ),
  );
  context.out(statements.map((statement) => `${statement};\n`).join('\n'));
}

export function setupTrinoCommand(setup: Command, context: Context): void {
  const command = setup
    .command('trino')
    .description('prints the tables and views over log files in S3, for a catalog of Trino’s Hive connector');
  for (const log of logNames)
    command.option(`--${log} <url>`, `folder of ${contractOf(log).title}; may be given several times`, collect);
  command
    .option('--fields <names>', 'fields of the flow logs, as their header line has them', defaultFields)
    .addHelpText(
      'after',
      `
The catalog needs hive.recursive-directories=true and may read the bucket. Questions read what lies below a folder, and
nothing else may lie there.

Example:
  keytrail setup trino --cloudtrail s3://trail/AWSLogs/111122223333/CloudTrail/ > tables.sql
  trino --server https://trino.example:8443 --catalog hive --schema security_logs --file tables.sql
  keytrail query run key-owner --store trino:https://trino.example:8443/hive/security_logs`,
    )
    .action((flags: TrinoFlags) => trino(flags, context));
}
