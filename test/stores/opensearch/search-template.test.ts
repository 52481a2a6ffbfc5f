import { expect, test } from 'vitest';
import type { BoundQuestion, Parameter, ParameterValue } from '../../../src/model/question.js';
import { questionById } from '../../../src/queries/load.js';
import type { BoundSearch } from '../../../src/stores/opensearch/chain-parts.js';
import { renderOpenSearch } from '../../../src/stores/opensearch/render.js';
import { renderSearch, storedSource } from '../../../src/stores/opensearch/search-template.js';

const parameters: Parameter[] = [
  { name: 'user', type: 'string', description: '' },
  { name: 'n', type: 'integer', description: '' },
  { name: 'ports', type: 'integer[]', description: '' },
];

function bound(search: Record<string, unknown>, values: BoundQuestion['values'] = {}): BoundSearch & BoundQuestion {
  const question = questionById('console-logins');
  return {
    question: { ...question, parameters, opensearch: { ...question.opensearch!, search } },
    scope: { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z', accounts: [], regions: [], keyIds: ['AKIA1'] },
    values: { user: '', n: 5, ports: [], limit: 10, ...values },
  };
}

test('parameters stand where they may, quoted as their type needs it', () => {
  const search = { a: '{{user}}', b: '{{n}}', c: '{{ports}}', d: '{{n}}m', e: [1, { $if: 'user', x: '{{user}}' }] };
  const defaults = new Map<string, ParameterValue>([
    ['user', 'root'],
    ['n', 5],
    ['ports', [22]],
  ]);
  expect(storedSource(bound(search).question, defaults)).toContain(
    '"a":{{^user}}"root"{{/user}}{{#user}}"{{user}}"{{/user}},"b":{{n}}{{^n}}5{{/n}},' +
      '"c":{{#ports.0}}{{#toJson}}ports{{/toJson}}{{/ports.0}}' +
      '{{^ports.0}}{{#ports}}[{{ports}}]{{/ports}}{{^ports}}[22]{{/ports}}{{/ports.0}},' +
      '"d":"{{n}}{{^n}}5{{/n}}m","e":[1{{#user}},{"x":{{^user}}"root"{{/user}}{{#user}}"{{user}}"{{/user}}}{{/user}}]',
  );
  expect(renderSearch(bound(search, { user: 'é"', ports: [1, 2] }))).toMatchObject({
    a: 'é"',
    b: 5,
    c: [1, 2],
    d: '5m',
    e: [1, { x: 'é"' }],
  });
  expect(renderSearch(bound(search))).toMatchObject({ c: [], e: [1] });
});

test('the scope surrounds the question’s own query', () => {
  const query = { term: { 'event.action': 'ConsoleLogin' } };
  const range = { range: { '@timestamp': { gte: '2026-01-01T00:00:00Z', lt: '2026-02-01T00:00:00Z' } } };
  expect(renderSearch(bound({ query })).query).toEqual({ bool: { filter: [range, query] } });
  const keyed = { ...bound({ query }), question: { ...bound({ query }).question, key: 'optional' as const } };
  expect(renderSearch({ ...keyed, scope: { ...keyed.scope, accounts: ['1'], regions: ['eu-west-1'] } }).query).toEqual({
    bool: {
      filter: [
        range,
        { terms: { 'cloud.account.id': ['1'] } },
        { terms: { 'cloud.region': ['eu-west-1'] } },
        { terms: { 'aws.cloudtrail.user_identity.access_key_id': ['AKIA1'] } },
        query,
      ],
    },
  });
});

test.each([
  { a: '{{nobody}}' },
  { a: '{{{user}}}' },
  { a: '{{ user }}' },
  { a: '{{#user}}x{{/user}}' },
  { a: '{{=<% %>=}}' },
  { a: 'x {{user}}' },
  { a: '{{ports}}m' },
  { a: '{{{n}}}' },
  { a: '{{n}} {{' },
  { '{{user}}': 1 },
  { a: [{ $if: 'user', x: 1 }] },
  { a: [1, { $if: 'nobody', x: 1 }] },
  { a: [1, { $if: 5, x: 1 }] },
  { a: { $if: 'user', x: 1 } },
])('%j is no template', (search) => {
  const bad = expect.objectContaining({ code: 'bad_contract' });
  expect(() => renderSearch(bound(search, { user: 'x' }))).toThrow(bad);
  expect(() => storedSource(bound(search).question, new Map())).toThrow(bad);
});

test('a value of another type than its parameter’s does not get in', () => {
  const search = { a: '{{n}}' };
  for (const values of [{ n: '1,"b":2' }, { n: 1.5 }, { ports: ['1]'] }, { ports: 1 }, { user: 1 }])
    expect(() => renderSearch(bound(search, values as unknown as BoundQuestion['values']))).toThrow(
      expect.objectContaining({ code: 'bad_parameter' }),
    );
});

test('text for Dev Tools asks for no more than a window', () => {
  const text = renderOpenSearch(bound({ size: '{{limit}}' }, { limit: 1_000_000 }), 'team');
  expect(text.split('\n')[0]).toBe('GET team-keytrail-cloudtrail-*/_search');
  expect(JSON.parse(text.slice(text.indexOf('\n')))).toMatchObject({ size: 10_000 });
});
