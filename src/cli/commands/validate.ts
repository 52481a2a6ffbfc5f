import type { Command } from 'commander';
import type { Context } from '../context.js';
import { jsonText } from '../output/json.js';
import { awsOptions, collect, formatOption, scopeOptions } from '../settings.js';
import { checkDigests, type DigestFlags, reportLines } from './validate-digests.js';

async function run(flags: DigestFlags & { format: 'text' | 'json' }, context: Context): Promise<void> {
  const report = await checkDigests(flags, context);
  context.out(flags.format === 'json' ? `${jsonText(report)}\n` : `${reportLines(report).join('\n')}\n`);
  if (report.findings.length > 0) process.exitCode = 3;
}

export function validateCommand(command: Command, context: Context): void {
  command.argument('<source>', 's3://BUCKET/PREFIX or a copy of it in a directory');
  formatOption(scopeOptions(awsOptions(command)), ['text', 'json'])
    .option('--trail <name>', 'only the digests of this trail')
    .option(
      '--public-keys <file>',
      'what "aws cloudtrail list-public-keys" printed; once for each Region (default: CloudTrail is asked)',
      collect,
    )
    .addHelpText(
      'after',
      `
Examples:
  keytrail validate s3://my-trail-bucket --from 7d --profile security
  keytrail validate ./bucket-copy --public-keys us-east-1.json --public-keys eu-west-1.json --format json
--from and --to are times of delivery. A directory holds no object metadata, so the newest digest of a copy can't be
verified. Needs s3:ListBucket, s3:GetObject and, without --public-keys, cloudtrail:ListPublicKeys.
Exit code 3: something was altered, deleted, is not covered by a digest or could not be checked.`,
    )
    .action((source, flags) => run({ ...flags, source }, context));
}
