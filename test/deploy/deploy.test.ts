import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { toolOrSkip } from './tools.js';

const deploy = 'ingest/deploy';
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'keytrail-deploy-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the container file passes hadolint', { timeout: 240_000 }, async (context) => {
  const hadolint = await toolOrSkip(context, 'hadolint');
  expect(hadolint('--failure-threshold', 'style', 'Dockerfile')).toEqual({ code: 0, said: '' });
  expect(readFileSync('Dockerfile', 'utf8')).toContain(`ARG VERSION=${version}\n`);
});

test('the containers are read as docker compose reads them', { timeout: 240_000 }, async (context) => {
  const compose = await toolOrSkip(context, 'compose');
  const { code, said } = compose('docker-compose.yml');
  expect(code, said).toBe(0);
  expect(said).toContain(`image: keytrail:${version}`);
});

test('Kubernetes takes the objects, and Pod Security’s strictest profile their pods', {
  timeout: 240_000,
}, async (context) => {
  const validate = await toolOrSkip(context, 'kubernetes-validate');
  const files = ['base', 'cronjob', 'deployment'].map((name) => `${deploy}/kubernetes/${name}.yaml`);
  for (const file of files) {
    const { code, said } = validate('--strict', file);
    expect(code, said).toBe(0);
  }
  const objects = files.flatMap((file) =>
    parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS()),
  );
  const pods = objects.flatMap(({ kind, spec }) =>
    kind === 'Deployment' ? [spec.template.spec] : kind === 'CronJob' ? [spec.jobTemplate.spec.template.spec] : [],
  );
  expect(pods).toHaveLength(2);
  for (const { securityContext, containers, automountServiceAccountToken } of pods) {
    expect(automountServiceAccountToken).toBe(false);
    expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    for (const container of containers) {
      expect(container.image).toMatch(new RegExp(`:${version}$`));
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.resources).toMatchObject({ requests: {}, limits: { memory: expect.any(String) } });
    }
  }
});

test('systemd takes service and timer, and finds little to expose', async (context) => {
  const systemd = await toolOrSkip(context, 'systemd-analyze');
  const service = join(folder, 'keytrail-ingest.service');
  const timer = join(folder, 'keytrail-ingest.timer');
  // The program has to be there.
  const text = readFileSync(`${deploy}/systemd/keytrail-ingest.service`, 'utf8');
  writeFileSync(service, text.replace('/usr/local/bin/keytrail', process.execPath));
  cpSync(`${deploy}/systemd/keytrail-ingest.timer`, timer);
  expect(systemd('verify', service, timer)).toEqual({ code: 0, said: '' });
  // In tenths, from 0 to 100: what is left are the network and V8's own code in memory.
  const { code, said } = systemd('security', '--offline=true', '--threshold=20', service);
  expect(code, said.slice(-300)).toBe(0);
});

test('CloudFormation takes the function’s template', { timeout: 240_000 }, async (context) => {
  const lint = await toolOrSkip(context, 'cfn-lint');
  expect(lint(`${deploy}/lambda/template.yaml`)).toEqual({ code: 0, said: '' });
});

test('what AWS asks of a function behind a queue holds in its template', () => {
  const customTags = ['Ref', 'Sub', 'GetAtt', 'If', 'Equals', 'Not', 'Join'].flatMap((name) => [
    { tag: `!${name}`, resolve: (text: string) => text },
    { tag: `!${name}`, collection: 'seq' as const },
  ]);
  const template = parse(readFileSync(`${deploy}/lambda/template.yaml`, 'utf8'), { customTags });
  const { Queue, Ingest } = template.Resources;
  const { Timeout, Handler, Events } = Ingest.Properties;
  const { MaximumBatchingWindowInSeconds, FunctionResponseTypes } = Events.Notifications.Properties;
  expect(Queue.Properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * Timeout + MaximumBatchingWindowInSeconds);
  expect(FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
  expect(Handler).toBe('dist/lambda/handler.handler');
});

test('ECS takes the task definition', { timeout: 240_000 }, async (context) => {
  const lint = await toolOrSkip(context, 'cfn-lint');
  const task = JSON.parse(readFileSync(`${deploy}/fargate/task-definition.json`, 'utf8'));
  expect(task.containerDefinitions[0].image).toMatch(new RegExp(`:${version}$`));
  // CloudFormation's schema of the same resource, whose names begin in upper case.
  const capitalised = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(capitalised);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [
        name[0]!.toUpperCase() + name.slice(1),
        name === 'options' ? member : capitalised(member),
      ]),
    );
  };
  const file = join(folder, 'task.json');
  const Task = { Type: 'AWS::ECS::TaskDefinition', Properties: capitalised(task) };
  writeFileSync(file, JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', Resources: { Task } }));
  expect(lint(file)).toEqual({ code: 0, said: '' });
});
