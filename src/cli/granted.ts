import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HeldPolicy, Privileges } from '../contain/privileges.js';
import { KeytrailError, reasonOf } from '../errors.js';
import { count, rowsOf, text } from '../investigate/findings.js';
import type { Granted, Investigation } from '../investigate/investigation.js';
import type { UsedAction } from '../model/trace.js';

/** Where the owner's privileges were read before: nothing here asks an account. */
export interface GrantedFlags {
  plan?: string;
  evidence?: string;
}

async function readNamed(file: string, flag: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new KeytrailError('usage', `can't read ${file}: ${reasonOf(error)}`, {
      hint: `Name another after ${flag}.`,
      cause: error,
    });
  }
}

/** Reads them before anything is asked, so that a wrong name is told at once. Null where no flag names any. */
export async function openGranted(
  flags: GrantedFlags,
): Promise<((investigation: Investigation) => Promise<Granted>) | null> {
  if (flags.plan !== undefined && flags.evidence !== undefined)
    throw new KeytrailError('usage', '--plan and --evidence both say what is granted', { hint: 'Give one of them.' });
  if (flags.plan !== undefined) return ofPlan(flags.plan);
  return flags.evidence === undefined ? null : ofEvidence(flags.evidence);
}

const strange = (what: string, of: string, keyId: string): KeytrailError =>
  new KeytrailError('usage', `${what} is about ${of}, not about ${keyId}`, {
    hint: 'Name the one that was made for this key, or for the key that issued it.',
  });

/** Keys whose owner the investigated key's calls are: itself, and those that issued it. */
const isOf = ({ keyId, issuers }: Investigation, id: string): boolean =>
  id === keyId || issuers.some(({ accessKeyId }) => accessKeyId === id);

async function ofPlan(file: string) {
  const { parsePlan } = await import('../contain/plan-file.js');
  const plan = parsePlan(await readNamed(file, '--plan'));
  const { privileges, identity, createdAt } = plan;
  if (privileges === null)
    throw new KeytrailError('usage', `${file} does not say what is granted: the account was not to be read`, {
      hint: "Plan again with credentials that may read the owner's policies: keytrail contain policies names them.",
    });
  return async (investigation: Investigation): Promise<Granted> => {
    if (identity.keyId !== null && !isOf(investigation, identity.keyId))
      throw strange(file, identity.keyId, investigation.keyId);
    const { administrator, deniedAll, grants, services } = privileges;
    return { source: `${file} of ${createdAt}`, administrator, deniedAll, grants, services };
  };
}

const usedActions = (investigation: Investigation): UsedAction[] =>
  rowsOf(investigation, 'actions-used').map((row) => ({
    event_source: text(row, 'event_source'),
    event_name: text(row, 'event_name'),
    events: count(row, 'events'),
    failed: count(row, 'failed'),
    last_seen: text(row, 'last_seen') || null,
  }));

interface Inline {
  PolicyName: string;
  PolicyDocument: string;
}
interface Attached {
  PolicyName?: string;
  PolicyArn?: string;
}
interface Managed {
  Arn?: string;
  PolicyName?: string;
  DefaultVersion: { Document?: string } | null;
}
interface Group {
  GroupName?: string;
  AttachedPolicies: Attached[];
  InlinePolicies: Inline[];
}
interface Principal {
  Arn?: string;
  UserName?: string;
  RoleName?: string;
  PermissionsBoundary?: { PermissionsBoundaryArn?: string };
}

/** A folder that `contain evidence` wrote, as its manifest seals it. */
async function ofEvidence(folder: string) {
  const [{ checkEvidence }, { comparePrivileges }] = await Promise.all([
    import('../contain/evidence/check.js'),
    import('../contain/compare-privileges.js'),
  ]);
  const { manifest, faults } = await checkEvidence(folder);
  if (faults.length > 0)
    throw new KeytrailError('bad_object', `${folder}: ${faults[0]!.file} is ${faults[0]!.fault}`, {
      hint: `keytrail contain evidence --check ${folder} names all of them.`,
    });
  const names = new Set(manifest.files.map(({ name }) => name));
  const piece = async <T>(name: string): Promise<T | null> =>
    names.has(`principal/${name}.json`)
      ? (JSON.parse(await readNamed(join(folder, 'principal', `${name}.json`), '--evidence')) as T | null)
      : null;
  const principal = (await piece<Principal>('user')) ?? (await piece<Principal>('role'));
  if (principal === null)
    throw new KeytrailError('usage', `${folder} holds no user and no role: whose policies they are is not known`, {
      hint: 'Collect it with --principal ARN.',
    });
  const privileges = privilegesOf(
    principal,
    (await piece<Managed[]>('policy-documents')) ?? [],
    {
      AttachedPolicies: (await piece<Attached[]>('attached-policies')) ?? [],
      InlinePolicies: (await piece<Inline[]>('inline-policies')) ?? [],
    },
    (await piece<Group[]>('groups')) ?? [],
  );
  return async (investigation: Investigation): Promise<Granted> => {
    if (manifest.keyId !== null && !isOf(investigation, manifest.keyId))
      throw strange(folder, manifest.keyId, investigation.keyId);
    const { administrator, deniedAll, grants, services } = comparePrivileges(privileges, usedActions(investigation));
    return { source: `${folder} of ${manifest.collectedAt}`, administrator, deniedAll, grants, services };
  };
}

function privilegesOf(principal: Principal, managed: readonly Managed[], own: Group, groups: readonly Group[]) {
  const documents = new Map(managed.map(({ Arn, DefaultVersion }) => [Arn, DefaultVersion?.Document ?? '']));
  const held = ({ AttachedPolicies, InlinePolicies }: Group, group: string | null): HeldPolicy[] => [
    ...AttachedPolicies.map(({ PolicyName = '', PolicyArn = '' }) => ({
      name: PolicyName,
      arn: PolicyArn,
      group,
      document: documents.get(PolicyArn) ?? '',
    })),
    ...InlinePolicies.map(({ PolicyName, PolicyDocument }) => ({
      name: PolicyName,
      arn: null,
      group,
      document: PolicyDocument,
    })),
  ];
  const boundary = principal.PermissionsBoundary?.PermissionsBoundaryArn;
  const found: Privileges = {
    principal: {
      type: principal.UserName === undefined ? 'role' : 'user',
      name: principal.UserName ?? principal.RoleName ?? '',
      arn: principal.Arn ?? '',
    },
    policies: [...held(own, null), ...groups.flatMap((group) => held(group, group.GroupName ?? ''))],
    boundary: boundary === undefined ? null : { arn: boundary, document: documents.get(boundary) ?? '' },
    accessAdvisor: { notAvailable: 'collected evidence has none' },
  };
  return found;
}
