import { type Command, InvalidArgumentError } from 'commander';
import { classify } from '../../enrich/address.js';
import { KeytrailError } from '../../errors.js';
import type { ClientAction, KeyOwner } from '../../harden/source-ip/call.js';
import { givenNetwork, type Network } from '../../harden/source-ip/network.js';
import { type IpPolicyReport, ipPolicyReport } from '../../harden/source-ip/report.js';
import { questionById } from '../../queries/load.js';
import { overClosure } from '../../queries/pack.js';
import { bindQuestion, members } from '../../queries/parameters.js';
import { runQuestion } from '../../queries/run.js';
import type { Context } from '../context.js';
import { ipPolicyText } from '../output/ip-policy.js';
import { jsonText } from '../output/json.js';
import { type ScanFlags, scanOptions } from '../question-flags.js';
import { openForAsking } from '../scan.js';
import {
  collect,
  engineOptions,
  formatOption,
  type ScopeFlags,
  scopeOptions,
  scopeParameters,
  timeoutOption,
} from '../settings.js';
import { writeOut } from '../write-out.js';

interface IpPolicyFlags extends ScopeFlags, ScanFlags {
  exclude?: string[];
  allow?: string[];
  widen?: number;
  out?: string;
  format: 'text' | 'json';
}

/** More rows than an identity policy could tell apart by far. */
const mostRows = '1000000';

/** Addresses and endpoints of a flag. */
function given(flag: string, texts: readonly string[] = []): { networks: Network[]; endpoints: string[] } {
  const all = members(texts);
  const isEndpoint = (text: string): boolean => /^vpce-[0-9a-f]{8,17}$/.test(text);
  return {
    networks: all.filter((text) => !isEndpoint(text)).map((text) => givenNetwork(flag, text)),
    endpoints: all.filter(isEndpoint),
  };
}

async function report(keyId: string, flags: IpPolicyFlags, context: Context): Promise<IpPolicyReport> {
  const exclude = given('--exclude', flags.exclude);
  const allow = given('--allow', flags.allow);
  const parameters = { key: [keyId], ...scopeParameters(flags), limit: [mostRows] };
  const bound = ['client-actions', 'key-owner'].map((id) => bindQuestion(questionById(id), parameters, context.now()));
  const { engine, close } = await openForAsking(bound, { ...flags, closure: true }, context);
  try {
    const [calls, owners] = await overClosure(engine, bound);
    const answer = await runQuestion(engine, calls!);
    if (answer.truncated)
      throw new KeytrailError('bad_parameter', `the key has more than ${mostRows} different clients and actions`, {
        hint: 'Ask of less with --from, --to, --accounts and --regions.',
      });
    if (answer.rows.length === 0 && allow.networks.length + allow.endpoints.length === 0)
      throw new KeytrailError('bad_parameter', `there is no call of ${keyId} in the logs`, {
        hint: 'Ask of another time or store, or name the addresses with --allow.',
      });
    return ipPolicyReport({
      keyId,
      calls: answer.rows as unknown as ClientAction[],
      owners: (await engine.ask(owners!)) as unknown as KeyOwner[],
      classify,
      exclude: exclude.networks,
      excludeEndpoints: exclude.endpoints,
      allow: allow.networks,
      allowEndpoints: allow.endpoints,
      widen: flags.widen ?? null,
      file: flags.out ?? 'policy.json',
      missing: answer.coverage.missing,
    });
  } finally {
    await close();
  }
}

async function run(keyId: string, flags: IpPolicyFlags, context: Context): Promise<void> {
  const made = await report(keyId, flags, context);
  if (flags.out !== undefined) await writeOut(flags.out, `${jsonText(made.policy, 2)}\n`);
  context.out(flags.format === 'json' ? `${jsonText(made, 2)}\n` : ipPolicyText(made, context));
  if (flags.out !== undefined) context.note(`policy written to ${flags.out}; nothing was attached\n`);
  if (!made.fits.managed) process.exitCode = 3;
}

function bits(text: string): number {
  if (!/^([89]|[12]\d|3[01])$/.test(text)) throw new InvalidArgumentError('Give a number of bits from 8 to 31.');
  return Number(text);
}

export function addIpPolicy(harden: Command, context: Context): void {
  const command = harden
    .command('ip-policy')
    .argument('<key-id>')
    .description('a policy that binds the key to the addresses it was used from, and which past calls it refuses');
  formatOption(scanOptions(scopeOptions(timeoutOption(engineOptions(command)))), ['text', 'json'])
    .option('--exclude <sources>', 'the intruder’s: addresses, CIDR blocks, VPC endpoints; not to be allowed', collect)
    .option('--allow <sources>', 'addresses, CIDR blocks or VPC endpoints to allow besides', collect)
    .option('--widen <bits>', 'addresses that share so many bits become one network (IPv6: 64 bits)', bits)
    .option('--out <file>', 'write the policy alone, for the aws CLI')
    .addHelpText(
      'after',
      `
Reads the store, of the key and every credential that stems from it; attaches nothing. The policy denies all actions
from other addresses and VPC endpoints; calls that AWS services make on behalf of the key are exempt.

Example:
  keytrail harden ip-policy AKIA… --exclude 203.0.113.66,198.51.100.0/25 --store duckdb:incident.duckdb --out policy.json

Exit code 3: the policy is longer than IAM takes.`,
    )
    .action((keyId: string, flags: IpPolicyFlags) => run(keyId, flags, context));
}
