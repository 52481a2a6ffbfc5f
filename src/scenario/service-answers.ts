import { rowOrder } from '../model/cell.js';
import type { ParameterValue, Row } from '../model/question.js';
import { type ExpectedAnswer, noCut } from './answers.js';
import type { ConfigItem } from './config-item.js';
import type { Finding } from './finding.js';

const toSecond = (time: string): string => `${time.slice(0, 19)}Z`;

/** Address of whoever called, connected or probed. */
function remoteOf({ awsApiCallAction, networkConnectionAction, portProbeAction }: Finding['service']['action']) {
  const remote = awsApiCallAction ?? networkConnectionAction ?? portProbeAction?.portProbeDetails[0];
  return remote?.remoteIpDetails.ipAddressV4 ?? null;
}

/** Keeps the answers to what is asked of GuardDuty's findings and AWS Config's items while they are written. */
export class ServiceAnswers {
  readonly #findings: Row[] = [];
  readonly #items: Row[] = [];

  finding({ resource, service, ...finding }: Finding): void {
    this.#findings.push({
      updated_at: toSecond(finding.updatedAt),
      finding_id: finding.id,
      account_id: finding.accountId,
      region: finding.region,
      severity: finding.severity,
      type: finding.type,
      title: finding.title,
      access_key_id: resource.accessKeyDetails?.accessKeyId ?? null,
      user_name: resource.accessKeyDetails?.userName ?? null,
      instance_id: resource.instanceDetails?.instanceId ?? null,
      api: service.action.awsApiCallAction?.api ?? null,
      source_ip: remoteOf(service.action),
      occurrences: service.count,
      first_seen: toSecond(service.eventFirstSeen),
      last_seen: toSecond(service.eventLastSeen),
    });
  }

  item(item: ConfigItem): void {
    this.#items.push({
      captured_at: toSecond(item.configurationItemCaptureTime),
      state_id: String(item.configurationStateId),
      account_id: item.awsAccountId,
      region: item.awsRegion,
      resource_type: item.resourceType,
      resource_id: item.resourceId,
      resource_name: item.resourceName ?? null,
      arn: item.ARN,
      status: item.configurationItemStatus,
      event_id: item.relatedEvents[0] ?? null,
      configuration: item.configuration ? JSON.stringify(item.configuration) : null,
    });
  }

  /** By question id: of the keys and of all; of one resource, by its ARN, and of all. Nothing where there is nothing. */
  questions(closureKeyIds: readonly string[], resource: string): Record<string, ExpectedAnswer[]> {
    const [leaked] = closureKeyIds;
    const findings = this.#findings.sort(rowOrder(['-severity', 'updated_at', 'finding_id', 'account_id']));
    const items = this.#items.sort(
      rowOrder(['captured_at', 'resource_type', 'resource_id', 'state_id', 'account_id', 'region']),
    );
    const answer = (rows: Row[], keyIds: string[], params: Record<string, ParameterValue> = {}) => ({
      params: { ...params, limit: noCut },
      keyIds,
      rows,
    });
    const ofKeys = (keyIds: string[]) =>
      answer(
        findings.filter((row) => keyIds.includes(row.access_key_id as string)),
        keyIds,
      );
    return {
      ...(findings.length > 0 && {
        'guardduty-findings': [ofKeys([leaked!]), ofKeys([...closureKeyIds]), answer(findings, [])],
      }),
      ...(items.length > 0 && {
        'config-history': [
          answer(items, []),
          answer(
            items.filter((row) => row.arn === resource),
            [],
            { resource },
          ),
        ],
      }),
    };
  }
}
