import { type Command, Option } from 'commander';
import type { Context } from '../context.js';
import { jsonText } from '../output/json.js';

interface PolicyFlags {
  stage?: string;
  account?: string;
  partition?: string;
  responder?: string;
  bucket?: string;
}

async function policies(flags: PolicyFlags, context: Context): Promise<void> {
  const { responderPolicy, responderStages, stageOf } = await import('../../contain/responder/policies.js');
  const choices = {
    ...(flags.account === undefined ? {} : { accountId: flags.account }),
    ...(flags.partition === undefined ? {} : { partition: flags.partition }),
    ...(flags.responder === undefined ? {} : { responder: flags.responder }),
    ...(flags.bucket === undefined ? {} : { bucket: flags.bucket }),
  };
  const printed =
    flags.stage === undefined
      ? Object.fromEntries(responderStages.map((stage) => [stage, responderPolicy(stage, choices)]))
      : responderPolicy(stageOf(flags.stage), choices);
  context.out(`${jsonText(printed, 2)}\n`);
}

export function addPolicies(contain: Command, context: Context): void {
  contain
    .command('policies')
    .description('what a responder must be allowed for each stage, as IAM policies; asks nobody')
    .option('--stage <name>', 'only this one: the document itself, for aws iam create-policy')
    .option('--account <id>', 'name this account in the ARNs (default: any)')
    .option('--responder <role>', 'role that will have them, by name or ARN (default: keytrail-responder)')
    .option('--bucket <name>', 'where evidence is kept (default: keytrail-evidence*)')
    .addOption(new Option('--partition <name>', 'of AWS').choices(['aws', 'aws-cn', 'aws-us-gov']).default('aws'))
    .addHelpText(
      'after',
      `
Stages:
  observe               plan, verify, and read what is evidence
  observe-organization  plan what the management account does: service control policies, Identity Center
  evidence              write evidence to a bucket
  accounts              list the accounts of the organization, assume the responder's role in them
  contain-user          apply and undo what concerns users
  contain-role          apply and undo what concerns roles, instances, functions, identity providers
  restore-instance      undo: give instances back the role that they had
  contain-organization  service control policies and Identity Center, in the management account
  rotate                a new key, put where applications read it
  monitor               alarms on the use of a key, metrics of applications
  destroy               delete a key, only with MFA

Example:
  keytrail contain policies --stage observe > observe.json
  aws iam create-policy --policy-name keytrail-observe --policy-document file://observe.json`,
    )
    .action((flags: PolicyFlags) => policies(flags, context));
}
