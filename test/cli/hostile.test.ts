import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostileTexts, megabyte, unsafe } from '../investigate/hostile.js';
import { type CliResult, runCli } from './run-cli.js';

const key = 'AKIAIOSFODNN7EXAMPLE';
const account = '111122223333';
const day = 'us-east-1/2026/03/02';

/** The same text in every field that somebody else has a say in. */
const record = (text: string, position: number) => ({
  eventID: `${text.slice(0, 100)}${position}`,
  eventTime: `2026-03-02T0${position % 10}:00:00Z`,
  eventSource: text,
  eventName: text,
  awsRegion: text,
  sourceIPAddress: text,
  userAgent: text,
  errorCode: text,
  errorMessage: text,
  requestParameters: { bucketName: text, [text.slice(0, 200)]: text },
  resources: [{ ARN: `arn:aws:s3:::${text}`, accountId: text, type: text }],
  userIdentity: { type: 'IAMUser', accessKeyId: key, userName: text, arn: text, principalId: text },
  neverSeen: { [text.slice(0, 200)]: text },
});

/** A refused call and a new key, which questions and the report look for, said in the same words. */
const named = (text: string, position: number) => ({
  ...record(text, position),
  eventID: `named-${position}`,
  eventSource: 'iam.amazonaws.com',
  eventName: ['CreateAccessKey', 'StopLogging', 'PutUserPolicy', 'RunInstances', 'GetObject'][position % 5],
  awsRegion: 'us-east-1',
  responseElements: { accessKey: { accessKeyId: `AKIA${text}`.slice(0, 20), userName: text } },
});

const finding = (text: string, position: number) => ({
  schemaVersion: '2.0',
  accountId: account,
  region: 'us-east-1',
  id: `${position}${text.slice(0, 100)}`,
  type: text,
  severity: 5,
  updatedAt: '2026-03-02T08:00:00Z',
  title: text,
  description: text,
  resource: { accessKeyDetails: { accessKeyId: key, userName: text } },
  service: { action: { awsApiCallAction: { api: text, remoteIpDetails: { ipAddressV4: text } } } },
});

const item = (text: string, position: number) => ({
  configurationItemCaptureTime: '2026-03-02T08:00:00Z',
  configurationStateId: String(position),
  configurationItemStatus: text,
  awsAccountId: account,
  awsRegion: 'us-east-1',
  resourceType: text,
  resourceId: `${position}${text.slice(0, 100)}`,
  resourceName: text,
  ARN: text,
  configuration: { text },
});

const flow = (text: string): string => {
  const word = text.replace(/\s/g, '_').slice(0, 200);
  return `${word} ${word} 203.0.113.66 10.0.0.5 4444 22 6 9 900 1772438400 1772438460 ACCEPT OK\n`;
};
const flowHeader =
  'account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n';

let folder: string;
let store: string[];
let bucket: string;
const results: [string, CliResult][] = [];

async function put(path: string, content: string): Promise<void> {
  const file = join(bucket, 'AWSLogs', account, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, path.endsWith('.gz') ? gzipSync(content) : content);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-hostile-'));
  bucket = join(folder, 'bucket');
  store = ['--store', `duckdb:${join(folder, 'x.duckdb')}`];
  const Records = [
    ...hostileTexts.map(record),
    ...hostileTexts.map(named),
    { ...record('long', 0), eventID: 'long', userAgent: megabyte },
    // What is no record goes to the dead letters, with its bytes.
    ...hostileTexts,
    ...hostileTexts.map((text) => ({ eventID: text, eventTime: text, [text]: text })),
  ];
  const name = (log: string, rest: string) => `${account}_${log}_us-east-1_20260302T0900Z_${rest}`;
  await put(`CloudTrail/${day}/${name('CloudTrail', 'aaaaaaaaaaaaaaaa')}.json.gz`, JSON.stringify({ Records }));
  // Names and contents that can't be read, and are told of.
  const wild = '\u001b[2J\u202e\u009b31m';
  await put(
    `CloudTrail/${day}/${name('CloudTrail', `${wild}bbbbbbbb`)}.json.gz`,
    '{"Records": [{"eventID": "\u001b[31m',
  );
  await put(`CloudTrail/${day}/${wild}.txt`, wild);
  await put(
    `GuardDuty/${day}/${'a'.repeat(8)}-1111-4111-8111-111111111111.jsonl.gz`,
    hostileTexts.map((text, i) => `${JSON.stringify(finding(text, i))}\n`).join(''),
  );
  await put(
    `Config/us-east-1/2026/3/2/ConfigHistory/${account}_Config_us-east-1_ConfigHistory_AWS::S3::Bucket_20260302T080000Z_20260302T090000Z_1.json.gz`,
    JSON.stringify({ fileVersion: '1.0', configurationItems: hostileTexts.map(item) }),
  );
  await put(
    `vpcflowlogs/${day}/${account}_vpcflowlogs_us-east-1_fl-0123456789abcdef0_20260302T0900Z_aaaaaaaa.log.gz`,
    flowHeader + hostileTexts.map(flow).join(''),
  );
  await writeFile(join(folder, 'keys.json'), '{"PublicKeyList": []}');
  await writeFile(join(folder, 'plan.json'), JSON.stringify({ version: 1, [wild]: wild, identity: { keyId: wild } }));
  await writeFile(join(folder, 'params.yaml'), `key: ${key}\n${JSON.stringify(wild)}: ${JSON.stringify(wild)}\n`);
  results.push(['ingest', await runCli(['ingest', bucket, ...store])]);
});
afterAll(() => rm(folder, { recursive: true }));

/** The colours that --color always asks for. */
const esc = '\u001b';
const colours = new RegExp(`${esc}\\[(?:1|2|22|3[123]|39)m`, 'g');
const shown = (text: string): string => text.replace(colours, '').replace(/\r\n|\n/g, '');

/** Where something would be obeyed, hidden or reordered; null where nothing is. */
function fault(text: string): string | null {
  const at = shown(text).search(unsafe);
  return at < 0 ? null : JSON.stringify(shown(text).slice(Math.max(0, at - 60), at + 20));
}

const asked = ['--from', '2026-03-01', '--to', '2026-03-04'];

/** Each with what shows that the hostile text was in what was printed. */
const commands: [string, (folder: string) => string[], RegExp?][] = [
  ['ingest again, as JSON', () => ['ingest', bucket, '--format', 'json']],
  ['query run --all', () => ['query', 'run', '--all', '--key', key, ...asked], /u001b/],
  [
    'query run --all --format json',
    () => ['query', 'run', '--all', '--key', key, ...asked, '--format', 'json'],
    /u001b/,
  ],
  [
    'query run --all --format ndjson',
    () => ['query', 'run', '--all', '--key', key, ...asked, '--format', 'ndjson'],
    /u001b/,
  ],
  ['query run key-timeline', () => ['query', 'run', 'key-timeline', '--key', key, ...asked], /u001b/],
  [
    'query run key-timeline --format csv',
    () => ['query', 'run', 'key-timeline', '--key', key, ...asked, '--format', 'csv'],
    /u001b/,
  ],
  ['coverage', () => ['coverage', bucket, '--no-digests'], /u001b/],
  ['coverage --format json', () => ['coverage', bucket, '--no-digests', '--format', 'json'], /u001b/],
  ['coverage --format csv', () => ['coverage', bucket, '--no-digests', '--format', 'csv']],
  ['coverage --hours', () => ['coverage', '--hours']],
  ['replay --list', () => ['replay', '--list']],
  ['replay --list --format ndjson', () => ['replay', '--list', '--format', 'ndjson']],
  ['replay', () => ['replay'], /not a JSON object/],
  [
    'watch --once',
    () => [
      'watch',
      'key-timeline',
      'key-clients',
      '--key',
      key,
      ...asked,
      '--once',
      '--tell-first',
      '--state',
      join(folder, 'seen.json'),
    ],
    /u001b/,
  ],
  ['investigate', () => ['investigate', key, ...asked], /u001b/],
  ['investigate --format json', () => ['investigate', key, ...asked, '--format', 'json'], /u001b/],
  ['doctor', () => ['doctor']],
];

test('ingest tells of names and contents as text', () => {
  const [[, { stdout, stderr, code }]] = results as [[string, CliResult]];
  expect(code, stderr).toBe(3);
  expect(fault(stdout)).toBeNull();
  expect(fault(stderr)).toBeNull();
  expect(stdout).toContain('\\u001b[2J\\u202e\\u009b31m');
});

test.each(commands)('%s', async (_, args, sign) => {
  // Tables as on a terminal; the rest goes to programs.
  const forPeople = !args(folder).includes('--format');
  const { stdout, stderr } = await runCli(
    [...args(folder), ...store, ...(forPeople ? ['--color', 'always'] : [])],
    forPeople ? { COLUMNS: '100', LANG: 'C.UTF-8' } : {},
  );
  expect(fault(stdout)).toBeNull();
  expect(fault(stderr)).toBeNull();
  if (sign) expect(stdout + stderr).toMatch(sign);
});

test('a table that nothing is cut of, in a pipe', async () => {
  const { stdout } = await runCli(['query', 'run', 'key-timeline', '--key', key, ...asked, ...store]);
  expect(fault(stdout)).toBeNull();
  expect(stdout.length).toBeGreaterThan(10_000);
});

test('no cell of CSV files is run as a formula', async () => {
  const out = join(folder, 'answers');
  await runCli([
    'query',
    'run',
    'key-timeline',
    'key-clients',
    '--key',
    key,
    ...asked,
    '--format',
    'csv',
    '--out',
    out,
    ...store,
  ]);
  const files = await readdir(out);
  expect(files.sort()).toEqual(['key-clients.csv', 'key-timeline.csv']);
  for (const file of files) {
    const text = await readFile(join(out, file), 'utf8');
    expect(text).toContain("'=HYPERLINK");
    expect(text).not.toMatch(/(?:^|,)"?[=+@\t]/m);
    expect(fault(text)).toBeNull();
  }
});

const wild = '\u001b[2J\u001b]52;c;aGk=\u0007\u202e\u009b31m';

/** What was pasted into a command line. */
test.each([
  ['a command', [wild]],
  ['a subcommand', ['query', wild]],
  ['a flag', ['query', 'list', `--${wild}`]],
  ['a value', ['query', 'list', '--format', wild]],
  ['a question', ['query', 'show', wild]],
  ['a question of many pages', ['query', 'show', wild.repeat(3000)]],
  ['a parameter', ['query', 'run', 'key-timeline', '--key', key, '--param', `${wild}=${wild}`]],
  ['a file of parameters', ['query', 'run', 'key-timeline', '--params', 'params.yaml']],
  ['a key', ['investigate', wild]],
  ['a time', ['query', 'run', 'key-timeline', '--key', key, '--from', wild]],
  ['a store', ['query', 'run', 'key-timeline', '--key', key, '--store', wild]],
  ['a file of a store', ['doctor', '--store', `duckdb:/nowhere/${wild}`]],
  ['a job', ['ingest', '--job', wild]],
  ['a source', ['ingest', `/nowhere/${wild}`]],
  ['a source to validate', ['validate', `/nowhere/${wild}`, '--public-keys', 'keys.json']],
  ['a plan', ['contain', 'report', '--plan', 'plan.json']],
  ['the name of a plan', ['contain', 'verify', '--plan', wild]],
  ['an account', ['coverage', '--accounts', wild]],
  ['a tactic', ['query', 'run', '--tactic', wild]],
  ['a file to write', ['query', 'run', 'key-timeline', '--key', key, '--out', `/nowhere/${wild}`]],
])('%s that a terminal would obey is refused as text', async (_, args) => {
  const { stdout, stderr, code } = await runCli(args, {}, folder);
  expect(code).not.toBe(0);
  expect(fault(stdout)).toBeNull();
  expect(fault(stderr)).toBeNull();
  expect(stderr.length + stdout.length).toBeLessThan(20_000);
});

const hasScript = spawnSync('script', ['--version']).status === 0;
if (!hasScript) console.warn('not run: hostile text on a terminal, for want of script (util-linux)');

test.runIf(hasScript)('on a terminal nothing but colours and the redrawing of a line is obeyed', () => {
  const main = resolve('dist/cli/main.js');
  const typed = ['query', 'run', 'key-timeline', 'key-clients', 'key-buckets', '--key', key, ...asked, ...store]
    .map((word) => `'${word}'`)
    .join(' ');
  const { stdout } = spawnSync(
    'script',
    ['-qec', `stty cols 90; '${process.execPath}' '${main}' ${typed}`, '/dev/null'],
    {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: '/nonexistent', TERM: 'xterm', LANG: 'C.UTF-8', AWS_REGION: 'us-east-1' },
      maxBuffer: 100_000_000,
    },
  );
  expect(stdout).toContain('\\u001b');
  expect(stdout).toContain('\u001b[1m');
  expect(fault(stdout.replaceAll('\r\u001b[K', ''))).toBeNull();
});
