import { type Command, InvalidArgumentError } from 'commander';
import { KeytrailError } from '../../errors.js';
import { isGrave } from '../../harden/finding.js';
import { members } from '../../queries/parameters.js';
import { clientConfig } from '../client-config.js';
import type { Context } from '../context.js';
import { hardenMarkdown, hardenText } from '../output/harden.js';
import { jsonText } from '../output/json.js';
import { type AwsFlags, awsOptions, collect, formatOption } from '../settings.js';
import { addIpPolicy } from './harden-ip-policy.js';

interface HardenFlags extends AwsFlags {
  regions?: string[];
  only?: string[];
  key?: string[];
  maxKeyAge: number;
  unused: number;
  format: 'table' | 'json' | 'markdown';
}

async function run(flags: HardenFlags, context: Context): Promise<void> {
  const [{ createHardenClients }, { harden }, { accountOf, checkRegion }, { checkKeyId }] = await Promise.all([
    import('../../harden/clients.js'),
    import('../../harden/run.js'),
    import('../../harden/regions.js'),
    import('../../harden/alarms.js'),
  ]);
  const regions = flags.regions === undefined ? undefined : [...new Set(members(flags.regions).map(checkRegion))];
  if (regions?.length === 0)
    throw new KeytrailError('usage', '--regions names none', { hint: 'Leave it out for all that are enabled.' });
  const keyIds = members(flags.key ?? []).map(checkKeyId);
  const clients = createHardenClients(await clientConfig(flags, context));
  const report = await harden({
    clients,
    accountId: await accountOf(clients),
    now: context.now(),
    maxKeyAge: flags.maxKeyAge,
    unused: flags.unused,
    keyIds,
    ...(regions === undefined ? {} : { regions }),
    ...(flags.only === undefined ? {} : { only: members(flags.only) }),
  });
  if (flags.format === 'json') context.out(`${jsonText(report, 2)}\n`);
  else context.out(flags.format === 'markdown' ? hardenMarkdown(report) : hardenText(report, context));
  if (report.findings.some(isGrave) || report.unknown.length > 0) process.exitCode = 3;
}

function days(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('Give a number of days.');
  return Number(text);
}

export function hardenCommand(command: Command, context: Context): void {
  command.enablePositionalOptions();
  formatOption(awsOptions(command), ['table', 'json', 'markdown'])
    .option('--regions <names>', 'Regions, separated by commas (default: all that are enabled)', collect)
    .option('--only <checks>', 'only these checks, separated by commas', collect)
    .option('--max-key-age <days>', 'an older access key is a finding', days, 90)
    .option('--unused <days>', 'an access key unused for longer is a finding', days, 45)
    .option('--key <key-id>', 'this key must have alarms on its use; may be given several times', collect)
    .addHelpText(
      'after',
      `
Reads, and changes nothing. What can't be read is "unknown", with the permission that is missing, and never a pass.

Examples:
  keytrail harden --profile audit
  keytrail harden --regions eu-central-1,us-east-1 --only guardduty,trail,alarms --format json

Exit code 0: nothing of severity high or above was found, and everything could be read. 3: otherwise.`,
    )
    .action((flags: HardenFlags) => run(flags, context));
  addIpPolicy(command, context);
}
