import { type Command, InvalidArgumentError, Option } from 'commander';
import type { DatabaseFiles } from '../enrich/databases.js';
import type { Enrichment } from '../enrich/enrich.js';
import { KeytrailError, reasonOf } from '../errors.js';
import { logNames } from '../model/event.js';
import { shownUrl } from '../model/location.js';
import { readText } from '../model/read-file.js';
import { type EngineOptions, openEngine, openStore, type StoreOptions } from '../stores/open.js';
import type { Engine, Store } from '../stores/store.js';
import type { Context } from './context.js';
import { loginOf } from './secrets.js';

/** The defaults that flags stand in for; no other module has any. */
export const defaults = {
  store: 'duckdb:keytrail.duckdb',
  format: 'table',
  report: 'report.html',
  plan: 'plan.json',
  /** Seconds to wait for a store that another process has; a run that nobody watches waits for ever. */
  wait: 60,
  every: '60s',
  watchEvery: '15m',
  maxScan: '100GB',
  watchState: 'keytrail-watch.json',
  metricsHost: '127.0.0.1',
  viewerHost: '127.0.0.1',
  late: '1h',
  watchContainment: '60s',
} as const;

export interface AwsFlags {
  profile?: string;
  region?: string;
  endpointUrl?: string;
}

/** Adds flags under a heading of the help; those that come after are the command's own again. */
export const flagGroup = (heading: string, command: Command, add: (command: Command) => Command): Command =>
  add(command.optionsGroup(`${heading}:`)).optionsGroup('');

export const awsOptions = (command: Command): Command =>
  flagGroup('AWS', command, (group) =>
    group
      .option('--profile <name>', 'AWS profile, as for the aws CLI')
      .option('--region <region>', 'AWS Region')
      .option('--endpoint-url <url>', 'another endpoint than the AWS service’s own'),
  );

/** The SDK's own word for a URL without a scheme helps nobody. */
function checkedUrl(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new KeytrailError('usage', `${JSON.stringify(shownUrl(text))} is no endpoint`, {
    hint: 'Give a URL such as http://127.0.0.1:5000.',
  });
}

/** As the SDK's clients take them; what is not given is left to the SDK's own chain. */
export function awsSettings(flags: AwsFlags, context: Context): AwsFlags {
  const endpointUrl = flags.endpointUrl ?? context.env.AWS_ENDPOINT_URL;
  return {
    ...(flags.profile === undefined ? {} : { profile: flags.profile }),
    ...(flags.region === undefined ? {} : { region: flags.region }),
    ...(endpointUrl === undefined ? {} : { endpointUrl: checkedUrl(endpointUrl) }),
  };
}

/** How a cluster is reached that is not on the open network with a password. */
const clusterOptions = (command: Command): Command =>
  command
    .option(
      '--ca <file>',
      'OpenSearch, Trino: certificates to trust, as PEM (default: KEYTRAIL_OPENSEARCH_CA, KEYTRAIL_TRINO_CA, else Node’s)',
    )
    .addOption(
      new Option(
        '--aws-sigv4 <service>',
        'OpenSearch: sign requests, for hosts other than *.es.amazonaws.com (es) and *.aoss.amazonaws.com (aoss)',
      ).choices(['es', 'aoss']),
    );

const waitOption = (command: Command): Command =>
  command.option(
    '--wait <seconds>',
    `DuckDB: how long to wait while another process has the file (default: ${defaults.wait}; 0: not at all)`,
    parseSeconds,
  );

const storeFlags = (command: Command, kinds: string): Command =>
  flagGroup('Store', command, (group) =>
    waitOption(
      clusterOptions(group.option('--store <store>', `${kinds} (default: KEYTRAIL_STORE, else ${defaults.store})`)),
    ),
  );

export const storeOption = (command: Command): Command => storeFlags(command, 'duckdb:FILE or opensearch:URL');

/** Where questions are asked, and the AWS settings for engines that AWS runs. */
export const engineOptions = (command: Command): Command =>
  awsOptions(storeFlags(command, 'duckdb:FILE, opensearch:URL, athena:WORKGROUP/DATABASE or trino:URL/CATALOG/SCHEMA'));

export const storeLocation = (flag: string | undefined, context: Context): string =>
  flag ?? (context.env.KEYTRAIL_STORE || defaults.store);

export interface ClusterFlags extends AwsFlags {
  ca?: string;
  awsSigv4?: 'es' | 'aoss';
  /** Seconds, perhaps infinite. */
  wait?: number;
}

function certificates(file: string): string {
  try {
    const text = readText(file);
    if (!text.includes('-----BEGIN CERTIFICATE-----')) throw new Error('it holds no certificate in PEM form');
    return text;
  } catch (error) {
    throw new KeytrailError('usage', `no certificates can be read from ${file}: ${reasonOf(error)}`, {
      hint: 'Name the PEM file of the authority that signed the cluster’s certificate.',
      cause: error,
    });
  }
}

/** How the store is reached. User and password come from the environment: no flag takes them. Throws `usage`. */
export async function storeOptions(location: string, flags: ClusterFlags, context: Context): Promise<StoreOptions> {
  const { env } = context;
  const aws = awsSettings(flags, context);
  const access = async (name: 'OPENSEARCH' | 'TRINO') => {
    const caFile = flags.ca ?? env[`KEYTRAIL_${name}_CA`];
    return {
      ...(await loginOf(env, `KEYTRAIL_${name}`, aws)),
      ...(caFile === undefined ? {} : { ca: certificates(caFile) }),
    };
  };
  return {
    ...(location.startsWith('opensearch:') ? await access('OPENSEARCH') : {}),
    ...(location.startsWith('trino:') ? { trino: await access('TRINO') } : {}),
    ...(flags.awsSigv4 === undefined ? {} : { sigv4: flags.awsSigv4 }),
    aws,
    wait: {
      seconds: flags.wait ?? defaults.wait,
      onWait: (line) => context.note(`${line}\n`),
      signal: context.signal,
    },
  };
}

/** For writing, unless it is to be read only. */
export const openFlaggedStore = async (
  flag: string | undefined,
  context: Context,
  flags: ClusterFlags = {},
  mode: 'read' | 'write' = 'write',
): Promise<Store> => {
  const location = storeLocation(flag, context);
  return openStore(location, mode, await storeOptions(location, flags, context));
};

/** Databases of addresses in MaxMind's format, where the environment names any. */
export function enrichmentFiles({ env }: Context): DatabaseFiles {
  const { KEYTRAIL_COUNTRY_DB: countryFile, KEYTRAIL_ASN_DB: asnFile } = env;
  return { ...(countryFile ? { countryFile } : {}), ...(asnFile ? { asnFile } : {}) };
}

/** What ingest adds to events; a database that is absent is told of, and is no failure. */
export async function openFlaggedEnrichment(context: Context, onAbsent: (detail: string) => void): Promise<Enrichment> {
  const { openEnrichment } = await import('../enrich/enrich.js');
  const enrichment = await openEnrichment(enrichmentFiles(context));
  for (const { available, detail } of enrichment.databases) if (!available) onAbsent(detail);
  return enrichment;
}

export interface EngineFlags extends ClusterFlags {
  store?: string;
  timeout?: string;
}

export const timeoutOption = (command: Command): Command =>
  command.option('--timeout <time>', 'give up asking after this time, such as 5m (default: never)');

/** As AbortSignal.any with AbortSignal.timeout, which Node 20 may forget when memory is collected. */
function lateAfter(time: string, stopped: AbortSignal): AbortSignal {
  const late = new AbortController();
  const abort = () => late.abort(new DOMException('the time is up', 'TimeoutError'));
  setTimeout(abort, parseWait('--timeout', time)).unref();
  stopped.addEventListener('abort', () => late.abort(stopped.reason), { once: true });
  return late.signal;
}

/** For asking; a question under way is broken off when this process is told to stop, or the time is up. */
export const openFlaggedEngine = async (
  flags: EngineFlags,
  context: Context,
  more: Pick<EngineOptions, 'onScan' | 'reuseMinutes'> = {},
): Promise<Engine> => {
  const signal = flags.timeout === undefined ? context.signal : lateAfter(flags.timeout, context.signal);
  const location = storeLocation(flags.store, context);
  const { wait, ...options } = await storeOptions(location, flags, context);
  return openEngine(location, {
    ...options,
    ...(wait === undefined ? {} : { wait: { ...wait, signal } }),
    ...more,
    signal,
  });
};

export const formatOption = (command: Command, choices: readonly string[]): Command =>
  command.addOption(new Option('--format <format>', 'how to print the result').choices(choices).default(choices[0]));

function parseSeconds(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('Give a whole number of seconds.');
  return Number(text);
}

const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `60s`, `5m`, `1h` or `2d`. */
export function parseInterval(flag: string, text: string): number {
  const found = /^([1-9]\d{0,5})(s|m|h|d)$/.exec(text);
  if (found) return Number(found[1]) * units[found[2]!]!;
  throw new KeytrailError('usage', `${flag} ${JSON.stringify(text)} is no time`, {
    hint: 'For example 60s, 5m or 1h.',
  });
}

/** What a timer of Node's waits at most (2^31 - 1 ms): with more it does not wait at all. */
const longestWait = 24 * units.d!;

/** The same of a time that is waited for: 24 days at most. */
export function parseWait(flag: string, text: string): number {
  const ms = parseInterval(flag, text);
  if (ms <= longestWait) return ms;
  throw new KeytrailError('usage', `${flag} ${JSON.stringify(text)} is too long`, { hint: 'Give 24d at most.' });
}

export const logOption = (command: Command, description: string): Command =>
  command.addOption(new Option('--log <log>', description).choices(logNames));

/** Collects a flag that may be given several times. */
export const collect = (text: string, before: string[] = []): string[] => [...before, text];

export interface ScopeFlags {
  from?: string;
  to?: string;
  accounts?: string[];
  regions?: string[];
}

export const scopeOptions = (command: Command): Command =>
  flagGroup('Scope', command, (group) =>
    group
      .option('--from <time>', 'start, inclusive: 2026-03-01, 2026-03-01T12:00:00Z, or an age such as 7d')
      .option('--to <time>', 'end, exclusive')
      .option('--accounts <ids>', 'account ids, separated by commas', collect)
      .option('--regions <names>', 'Regions, separated by commas', collect),
  );

/** The scope flags as parameters of a question. */
export function scopeParameters({ from, to, accounts, regions }: ScopeFlags): Record<string, string[]> {
  return {
    ...(from === undefined ? {} : { from: [from] }),
    ...(to === undefined ? {} : { to: [to] }),
    ...(accounts === undefined ? {} : { accounts }),
    ...(regions === undefined ? {} : { regions }),
  };
}
