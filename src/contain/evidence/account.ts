import { setTimeout as sleep } from 'node:timers/promises';
import {
  GenerateCredentialReportCommand,
  GetAccountPasswordPolicyCommand,
  GetAccountSummaryCommand,
  GetCredentialReportCommand,
  paginateGetAccountAuthorizationDetails,
} from '@aws-sdk/client-iam';
import { type Piece, type Reader, stopIfAborted } from './reader.js';

/** Milliseconds between asking whether the credential report is ready: 60 s in all. */
export const reportDelays: readonly number[] = [1000, 2000, 3000, 4000, 5000, 5000, 10_000, 10_000, 10_000, 10_000];

/** What the whole account has: each user, role, group and policy, and when each credential was used last. */
export function accountPieces(delays: readonly number[], signal: AbortSignal | undefined): Piece[] {
  return [
    { name: 'account/authorization-details.json', read: authorizationDetails },
    { name: 'account/credential-report.csv', read: (reader) => credentialReport(reader, delays, signal) },
    {
      name: 'account/summary.json',
      read: async (reader) => {
        const send = () => reader.clients.iam.send(new GetAccountSummaryCommand({}));
        return reader.one('account/summary.json', 'iam:GetAccountSummary', send, (answer) => answer.SummaryMap);
      },
    },
    {
      name: 'account/password-policy.json',
      read: async (reader) => {
        const send = () => reader.clients.iam.send(new GetAccountPasswordPolicyCommand({}));
        const piece = 'account/password-policy.json';
        return reader.one(piece, 'iam:GetAccountPasswordPolicy', send, (answer) => answer.PasswordPolicy);
      },
    },
  ];
}

async function authorizationDetails(reader: Reader): Promise<unknown> {
  const pages = await reader.list(
    'account/authorization-details.json',
    'iam:GetAccountAuthorizationDetails',
    () => paginateGetAccountAuthorizationDetails({ client: reader.clients.iam }, {}),
    (page) => [page],
  );
  return (
    pages && {
      GroupDetailList: pages.flatMap(({ GroupDetailList }) => GroupDetailList ?? []),
      Policies: pages.flatMap(({ Policies }) => Policies ?? []),
      RoleDetailList: pages.flatMap(({ RoleDetailList }) => RoleDetailList ?? []),
      UserDetailList: pages.flatMap(({ UserDetailList }) => UserDetailList ?? []),
    }
  );
}

/** Source: "Get credential reports for your AWS account": IAM makes at most one in four hours, and gives that. */
async function credentialReport(
  reader: Reader,
  delays: readonly number[],
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const piece = 'account/credential-report.csv';
  const { iam } = reader.clients;
  const permission = 'iam:GenerateCredentialReport';
  const generate = () => reader.get(piece, permission, () => iam.send(new GenerateCredentialReportCommand({})));
  let state = await generate();
  for (const delay of delays) {
    if (!state || state.State === 'COMPLETE') break;
    await sleep(delay, undefined, signal ? { signal } : {}).catch((error: unknown) => {
      stopIfAborted(signal);
      throw error;
    });
    state = await generate();
  }
  if (!state) return state;
  if (state.State !== 'COMPLETE') {
    const reason = `the report was not ready after ${delays.reduce((sum, delay) => sum + delay, 0) / 1000} s`;
    reader.missing.push({ piece, what: null, kind: 'failed', permission, reason });
    return undefined;
  }
  const send = () => iam.send(new GetCredentialReportCommand({}));
  return reader.one(piece, 'iam:GetCredentialReport', send, ({ Content }) => Buffer.from(Content ?? []));
}
