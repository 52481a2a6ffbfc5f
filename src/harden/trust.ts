import type { Severity } from './finding.js';
import { conditionsOf, type PolicyDocument, type Statement, texts } from './policy.js';

/** What is wrong with a statement of a trust policy, and the statement as it should be. */
export interface TrustFault {
  severity: Severity;
  finding: string;
  mended: Statement;
}

/** Condition keys by which a stranger is kept out whoever is named (IAM user guide: global condition context keys). */
const narrowing: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:userid',
  'aws:sourceip',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:sourceaccount',
  'aws:sourcearn',
]);
const gitHub = 'token.actions.githubusercontent.com';
/** Claims of GitHub's that name a repository, or who owns it. */
const gitHubClaims = [
  'sub',
  'repository',
  'repository_id',
  'repository_owner',
  'repository_owner_id',
  'job_workflow_ref',
];

/** The faults of a role's trust policy, a statement each at the most. */
export function trustFaults(policy: PolicyDocument, accountId: string, partition: string): (TrustFault | null)[] {
  return policy.Statement.map((statement) =>
    statement.Effect === 'Allow' ? faultOf(statement, accountId, partition) : null,
  );
}

function faultOf(statement: Statement, accountId: string, partition: string): TrustFault | null {
  const owner = `arn:${partition}:iam::${accountId}:root`;
  if (statement.NotPrincipal !== undefined) {
    const { NotPrincipal: _, ...rest } = statement;
    return {
      severity: 'critical',
      finding: 'trusts everyone but those it names (NotPrincipal)',
      mended: { ...rest, Principal: { AWS: owner } },
    };
  }
  const principal = statement.Principal;
  const { AWS, Federated } = typeof principal === 'string' ? { AWS: principal } : ((principal ?? {}) as Statement);
  return (
    everyone(statement, texts(AWS), owner) ??
    federated(statement, texts(Federated)) ??
    others(statement, texts(AWS), accountId)
  );
}

function everyone(statement: Statement, named: readonly string[], owner: string): TrustFault | null {
  if (!named.includes('*') || isNarrowed(statement)) return null;
  const secret = conditionsOf(statement).has('sts:externalid');
  return {
    severity: secret ? 'high' : 'critical',
    finding: secret ? 'trusts everyone who knows the external id' : 'trusts everyone: any AWS account may assume it',
    mended: { ...statement, Principal: { AWS: owner } },
  };
}

function federated(statement: Statement, providers: readonly string[]): TrustFault | null {
  for (const arn of providers) {
    const provider = arn.split(':oidc-provider/')[1];
    const fault =
      provider === undefined ? null : provider === gitHub ? ofGitHub(statement) : ofProvider(statement, provider);
    if (fault) return fault;
  }
  return null;
}

function ofGitHub(statement: Statement): TrustFault | null {
  const conditions = conditionsOf(statement);
  const claims = gitHubClaims.filter((claim) =>
    conditions.get(`${gitHub}:${claim}`)?.some(({ operator }) => !operator.includes('not')),
  );
  // Only `sub` holds the owner of a repository behind a name that a pattern can swallow.
  const open = (conditions.get(`${gitHub}:sub`) ?? []).some(
    ({ operator, values }) => operator.includes('like') && values.some(isAnyOwner),
  );
  if (claims.length > 1 || (claims.length === 1 && !open)) return null;
  return {
    severity: 'critical',
    finding: open
      ? 'trusts GitHub Actions of any owner: its pattern for sub fits every repository'
      : 'trusts GitHub Actions of every repository: there is no condition on sub',
    mended: {
      ...statement,
      Condition: {
        StringEquals: {
          [`${gitHub}:aud`]: 'sts.amazonaws.com',
          [`${gitHub}:sub`]: 'repo:OWNER/REPOSITORY:ref:refs/heads/BRANCH',
        },
      },
    },
  };
}

/** `*`, `repo:*`, `repo:*\/x`: a wildcard before the owner has ended. */
const isAnyOwner = (pattern: string): boolean => /[*?]/.test(pattern.split('/')[0]!);

function ofProvider(statement: Statement, provider: string): TrustFault | null {
  const prefix = `${provider.toLowerCase()}:`;
  if ([...conditionsOf(statement).keys()].some((key) => key.startsWith(prefix))) return null;
  return {
    severity: 'high',
    finding: `trusts every identity of ${provider}: there is no condition on what its tokens say`,
    mended: {
      ...statement,
      Condition: {
        ...statement.Condition,
        StringEquals: { [`${provider}:aud`]: 'AUDIENCE', [`${provider}:sub`]: 'SUBJECT' },
      },
    },
  };
}

function others(statement: Statement, named: readonly string[], accountId: string): TrustFault | null {
  const strangers = named.filter((name) => {
    const owner = /^\d{12}$/.test(name) ? name : name.split(':')[4];
    return owner !== undefined && /^\d{12}$/.test(owner) && owner !== accountId;
  });
  const conditions = conditionsOf(statement);
  if (strangers.length === 0 || isNarrowed(statement)) return null;
  if (conditions.has('sts:externalid') || conditions.has('aws:multifactorauthpresent')) return null;
  return {
    severity: 'medium',
    finding: `trusts ${strangers.join(', ')} of another account without an external id or a condition`,
    mended: {
      ...statement,
      Condition: {
        ...statement.Condition,
        StringEquals: { ...statement.Condition?.StringEquals, 'sts:ExternalId': 'EXTERNAL_ID' },
      },
    },
  };
}

const isNarrowed = (statement: Statement): boolean =>
  [...conditionsOf(statement)].some(
    ([key, uses]) =>
      narrowing.has(key) && uses.some(({ operator, values }) => !operator.includes('not') && !values.includes('*')),
  );
