import type { Command } from 'commander';
import { KeytrailError } from '../../errors.js';
import { type AlarmOptions, alarmTemplate } from '../../harden/alarm-template.js';
import { checkKeyId } from '../../harden/alarms.js';
import { members } from '../../queries/parameters.js';
import type { Context } from '../context.js';
import { jsonText } from '../output/json.js';
import { collect } from '../settings.js';
import { writeOut } from '../write-out.js';

interface AlarmFlags {
  topicArn?: string;
  email?: string;
  logGroup?: string;
  key?: string[];
  out?: string;
}

/** What aws cloudformation deploy takes without a bucket (AWS CloudFormation user guide: quotas). */
const longestBody = 51_200;

const checks = [
  ['--topic-arn', 'topicArn', /^arn:[\w-]+:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/, 'arn:aws:sns:REGION:ACCOUNT:NAME'],
  ['--email', 'email', /^[^\s@"<>]{1,64}@[^\s@"<>]{1,255}$/, 'security@example.org'],
  ['--log-group', 'logGroup', /^[\w#./-]{1,512}$/, 'aws-cloudtrail-logs'],
] as const;

function targetOf({ topicArn, email }: AlarmFlags): AlarmOptions['target'] {
  if (topicArn === undefined) return { email: email ?? null };
  if (email === undefined) return { topicArn };
  throw new KeytrailError('usage', '--topic-arn and --email exclude each other', {
    hint: 'Subscribe to the topic that is there, or leave --topic-arn out for a new one.',
  });
}

async function run(flags: AlarmFlags, context: Context): Promise<void> {
  for (const [flag, name, pattern, example] of checks) {
    const value = flags[name];
    if (value !== undefined && !pattern.test(value))
      throw new KeytrailError('usage', `${flag} ${JSON.stringify(value)} is not what it should be`, {
        hint: `For example ${example}.`,
      });
  }
  const template = alarmTemplate({
    target: targetOf(flags),
    logGroup: flags.logGroup ?? null,
    keyIds: members(flags.key ?? []).map(checkKeyId),
  });
  const text = `${jsonText(template, 1)}\n`;
  if (flags.out === undefined) context.out(text);
  else await writeOut(flags.out, text);
  const notes = [
    ...(flags.out === undefined
      ? []
      : [`written; next: aws cloudformation deploy --template-file ${flags.out} --stack-name keytrail-alarms`]),
    ...(flags.logGroup === undefined
      ? ['note: no --log-group: alarms on calls are made only with --parameter-overrides TrailLogGroup=NAME']
      : []),
    ...(flags.topicArn === undefined
      ? []
      : ['note: the topic’s policy and its key’s must let cloudwatch.amazonaws.com and events.amazonaws.com publish']),
    ...(flags.topicArn === undefined && flags.email === undefined
      ? ['note: nobody subscribes to the new topic yet: give --email, or subscribe to it']
      : []),
    ...(Buffer.byteLength(text) > longestBody ? ['note: the template is long: deploy it with --s3-bucket BUCKET'] : []),
  ];
  for (const note of notes) context.note(`${note}\n`);
}

export function setupAlarmsCommand(setup: Command, context: Context): void {
  setup
    .command('alarms')
    .description('a CloudFormation template: alarms on findings, on what CIS names, and on the use of keys')
    .option('--topic-arn <arn>', 'SNS topic that is told (default: a new one, encrypted)')
    .option('--email <address>', 'subscribes to the new topic')
    .option('--log-group <name>', 'log group of CloudWatch Logs that CloudTrail delivers to')
    .option('--key <key-id>', 'tell of each call of this key, and of refused ones; may be given several times', collect)
    .option('--out <file>', 'write the template (default: print it)')
    .addHelpText(
      'after',
      `
Asks nothing of AWS. Rules on findings belong in each Region that has GuardDuty or Macie, alarms on calls where the
log group is: in other Regions deploy the same template with --parameter-overrides TrailLogGroup=

Example:
  keytrail setup alarms --email security@example.org --log-group aws-cloudtrail-logs --key AKIA… --out alarms.json
  aws cloudformation deploy --template-file alarms.json --stack-name keytrail-alarms`,
    )
    .action((flags: AlarmFlags) => run(flags, context));
}
