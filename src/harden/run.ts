import { isDenied } from '../contain/aws.js';
import { KeytrailError, reasonOf } from '../errors.js';
import { compareText } from '../model/cell.js';
import { Account, type AccountOptions } from './account.js';
import type { Check } from './check.js';
import { checks } from './checks/index.js';
import { type Finding, type HardenReport, severities, type Unknown } from './finding.js';
import { gathered, Unreadable } from './read.js';
import { enabledRegions } from './regions.js';

export interface HardenOptions extends Omit<AccountOptions, 'regions'> {
  /** Those that are enabled where absent; where these can't be told, the clients' own. */
  regions?: readonly string[];
  /** Ids of checks; all where absent. */
  only?: readonly string[];
}

/** The checks asked for, in the order of all; `usage` for an id that there is not. */
function chosen(only: readonly string[] | undefined): readonly Check[] {
  const strangers = (only ?? []).filter((id) => !checks.some((check) => check.id === id));
  if (strangers.length > 0)
    throw new KeytrailError('usage', `there is no check ${strangers.map((id) => JSON.stringify(id)).join(', ')}`, {
      hint: `Choose of ${checks.map(({ id }) => id).join(', ')}.`,
    });
  return only === undefined ? checks : checks.filter(({ id }) => only.includes(id));
}

/**
 * Runs the checks; reads, and changes nothing. What can't be read is `unknown`, never a pass. Throws `usage` for an
 * unknown check; nothing of AWS.
 */
export async function harden({ only, ...options }: HardenOptions): Promise<HardenReport> {
  const asked = chosen(only);
  const findings: Finding[] = [];
  const unknown: Unknown[] = [];
  const { region: home } = options.clients;
  const regions =
    options.regions ??
    (await enabledRegions(options.clients).catch((error: unknown) => {
      unknown.push({ id: 'regions', region: home, ...reason(error) });
      return [home];
    }));
  const account = new Account({ ...options, regions });
  const runOne = async ({ check, region }: Task): Promise<void> => {
    const { id, risk } = check;
    try {
      const found = check.scope === 'account' ? check.run(account) : check.run(account, region);
      for await (const { severity, resource, finding, fix, region: there = region } of found)
        findings.push({ id, severity, region: there, resource, finding, risk, fix });
    } catch (error) {
      unknown.push({ id, region, ...reason(error) });
    }
  };
  await gathered(tasks(asked, regions), runOne);
  const place = (id: string): number => checks.findIndex((check) => check.id === id);
  const byPlace = (a: { id: string; region: string }, b: { id: string; region: string }): number =>
    place(a.id) - place(b.id) || compareText(a.region, b.region);
  return {
    accountId: options.accountId,
    regions: [...regions].sort(),
    checks: asked.map(({ id }) => id),
    findings: findings.sort(
      (a, b) =>
        severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
        byPlace(a, b) ||
        compareText(a.resource, b.resource) ||
        compareText(a.finding, b.finding),
    ),
    unknown: unknown.sort(byPlace),
  };
}

interface Task {
  check: Check;
  region: string;
}

const tasks = (asked: readonly Check[], regions: readonly string[]): Task[] =>
  asked.flatMap((check) =>
    check.scope === 'account' ? [{ check, region: 'global' }] : regions.map((region): Task => ({ check, region })),
  );

function reason(error: unknown): Pick<Unknown, 'reason' | 'permission'> {
  if (error instanceof KeytrailError) return { reason: reasonOf(error), permission: null };
  if (!(error instanceof Unreadable)) throw error;
  return { reason: reasonOf(error), permission: isDenied(error.cause) ? error.permission : null };
}
