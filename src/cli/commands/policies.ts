import { type Command, Option } from 'commander';
import type { Choices } from '../../permissions/choices.js';
import { commandPolicy, policyNames, policyOf, purposeOf } from '../../permissions/policies.js';
import type { Context } from '../context.js';
import { jsonText } from '../output/json.js';

function policies(name: string | undefined, choices: Choices, context: Context): void {
  const made = (name === undefined ? policyNames : [policyOf(name)]).map((each) => ({
    each,
    ...commandPolicy(each, choices),
  }));
  const printed =
    name === undefined ? Object.fromEntries(made.map(({ each, document }) => [each, document])) : made[0]!.document;
  context.out(`${jsonText(printed, 2)}\n`);
  const missing = [...new Set(made.flatMap((policy) => policy.missing))].sort();
  if (missing.length > 0) context.err(`note: fill in ${missing.join(', ')}, by flags of these names or by hand\n`);
  if (choices.kmsKey === undefined)
    context.err('note: what is encrypted with a KMS key of yours needs --kms-key, too\n');
}

export function policiesCommand(command: Command, context: Context): void {
  command
    .argument('[command]', 'only this one: the document itself, for aws iam create-policy')
    .option('--bucket <name>', 'where the logs are')
    .option('--kms-key <arn>', 'the KMS key that encrypts them')
    .option('--queue <name>', 'the SQS queue of notifications')
    .option('--topic <name>', 'the SNS topic that watch tells')
    .option('--secret <name>', 'the secret with user and password')
    .option('--domain <name>', 'the domain of Amazon OpenSearch Service')
    .option('--collection <id>', 'the collection of OpenSearch Serverless')
    .option('--workgroup <name>', 'of Athena')
    .option('--database <name>', 'of Athena')
    .option('--results <bucket>', 'where Athena puts results')
    .option('--account <id>', '12 digits')
    .option('--region <name>', 'AWS Region')
    .addOption(new Option('--partition <name>', 'of AWS').choices(['aws', 'aws-cn', 'aws-us-gov']).default('aws'))
    .addHelpText(
      'after',
      `
Commands:
${policyNames.map((name) => `  ${name.padEnd(22)} ${purposeOf(name)}`).join('\n')}

What contains a credential has policies of its own, by stage: keytrail contain policies.

Example:
  keytrail policies ingest --bucket my-trail-bucket > ingest.json
  aws iam create-policy --policy-name keytrail-ingest --policy-document file://ingest.json`,
    )
    .action((name: string | undefined, choices: Choices) => policies(name, choices, context));
}
