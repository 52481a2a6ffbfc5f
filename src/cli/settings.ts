import { type Command, InvalidArgumentError, Option } from 'commander';
import { type LogName, logNames } from '../model/event.js';
import { openEngine, openStore, type StoreOptions } from '../stores/open.js';
import type { Engine, Store } from '../stores/store.js';
import type { Context } from './context.js';

/** The defaults that flags stand in for; no other module has any. */
export const defaults = {
  store: 'duckdb:keytrail.duckdb',
  format: 'table',
  report: 'report.html',
  plan: 'plan.json',
} as const;

export interface AwsFlags {
  profile?: string;
  region?: string;
  endpointUrl?: string;
}

export const awsOptions = (command: Command): Command =>
  command
    .option('--profile <name>', 'AWS profile, as for the aws CLI')
    .option('--region <region>', 'AWS Region')
    .option('--endpoint-url <url>', 'another endpoint than the AWS service’s own');

/** As the SDK's clients take them; what is not given is left to the SDK's own chain. */
export function awsSettings(flags: AwsFlags, context: Context): AwsFlags {
  const endpointUrl = flags.endpointUrl ?? context.env.AWS_ENDPOINT_URL;
  return {
    ...(flags.profile === undefined ? {} : { profile: flags.profile }),
    ...(flags.region === undefined ? {} : { region: flags.region }),
    ...(endpointUrl === undefined ? {} : { endpointUrl }),
  };
}

export const storeOption = (command: Command): Command =>
  command.option('--store <store>', `duckdb:FILE or opensearch:URL (default: KEYTRAIL_STORE, else ${defaults.store})`);

/** Where questions are asked, and the AWS settings for engines that AWS runs. */
export const engineOptions = (command: Command): Command =>
  awsOptions(
    command.option(
      '--store <store>',
      `duckdb:FILE, opensearch:URL or athena:WORKGROUP/DATABASE (default: KEYTRAIL_STORE, else ${defaults.store})`,
    ),
  );

export const storeLocation = (flag: string | undefined, context: Context): string =>
  flag ?? context.env.KEYTRAIL_STORE ?? defaults.store;

/** User and password of the store, where the environment has them: no flag takes them. */
function storeSecrets({ env }: Context): StoreOptions {
  const { KEYTRAIL_OPENSEARCH_USERNAME: username, KEYTRAIL_OPENSEARCH_PASSWORD: password } = env;
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
}

/** For writing. */
export const openFlaggedStore = (flag: string | undefined, context: Context): Promise<Store> =>
  openStore(storeLocation(flag, context), 'write', storeSecrets(context));

export interface EngineFlags extends AwsFlags {
  store?: string;
}

/** For asking; what runs elsewhere is stopped when this process is told to. */
export const openFlaggedEngine = (flags: EngineFlags, context: Context): Promise<Engine> =>
  openEngine(storeLocation(flags.store, context), {
    ...storeSecrets(context),
    aws: awsSettings(flags, context),
    signal: context.signal,
  });

export const formatOption = (command: Command, choices: readonly string[]): Command =>
  command.addOption(new Option('--format <format>', 'how to print the result').choices(choices).default(choices[0]));

export function parseLog(text: string): LogName {
  if (!(logNames as readonly string[]).includes(text))
    throw new InvalidArgumentError(`Choose ${logNames.join(' or ')}.`);
  return text as LogName;
}

/** Collects a flag that may be given several times. */
export const collect = (text: string, before: string[] = []): string[] => [...before, text];

export interface ScopeFlags {
  from?: string;
  to?: string;
  accounts?: string[];
  regions?: string[];
}

export const scopeOptions = (command: Command): Command =>
  command
    .option('--from <time>', 'start, inclusive: 2026-03-01, 2026-03-01T12:00:00Z, or an age such as 7d')
    .option('--to <time>', 'end, exclusive')
    .option('--accounts <ids>', 'account ids, separated by commas', collect)
    .option('--regions <names>', 'Regions, separated by commas', collect);

/** The scope flags as parameters of a question. */
export function scopeParameters({ from, to, accounts, regions }: ScopeFlags): Record<string, string[]> {
  return {
    ...(from === undefined ? {} : { from: [from] }),
    ...(to === undefined ? {} : { to: [to] }),
    ...(accounts === undefined ? {} : { accounts }),
    ...(regions === undefined ? {} : { regions }),
  };
}
