import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { awsHost, signingOf } from '../../../src/stores/opensearch/aws.js';

beforeEach(() => {
  for (const name of ['AWS_PROFILE', 'AWS_REGION', 'AWS_DEFAULT_REGION']) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent/config');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent/credentials');
});
afterEach(() => vi.unstubAllEnvs());

test.each([
  ['search-logs-x1.eu-west-1.es.amazonaws.com', 'es', 'eu-west-1'],
  ['vpc-logs-x1.cn-north-1.es.amazonaws.com.cn', 'es', 'cn-north-1'],
  ['search-logs-x1.aos.us-gov-west-1.on.aws', 'es', 'us-gov-west-1'],
  ['abc123.us-east-1.aoss.amazonaws.com', 'aoss', 'us-east-1'],
])('%s is asked with signed requests', async (host, service, region) => {
  expect(awsHost(host)).toEqual({ service, region });
  const signing = await signingOf(`https://${host}`, undefined, { aws: { region: 'eu-central-1' } });
  expect(signing).toMatchObject({ service, region });
});

test.each(['localhost', 'es.amazonaws.com', 'x.eu-west-1.es.amazonaws.com.evil.example', 'eu-west-1.aoss.example'])(
  '%s is nobody that AWS signs for',
  async (host) => {
    expect(await signingOf(`https://${host}`, undefined, {})).toBeNull();
  },
);

test('a user of the domain’s own signs in with a password', async () => {
  expect(await signingOf('https://search-logs-x1.eu-west-1.es.amazonaws.com', 'ana', {})).toBeNull();
});

test.each([
  ['https://abc123.us-east-1.aoss.amazonaws.com', {}],
  ['https://localhost:9200', { sigv4: 'es' as const }],
])('%s leaves no place for a user beside the signature', async (url, options) => {
  await expect(signingOf(url, 'ana', options)).rejects.toMatchObject({ code: 'usage' });
});

test('another host needs a Region', async () => {
  const url = 'https://opensearch.corp.example';
  await expect(signingOf(url, undefined, { sigv4: 'es' })).rejects.toMatchObject({ code: 'usage' });
  expect(await signingOf(url, undefined, { sigv4: 'es', aws: { region: 'eu-west-3' } })).toMatchObject({
    region: 'eu-west-3',
  });
  vi.stubEnv('AWS_REGION', 'sa-east-1');
  expect(await signingOf(url, undefined, { sigv4: 'aoss' })).toMatchObject({ service: 'aoss', region: 'sa-east-1' });
});
