import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { enricher } from '../../src/enrich/enrich.js';
import { type LogName, logNames } from '../../src/model/event.js';
import type { Row } from '../../src/model/question.js';
import { type IngestSummary, ingest } from '../../src/pipeline/ingest.js';
import { ask } from '../../src/queries/ask.js';
import { questionById } from '../../src/queries/load.js';
import { bindQuestion } from '../../src/queries/parameters.js';
import { openSource } from '../../src/s3/source.js';
import type { Engine, Store } from '../../src/stores/store.js';

/** queries/<id>/case.yaml: raw records in, and for each set of parameters the rows out. */
export interface QuestionCase {
  cloudtrail?: Record<string, unknown>[];
  /** Flow log text with its header. */
  vpcflow?: string;
  /** AWS Config's items. */
  config?: Record<string, unknown>[];
  /** GuardDuty's findings. */
  guardduty?: Record<string, unknown>[];
  /** What the databases know of an address. */
  networks?: Record<string, { country?: string; number?: number; name?: string }>;
  asks: { name: string; params: Record<string, string | number>; rows: Row[] }[];
}

export async function readCase(id: string): Promise<QuestionCase> {
  return parse(await readFile(`queries/${id}/case.yaml`, 'utf8')) as QuestionCase;
}

const account = '111122223333';

/** What a record has unless its case says otherwise. */
const usual = (position: number) => ({
  eventVersion: '1.11',
  eventID: `event-${String(position).padStart(4, '0')}`,
  eventTime: '2026-03-02T08:00:00Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'ListBuckets',
  awsRegion: 'us-east-1',
  sourceIPAddress: '198.51.100.10',
  userAgent: 'test',
  recipientAccountId: account,
});

async function writeGz(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, gzipSync(text));
}

const folders: Record<LogName, string> = {
  cloudtrail: 'CloudTrail',
  vpcflow: 'vpcflowlogs',
  config: 'Config',
  guardduty: 'GuardDuty',
};

/** Where `writeCase` puts the files of a log. */
export const logFolder = (log: LogName): string => join('AWSLogs', account, folders[log]);

/** Writes a case below a folder as S3 would hold it. */
export async function writeCase(
  folder: string,
  { cloudtrail = [], vpcflow, config = [], guardduty = [] }: QuestionCase,
): Promise<void> {
  if (cloudtrail.length > 0) {
    const Records = cloudtrail.map((record, position) => ({ ...usual(position), ...record }));
    const name = `${account}_CloudTrail_us-east-1_20260302T0800Z_aaaaaaaaaaaaaaaa.json.gz`;
    await writeGz(join(folder, logFolder('cloudtrail'), 'us-east-1/2026/03/02', name), JSON.stringify({ Records }));
  }
  if (vpcflow !== undefined) {
    const name = `${account}_vpcflowlogs_us-east-1_fl-00000000000000001_20260302T0800Z_00000000.log.gz`;
    await writeGz(join(folder, logFolder('vpcflow'), 'us-east-1/2026/03/02', name), vpcflow);
  }
  if (config.length > 0) {
    const name = `${account}_Config_us-east-1_ConfigHistory_AWS::IAM::User_20260302T080000Z_20260302T140000Z_1.json.gz`;
    const history = { fileVersion: '1.0', configurationItems: config };
    await writeGz(join(folder, logFolder('config'), 'us-east-1/2026/3/2/ConfigHistory', name), JSON.stringify(history));
  }
  if (guardduty.length > 0) {
    const name = '00000000-0000-4000-8000-000000000001.jsonl.gz';
    const lines = guardduty.map((finding) => `${JSON.stringify(finding)}\n`);
    await writeGz(join(folder, logFolder('guardduty'), 'us-east-1/2026/03/02', name), lines.join(''));
  }
}

/** Ingests everything below a folder or bucket. */
export async function ingestAll(
  location: string,
  store: Store,
  networks: NonNullable<QuestionCase['networks']> = {},
): Promise<IngestSummary> {
  const enrich = enricher({
    country: (ip) => (networks[ip]?.country ? { country_code: networks[ip].country } : null),
    asn: (ip) => ({
      autonomous_system_number: networks[ip]?.number,
      autonomous_system_organization: networks[ip]?.name,
    }),
  });
  const source = await openSource(location);
  try {
    return await ingest({
      source,
      store,
      logs: logNames,
      now: () => new Date(),
      onProgress: () => undefined,
      enrichment: { enrich },
    });
  } finally {
    await source.close();
  }
}

/** The rows of a question, its parameters given as on the command line. */
export function rowsOf(
  store: Engine,
  id: string,
  params: Record<string, string | number | (string | number)[]>,
): Promise<Row[]> {
  const given = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, [value].flat().map(String)]));
  return ask(store, bindQuestion(questionById(id), given, new Date('2026-03-04T00:00:00Z')));
}
