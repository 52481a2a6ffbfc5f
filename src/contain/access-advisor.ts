import { setTimeout as pause } from 'node:timers/promises';
import {
  GenerateServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsCommand,
  type GetServiceLastAccessedDetailsCommandOutput,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { KeytrailError, reasonOf } from '../errors.js';
import { ask } from './aws.js';

/** A service that the principal's policies allow. Times are ISO 8601 UTC; null where it was not used in the period. */
export interface AdvisedService {
  /** `s3`: the prefix of its actions. */
  namespace: string;
  lastUsed: string | null;
  /** Those that are tracked and were used, by name: `{ name: 'GetObject', lastUsed: … }`. */
  actions: { name: string; lastUsed: string }[];
}

/**
 * What IAM's access advisor tells, or why it is not available. It lags by up to four hours and counts refused calls
 * ("Refine permissions in AWS using last accessed information").
 */
export type AccessAdvice = { services: AdvisedService[] } | { notAvailable: string };

export interface AdviceOptions {
  /** Between two questions whether the report is ready. */
  pollMs?: number;
  /** For all of it. */
  limitMs?: number;
}

type Report = GetServiceLastAccessedDetailsCommandOutput;

/** Has a report made at ACTION_LEVEL and waits for it. Never throws: what goes wrong is the answer. */
export async function readAccessAdvisor(
  iam: IAMClient,
  arn: string,
  { pollMs = 1000, limitMs = 30_000 }: AdviceOptions = {},
): Promise<AccessAdvice> {
  const abortSignal = AbortSignal.timeout(limitMs);
  const send = async (JobId: string, Marker?: string): Promise<Report> =>
    ask('iam:GetServiceLastAccessedDetails', () =>
      iam.send(new GetServiceLastAccessedDetailsCommand({ JobId, Marker }), { abortSignal }),
    );
  try {
    const { JobId = '' } = await ask('iam:GenerateServiceLastAccessedDetails', () =>
      iam.send(new GenerateServiceLastAccessedDetailsCommand({ Arn: arn, Granularity: 'ACTION_LEVEL' }), {
        abortSignal,
      }),
    );
    let report = await send(JobId);
    while (report.JobStatus === 'IN_PROGRESS') {
      await pause(pollMs, undefined, { signal: abortSignal });
      report = await send(JobId);
    }
    if (report.JobStatus === 'FAILED') {
      return { notAvailable: `the report failed: ${report.Error?.Message ?? 'no reason was given'}` };
    }
    const services = servicesOf(report);
    while (report.IsTruncated && report.Marker !== undefined) {
      report = await send(JobId, report.Marker);
      services.push(...servicesOf(report));
    }
    return { services: services.sort((a, b) => (a.namespace < b.namespace ? -1 : 1)) };
  } catch (error) {
    if (abortSignal.aborted) return { notAvailable: `no report within ${limitMs / 1000} s` };
    if (!(error instanceof KeytrailError)) throw error;
    return { notAvailable: reasonOf(error) };
  }
}

function servicesOf(report: Report): AdvisedService[] {
  return (report.ServicesLastAccessed ?? []).map((service) => ({
    namespace: service.ServiceNamespace ?? '',
    lastUsed: service.LastAuthenticated?.toISOString() ?? null,
    actions: (service.TrackedActionsLastAccessed ?? [])
      .flatMap(({ ActionName, LastAccessedTime }) =>
        ActionName === undefined || LastAccessedTime === undefined
          ? []
          : [{ name: ActionName, lastUsed: LastAccessedTime.toISOString() }],
      )
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  }));
}
