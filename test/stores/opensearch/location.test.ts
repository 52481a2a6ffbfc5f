import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { openOpenSearch } from '../../../src/stores/opensearch/index.js';
import { parseLocation } from '../../../src/stores/opensearch/location.js';

test('takes a location apart', () => {
  expect(parseLocation('opensearch:https://ana:p%40ss%3Aw@logs.example:9200/path/?prefix=team-a')).toEqual({
    url: 'https://logs.example:9200/path',
    nodes: ['https://logs.example:9200/path'],
    uri: 'opensearch:https://logs.example:9200/path?prefix=team-a',
    username: 'ana',
    password: 'p@ss:w',
    prefix: 'team-a',
  });
  expect(parseLocation('http://localhost:9200')).toMatchObject({ url: 'http://localhost:9200', prefix: '' });
});

test('takes the other nodes of a cluster', () => {
  expect(
    parseLocation('opensearch:https://ana:pw@a.example:9200/es?nodes=b.example:9201,[::1]:9200&prefix=x'),
  ).toMatchObject({
    nodes: ['https://a.example:9200/es', 'https://b.example:9201/es', 'https://[::1]:9200/es'],
    uri: 'opensearch:https://a.example:9200/es?prefix=x&nodes=b.example:9201,[::1]:9200',
  });
});

test.each([
  'opensearch:https://ana:s3cret@host?nodes=bob:s3cret@b',
  'opensearch:https://ana:s3cret@host?nodes=https://b:9200',
  'opensearch:https://ana:s3cret@host?nodes=b:port',
  'opensearch:',
  'opensearch:localhost',
  'opensearch:ftp://ana:s3cret@host',
  'opensearch:https://ana:s3cret@host#x',
  'opensearch:https://ana:s3cret%@host',
  'opensearch:https://ana:s3cret@host?index=x',
  'opensearch:https://ana:s3cret@host?prefix=Team',
  'opensearch:https://ana:s3cret@host?prefix=a,b*',
  'opensearch:https://ana:s3cret@host?prefix=keytrail-cloudtrail',
])('%s is wrong use, and its password stays unsaid', async (location) => {
  const error = await openOpenSearch(location).catch((error: unknown) => error);
  expect(error).toMatchObject({ code: 'usage' });
  expect(inspect(error)).not.toContain('s3cret');
});

test('an open store does not show its password', async () => {
  const store = await openOpenSearch('opensearch:https://ana:s3cret@host.example:9200');
  expect(store.uri).toBe('opensearch:https://host.example:9200');
  await store.close();
});
