import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatHash, formatManifest, sha256Of } from '../../src/contain/evidence/manifest.js';
import { hashPlan, type Plan } from '../../src/contain/plan.js';
import { formatPlan } from '../../src/contain/plan-file.js';
import { runCli } from './run-cli.js';

let folder: string;
let key: string;
let store: string;
let plan: Plan;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-investigate-'));
  const demo = join(folder, 'demo');
  const made = await runCli(['demo', '--dir', demo, '--events', '2000']);
  expect(made.code, made.stderr).toBe(0);
  store = `duckdb:${join(demo, 'incident.duckdb')}`;
  plan = JSON.parse(await readFile(join(demo, 'plan.json'), 'utf8')) as Plan;
  key = plan.identity.keyId!;
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

const investigate = (...flags: string[]) => runCli(['investigate', key, '--store', store, ...flags]);

test('--out writes page, JSON, manifest and sums that fit together, and says where', async () => {
  const out = join(folder, 'report.html');
  const { code, stdout, stderr } = await investigate('--out', out);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('ABUSED');
  expect(stderr).toBe(`report written to ${out}, with report.json, report.manifest.json, report.sha256\n`);
  const sums = (await readFile(join(folder, 'report.sha256'), 'utf8')).trimEnd().split('\n');
  expect(sums).toHaveLength(3);
  for (const line of sums) {
    const [, hash, name = ''] = /^([0-9a-f]{64}) {2}([^/]+)$/.exec(line) ?? [];
    const content = await readFile(join(folder, name));
    expect(createHash('sha256').update(content).digest('hex'), name).toBe(hash);
    expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
  }
  const report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'));
  const manifest = JSON.parse(await readFile(join(folder, 'report.manifest.json'), 'utf8'));
  expect(manifest).toMatchObject({ version: 1, keytrail: expect.any(String), keyId: key, store });
  expect(manifest.asked.length).toBe(report.answers.length);
  expect(manifest.asked.find(({ id }: { id: string }) => id === 'key-timeline')).toMatchObject({
    overClosure: true,
    params: { key: expect.arrayContaining([key]), from: '0001-01-01T00:00:00Z' },
    rows: expect.any(Number),
    truncated: false,
  });
  expect(manifest.unasked).toEqual([]);
  expect(manifest.files.map(({ name }: { name: string }) => name)).toEqual(['report.html', 'report.json']);
});

test('the manifest names what was not asked', async () => {
  const trail = `duckdb:${join(folder, 'trail.duckdb')}`;
  const ingested = await runCli(['ingest', join(folder, 'demo', 's3'), '--log', 'cloudtrail', '--store', trail]);
  expect(ingested.code, ingested.stderr).toBe(0);
  const out = join(folder, 'trail.html');
  const { code, stderr } = await runCli(['investigate', key, '--store', trail, '--out', out]);
  expect(code, stderr).toBe(0);
  const { unasked } = JSON.parse(await readFile(join(folder, 'trail.manifest.json'), 'utf8'));
  expect(unasked).toContainEqual(expect.objectContaining({ id: 'config-history', kind: 'no-log' }));
});

test('--out-dir names the files after the key; .json is the JSON alone', async () => {
  const dir = join(folder, 'reports', 'new');
  expect((await investigate('--out-dir', dir)).code).toBe(0);
  expect((await readdir(dir)).sort()).toEqual(
    ['html', 'json', 'manifest.json', 'sha256'].map((ending) => `report-${key}.${ending}`).sort(),
  );
  const json = join(folder, 'alone', 'only.json');
  await mkdir(join(folder, 'alone'));
  expect((await investigate('--out', json)).code).toBe(0);
  expect(await readdir(join(folder, 'alone'))).toEqual(['only.json']);
}, 60_000);

test('a plan says what was granted, and is refused where it says nothing or is of another key', async () => {
  const privileges = {
    administrator: false,
    deniedAll: false,
    grants: [{ action: 'iam:PassRole', why: 'has a service act', policies: ['deployers'], limited: false }],
    services: { granted: ['ecs', 'sqs'], neverUsed: ['sqs'], incomplete: false },
    used: [],
  };
  const planned = async (name: string, change: Partial<Plan>): Promise<string> => {
    const changed = { ...plan, ...change };
    await writeFile(join(folder, name), formatPlan({ ...changed, planHash: hashPlan(changed) }));
    return join(folder, name);
  };
  const out = join(folder, 'granted.html');
  const good = await investigate('--plan', await planned('good.json', { privileges }), '--out', out);
  expect(good.code, good.stderr).toBe(0);
  const page = await readFile(out, 'utf8');
  for (const part of ['Granted to the owner', 'iam:PassRole', 'Granted, never used']) expect(page).toContain(part);
  expect(page).not.toContain('What is granted is not known');
  const other = { ...plan.identity, keyId: 'AKIAIOSFODNN7EXAMPLE' };
  for (const [flags, said] of [
    [['--plan', await planned('none.json', {})], /does not say what is granted/],
    [['--plan', await planned('other.json', { privileges, identity: other })], /about AKIAIOSFODNN7EXAMPLE/],
    [['--plan', join(folder, 'absent.json')], /can't read/],
    [['--plan', 'a', '--evidence', 'b'], /Give one of them/],
    [['--out', 'a', '--out-dir', 'b'], /Give one of them/],
  ] as const) {
    const refused = await investigate(...flags);
    expect(refused.code).toBe(2);
    expect(refused.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(refused.stderr).toMatch(said);
  }
}, 60_000);

test('collected evidence says what was granted, as long as it is as it was sealed', async () => {
  const evidence = join(folder, 'evidence');
  const pieces: Record<string, unknown> = {
    'principal/user.json': { UserName: 'ci-deploy', Arn: plan.identity.principal.arn },
    'principal/inline-policies.json': [
      {
        PolicyName: 'deploy',
        PolicyDocument: '{"Statement":{"Effect":"Allow","Action":["iam:PassRole","sqs:*"],"Resource":"*"}}',
      },
    ],
    'principal/attached-policies.json': [],
    'principal/groups.json': [
      {
        GroupName: 'automation',
        AttachedPolicies: [{ PolicyName: 'Readers', PolicyArn: 'arn:aws:iam::111122223333:policy/Readers' }],
        InlinePolicies: [],
      },
    ],
    'principal/policy-documents.json': [
      {
        Arn: 'arn:aws:iam::111122223333:policy/Readers',
        PolicyName: 'Readers',
        DefaultVersion: { Document: '{"Statement":{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}}' },
      },
    ],
  };
  await mkdir(join(evidence, 'principal'), { recursive: true });
  const files = [];
  for (const [name, content] of Object.entries(pieces)) {
    const text = JSON.stringify(content);
    await writeFile(join(evidence, name), text);
    files.push({ name, bytes: Buffer.byteLength(text), sha256: sha256Of(text) });
  }
  const time = '2026-03-05T00:00:00.000Z';
  const manifest = formatManifest({
    version: 1,
    keytrail: '0.1.0',
    keyId: key,
    principal: plan.identity.principal.arn,
    account: '111122223333',
    caller: { arn: 'arn:aws:iam::111122223333:user/responder', userId: 'AIDA' },
    collectedAt: time,
    finishedAt: time,
    store: null,
    files,
    missing: [],
  });
  await writeFile(join(evidence, 'manifest.json'), manifest);
  await writeFile(join(evidence, 'manifest.json.sha256'), formatHash(sha256Of(manifest)));
  const { code, stdout, stderr } = await investigate('--evidence', evidence, '--format', 'json');
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout).granted).toMatchObject({
    source: `${evidence} of ${time}`,
    administrator: false,
    grants: [
      { action: 'iam:PassRole', policies: ['deploy'] },
      { action: 'kms:Decrypt', policies: ['Readers'] },
    ],
    services: { granted: ['iam', 'kms', 'sqs'], neverUsed: ['sqs'] },
  });
  await writeFile(join(evidence, 'principal/user.json'), '{}');
  const altered = await investigate('--evidence', evidence);
  expect(altered.code).not.toBe(0);
  expect(altered.stderr).toMatch(/principal\/user\.json is altered/);
}, 60_000);
