import type { ConfigItem } from './config-item.js';
import { type Delivered, deliver } from './delivery.js';
import type { Finding } from './finding.js';
import { timeText } from './identifiers.js';
import { randomOf } from './random.js';
import type { ServiceAnswers } from './service-answers.js';
import { homeRegions } from './world.js';

type OnFile = (delivered: Delivered & { pieces: number }) => void;

function grouped<T>(all: readonly T[], nameOf: (one: T) => string): [name: string, group: T[]][] {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(nameOf(one), [...(groups.get(nameOf(one)) ?? []), one]);
  return [...groups];
}

const secondsOf = (time: string): number => Math.floor(Date.parse(time) / 1000);

/** The states of findings as GuardDuty exports them: those of an account and Region that are made about together. */
export async function writeFindings(
  directory: string,
  seed: number,
  findings: readonly Finding[],
  answers: ServiceAnswers,
  onFile: OnFile,
): Promise<void> {
  for (const finding of findings) answers.finding(finding);
  const window = 300;
  const groups = grouped(
    findings.toSorted((a, b) => (a.updatedAt < b.updatedAt ? -1 : 1)),
    ({ accountId, region, updatedAt }) =>
      `AWSLogs/${accountId}/GuardDuty/${region}/${Math.floor(secondsOf(updatedAt) / window)}`,
  );
  const names = randomOf(seed, 'guardduty-files');
  for (const [, group] of groups) {
    const { accountId, region } = group[0]!;
    const name = (delivered: number) => {
      const day = timeText(delivered).slice(0, 10).replaceAll('-', '/');
      return `AWSLogs/${accountId}/GuardDuty/${region}/${day}/${names.uuid()}.jsonl.gz`;
    };
    const pieces = group.map((finding) => ({ time: secondsOf(finding.updatedAt), text: JSON.stringify(finding) }));
    await deliver(directory, { head: '', separator: '\n', tail: '\n', name }, pieces, [pieces.length], onFile);
  }
}

/** Global resources are recorded in one Region. */
const recordedIn = ({ awsRegion }: ConfigItem): string => (awsRegion === 'global' ? homeRegions[0]! : awsRegion);

const compact = (time: string): string => `${time.slice(0, 19).replace(/[-:]/g, '')}Z`;

/** The history files of AWS Config: a file for what changed of a type of resource within six hours. */
export async function writeItems(
  directory: string,
  items: readonly ConfigItem[],
  answers: ServiceAnswers,
  onFile: OnFile,
): Promise<void> {
  for (const item of items) answers.item(item);
  const window = 6 * 3600;
  const windowOf = ({ configurationItemCaptureTime }: ConfigItem) =>
    Math.floor(secondsOf(configurationItemCaptureTime) / window);
  const groups = grouped(
    items,
    (item) => `${item.awsAccountId} ${recordedIn(item)} ${item.resourceType} ${windowOf(item)}`,
  );
  for (const [, group] of groups) {
    const [first, last] = [group[0]!, group.at(-1)!];
    const [account, region] = [first.awsAccountId, recordedIn(first)];
    const times = [first, last].map((item) => compact(item.configurationItemCaptureTime)).join('_');
    const name = () => {
      // Months and days are not padded here.
      const day = timeText((windowOf(first) + 1) * window)
        .slice(0, 10)
        .split('-')
        .map(Number)
        .join('/');
      const file = `${account}_Config_${region}_ConfigHistory_${first.resourceType}_${times}_1.json.gz`;
      return `AWSLogs/${account}/Config/${region}/${day}/ConfigHistory/${file}`;
    };
    const pieces = group.map((item) => ({
      time: secondsOf(item.configurationItemCaptureTime),
      text: JSON.stringify(item),
    }));
    const style = { head: '{"fileVersion":"1.0","configurationItems":[', separator: ',', tail: ']}', name };
    await deliver(directory, style, pieces, [pieces.length], onFile);
  }
}
