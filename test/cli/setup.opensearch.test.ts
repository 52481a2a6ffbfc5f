import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allQuestions } from '../../src/queries/load.js';
import { partsOf } from '../../src/stores/opensearch/chain-parts.js';
import { selfSigned } from '../services/certificate.js';
import { opensearchOrSkip, uniquePrefix } from '../services/index.js';
import { awsFront, secret } from '../stores/opensearch/aws-front.js';
import { call } from '../stores/opensearch/node.js';
import { tlsFront } from '../stores/opensearch/tls-front.js';
import { runCli } from './run-cli.js';

/** Every search that is stored: of a chain, each by itself. */
const searches = allQuestions()
  .filter(({ opensearch }) => opensearch !== null)
  .flatMap((question) => partsOf(question).map(({ name }) => (name === null ? question.id : `${question.id}-${name}`)));

async function drop(node: string, prefix: string): Promise<void> {
  await call(node, 'DELETE', `/_index_template/${prefix}-*`);
  await Promise.all(searches.map((id) => call(node, 'DELETE', `/_scripts/${prefix}-keytrail-${id}`)));
}

test('--print shows every request and needs no cluster', async () => {
  const location = 'opensearch:http://127.0.0.1:9?prefix=team';
  const args = ['setup', 'opensearch', '--store', location, '--print', '--retention-days', '90'];
  const { code, stdout, stderr } = await runCli(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const line of [
    'PUT _index_template/team-keytrail-cloudtrail',
    'PUT _scripts/team-keytrail-key-owner',
    'PUT _plugins/_ism/policies/team-keytrail-vpcflow',
  ])
    expect(stdout.split('\n')).toContain(line);
});

test('a cluster with TLS and a user is set up, and its questions answer', async (context) => {
  const node = opensearchOrSkip(context);
  const certificate = selfSigned();
  const front = await tlsFront(node, certificate, 'ana:s3cret');
  const folder = await mkdtemp(join(tmpdir(), 'keytrail-ca-'));
  const prefix = uniquePrefix();
  try {
    const ca = join(folder, 'ca.pem');
    await writeFile(ca, certificate.cert);
    const location = `opensearch:https://${front.host}?prefix=${prefix}`;
    const env = { KEYTRAIL_OPENSEARCH_USERNAME: 'ana', KEYTRAIL_OPENSEARCH_PASSWORD: 's3cret' };
    const args = ['setup', 'opensearch', '--store', location];
    const first = await runCli([...args, '--ca', ca], env);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain(`index template ${prefix}-keytrail-cloudtrail: created`);
    expect(first.stdout).toContain(`stored searches: ${searches.length}`);
    const second = await runCli([...args, '--retention-days', '30'], { ...env, KEYTRAIL_OPENSEARCH_CA: ca });
    expect(second.code).toBe(0);
    expect(second.stdout).toContain('kept as it is');
    expect(second.stdout).toMatch(/retention .*: NOT SET/);
    const asked = await runCli(
      ['query', 'run', 'key-owner', '--key', 'AKIAIOSFODNN7EXAMPLE', '--store', location, '--ca', ca],
      env,
    );
    expect(asked).toMatchObject({ code: 0 });
    const untrusted = await runCli(args, env);
    expect(untrusted.code).toBe(1);
    expect(untrusted.stderr).toMatch(/^keytrail: cannot reach OpenSearch .* --ca FILE\.\n$/);
  } finally {
    await drop(node, prefix);
    await front.close();
    await rm(folder, { recursive: true });
  }
  // A hundred searches are stored, twice.
}, 90_000);

test('a collection of another type is refused in one line', async (context) => {
  const node = opensearchOrSkip(context);
  const front = await awsFront(node, { service: 'aoss', type: 'TIMESERIES' });
  const prefix = uniquePrefix();
  try {
    const args = ['setup', 'opensearch', '--store', `opensearch:${front.url}?prefix=${prefix}`, '--aws-sigv4', 'aoss'];
    const env = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: secret };
    const { code, stdout, stderr } = await runCli(args, env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^keytrail: OpenSearch at .* takes no document ids, .* type SEARCH .*\n$/);
  } finally {
    await drop(node, prefix);
    await call(node, 'DELETE', `/${prefix}-keytrail-ledger,${prefix}-keytrail-dead-letters`);
    await front.close();
  }
});

test.each([
  [['--store', 'duckdb:x.duckdb'], /needs an OpenSearch store/],
  [['--store', 'opensearch:https://h', '--retention-days', 'soon'], /number of days/],
  [['--store', 'opensearch:https://h', '--retention-days', '0'], /no number of days/],
  [
    ['--store', 'opensearch:https://h', '--ca', '/nonexistent.pem'],
    /no certificates can be read from \/nonexistent\.pem/,
  ],
  [['--store', 'opensearch:https://h', '--ca', 'package.json'], /holds no certificate/],
  [['--store', 'opensearch:https://h', '--aws-sigv4', 's3'], /es, aoss/],
])('%j is wrong use', async (flags, message) => {
  const { code, stdout, stderr } = await runCli(['setup', 'opensearch', ...flags]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
});
