import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeAll, expect, test } from 'vitest';
import { clientSettings, environment } from '../pipeline/trail-queue.js';
import { describeWith, uniquePrefix } from '../services/index.js';
import { type Call, fakeAthena, type Reply, refusal, resultSet } from '../stores/athena/fake-athena.js';
import { runCli } from './run-cli.js';

const key = 'AKIAIOSFODNN7EXAMPLE';
const days = ['2026/03/01', '2026/03/02', '2026/03/09'];
const each = 600_000;

const pruned = { Name: 'cloudtrail_logs', Columns: [{ Name: 'eventtime' }, { Name: 'p_day' }, { Name: 'p_account' }] };

// moto answers every query with success and no statistics: Athena itself is played here, S3 is moto's.
describeWith('aws', 'what Athena would read', (endpoint) => {
  let bucket: string;
  beforeAll(async () => {
    bucket = uniquePrefix('scan');
    const s3 = new S3Client({ ...clientSettings(endpoint), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    for (const [place, day] of days.entries()) {
      const name = `111122223333_CloudTrail_us-east-1_${day.replaceAll('/', '')}T0800Z_${String(place).padStart(16, '0')}`;
      const Key = `AWSLogs/111122223333/CloudTrail/us-east-1/${day}/${name}.json.gz`;
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Buffer.alloc(each) }));
    }
    s3.destroy();
  });

  const listed = (): Reply => ({
    body: { TableMetadataList: [{ Name: 'x', Parameters: { location: `s3://${bucket}/AWSLogs/` } }] },
  });

  async function ask(args: string[], answer: (call: Call) => Reply | null, tables: Record<string, object> = {}) {
    const server = await fakeAthena(
      (call) => {
        const own = answer(call);
        if (own) return own;
        if (call.action === 'ListTableMetadata') return listed();
        if (call.action === 'StartQueryExecution') return { body: { QueryExecutionId: 'q-1' } };
        if (call.action === 'GetQueryExecution')
          return {
            body: {
              QueryExecution: { Status: { State: 'SUCCEEDED' }, Statistics: { DataScannedInBytes: 123_456_789 } },
            },
          };
        return { body: { ResultSet: resultSet({}, []) } };
      },
      tables,
      endpoint,
    );
    try {
      const flags = ['--store', 'athena:primary/logs', '--endpoint-url', server.url];
      const result = await runCli(['query', 'run', ...args, ...flags], environment);
      return { ...result, starts: server.calls('StartQueryExecution').map(({ body }) => body) };
    } finally {
      await server.close();
    }
  }

  const none = () => null;

  test('more than --max-scan is refused before anything is asked', async () => {
    const { code, stdout, stderr, starts } = await ask(['key-owner', '--key', key, '--max-scan', '1MB'], none);
    expect({ code, stdout, starts }).toEqual({ code: 1, stdout: '', starts: [] });
    expect(stderr).toMatch(
      /^keytrail: Athena would read at least 1\.\d MB of CloudTrail .* more than --max-scan 1MB\. /,
    );
    expect((await ask(['key-owner', '--key', key, '--max-scan', '2MB'], none)).starts).toHaveLength(1);
    expect((await ask(['key-owner', 'key-clients', '--key', key, '--max-scan', '3MB'], none)).code).toBe(1);
    expect((await ask(['key-owner', '--key', key, '--max-scan', '1MB', '--closure'], none)).code).toBe(1);
    expect((await ask(['key-owner', '--key', key, '--max-scan', 'none'], none)).starts).toHaveLength(1);
  });

  test('in a table by day only the days of the scope are read, and counted', async () => {
    const scope = ['--from', '2026-03-02', '--to', '2026-03-03', '--accounts', '111122223333'];
    const args = ['key-owner', '--key', key, ...scope, '--max-scan', '2MB'];
    const { code, starts } = await ask(args, none, { cloudtrail_logs: pruned });
    expect(code).toBe(0);
    expect(starts[0].QueryString).toMatch(/p_day >= \?\s+AND p_day <= \?\s+AND p_account IN \(\?\)/);
    expect(starts[0].ExecutionParameters).toEqual(expect.arrayContaining(["'2026/03/01'", "'2026/03/04'"]));
    // All three days are more than 1 MB, these two are, too, and one alone is not.
    const day = ['--from', '2026-03-09', '--to', '2026-03-10', '--max-scan', '1MB'];
    expect((await ask(['key-owner', '--key', key, ...day], none, { cloudtrail_logs: pruned })).code).toBe(0);
    expect((await ask(['key-owner', '--key', key, ...day], none)).code).toBe(1);
  });

  test('without a scope of time no day is left out', async () => {
    const { starts } = await ask(['key-owner', '--key', key], none, { cloudtrail_logs: pruned });
    expect(starts[0].QueryString).not.toContain('p_day');
  });

  test('what it cost is said, and an equal query can be taken again', async () => {
    const plain = await ask(['key-owner', '--key', key, '--format', 'json'], none);
    expect(JSON.parse(plain.stdout).rows).toEqual([]);
    expect(plain.stderr).toContain('Athena read 123.5 MB, less than 0.01 USD\n');
    expect(plain.starts[0]).not.toHaveProperty('ResultReuseConfiguration');
    const again = await ask(['key-owner', '--key', key, '--reuse', '90m'], ({ action }) =>
      action === 'GetQueryExecution'
        ? {
            body: {
              QueryExecution: {
                Status: { State: 'SUCCEEDED' },
                Statistics: { DataScannedInBytes: 0, ResultReuseInformation: { ReusedPreviousResult: true } },
              },
            },
          }
        : null,
    );
    expect(again.starts[0].ResultReuseConfiguration).toEqual({
      ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: 90 },
    });
    expect(again.stderr).toContain('1 of 1 answers were given again');
  });

  test('where the catalog may not be read it says that nothing is known, and asks', async () => {
    const { code, stderr, starts } = await ask(['key-owner', '--key', key], ({ action }) =>
      action === 'ListTableMetadata' ? refusal('AccessDeniedException', 'not you') : null,
    );
    expect({ code, starts: starts.length }).toEqual({ code: 0, starts: 1 });
    expect(stderr).toContain('note: what Athena will read is not known');
  });

  test.each([
    ['--max-scan', '10'],
    ['--max-scan', '-1GB'],
    ['--reuse', 'yes'],
  ])('%s %s is wrong use', async (...flags) => {
    const { code, stderr, starts } = await ask(['key-owner', '--key', key, ...flags], none);
    expect({ code, starts }).toEqual({ code: 2, starts: [] });
    expect(stderr).toContain(flags[0]);
  });
});
