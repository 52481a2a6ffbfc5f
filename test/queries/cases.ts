import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
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
  /** More files of CloudTrail records by their keys, also broken off in the middle. */
  files?: { key: string; records: Record<string, unknown>[]; truncated?: boolean }[];
  /** How many records can't be stored; absent: none. */
  deadLettered?: number;
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

async function writeGz(path: string, text: string, truncated = false): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const bytes = gzipSync(text);
  await writeFile(path, truncated ? bytes.subarray(0, bytes.length / 2) : bytes);
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
  { cloudtrail = [], vpcflow, config = [], guardduty = [], files = [] }: QuestionCase,
): Promise<void> {
  if (cloudtrail.length > 0) {
    const Records = cloudtrail.map((record, position) => ({ ...usual(position), ...record }));
    const name = `${account}_CloudTrail_us-east-1_20260302T0800Z_aaaaaaaaaaaaaaaa.json.gz`;
    await writeGz(join(folder, logFolder('cloudtrail'), 'us-east-1/2026/03/02', name), JSON.stringify({ Records }));
  }
  for (const [number, { key, records, truncated }] of files.entries()) {
    const Records = records.map((record, position) => ({
      ...usual(position),
      eventID: `file-${number}-${position}`,
      ...record,
    }));
    await writeGz(join(folder, key), JSON.stringify({ Records }), truncated);
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

/** When a case is ingested, and what its questions take for now. */
const now = new Date('2026-03-04T00:00:00Z');

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
      now: () => now,
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
  return ask(store, bindQuestion(questionById(id), given, now));
}

/** Whether everything of a case came in, but what it says can't. */
export const wasTaken = ({ deadLettered = 0 }: QuestionCase, { records }: IngestSummary): boolean =>
  records.stored + deadLettered === records.read && records.deadLettered === deadLettered;

/** The rows of a case that was written below a folder, which is `file:logs` in them. */
export async function caseRows(
  store: Engine,
  id: string,
  params: QuestionCase['asks'][number]['params'],
  folder: string,
) {
  const bucket = `file:${await realpath(folder)}`;
  return (await rowsOf(store, id, params)).map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === bucket ? 'file:logs' : value])),
  );
}
