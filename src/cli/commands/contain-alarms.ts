import type { Command } from 'commander';
import type { AlarmChange } from '../../contain/monitor/alarms.js';
import { accessKeyFacts } from '../../model/access-key.js';
import { printable } from '../../model/printable.js';
import type { Context } from '../context.js';
import { jsonText } from '../output/json.js';
import { openClients, type ResponderFlags, responderOptions } from '../responder.js';
import { formatOption } from '../settings.js';

interface AlarmFlags extends ResponderFlags {
  logGroup: string;
  topicArn?: string;
  remove?: boolean;
  format: 'text' | 'json';
}

const lineOf = ({ kind, name, outcome }: AlarmChange): string =>
  `${outcome.padEnd(9)} ${kind} ${printable(name)}${outcome === 'foreign' ? ': keytrail did not make it, it is left alone' : ''}\n`;

async function alarms(keyId: string, flags: AlarmFlags, context: Context): Promise<void> {
  const { setUpAlarms, takeDownAlarms } = await import('../../contain/monitor/alarms.js');
  const clients = await openClients(flags, context, accessKeyFacts(keyId).account);
  const options = { clients: clients.in(clients.region), keyId, logGroup: flags.logGroup };
  const changes = flags.remove
    ? await takeDownAlarms(options)
    : await setUpAlarms({ ...options, topicArn: flags.topicArn ?? null });
  context.out(flags.format === 'json' ? `${jsonText(changes, 2)}\n` : changes.map(lineOf).join(''));
  if (changes.some(({ outcome }) => outcome === 'foreign')) process.exitCode = 3;
}

/** `contain alarms`. */
export function addAlarms(contain: Command, context: Context): void {
  formatOption(responderOptions(contain.command('alarms').argument('<key-id>')), ['text', 'json'])
    .description('CloudWatch alarms on any use of a key, and on refused use, over the log group of a trail')
    .requiredOption('--log-group <name>', 'log group that the trail delivers to, in the Region of --region')
    .option('--topic-arn <arn>', 'SNS topic to tell')
    .option('--remove', 'take down what this command made for the key')
    .addHelpText(
      'after',
      `
Example:
  keytrail contain alarms AKIA… --log-group CloudTrail/logs --topic-arn arn:aws:sns:us-east-1:111122223333:incident

It makes metric filters and alarms named keytrail-KEY_ID-use and keytrail-KEY_ID-refused; run again, it changes
only what differs. CloudTrail delivers within about five minutes.`,
    )
    .action((keyId, flags) => alarms(keyId, flags, context));
}
