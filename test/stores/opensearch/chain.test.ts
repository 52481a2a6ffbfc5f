import { expect, test } from 'vitest';
import type { BoundQuestion, Join, OpenSearchQuestion, Row } from '../../../src/model/question.js';
import { questionById } from '../../../src/queries/load.js';
import { faultOf } from '../../../src/queries/opensearch-file.js';
import { boundPart, partsOf } from '../../../src/stores/opensearch/chain-parts.js';
import { joinRows } from '../../../src/stores/opensearch/join.js';
import { renderOpenSearch } from '../../../src/stores/opensearch/render.js';
import { renderSearch } from '../../../src/stores/opensearch/search-template.js';

const own: Row[] = [
  { a: 'x', n: 1 },
  { a: 'y', n: 2 },
  { a: null, n: 3 },
];
const theirs: Row[] = [
  { b: 'y', more: 'first' },
  { b: 'y', more: 'second' },
  { b: 'z', more: 'alone' },
  { b: null, more: 'none' },
];
const join = (kind: Join['kind']): Row[] => joinRows(own, theirs, { step: 's', on: { a: 'b' }, kind });

test('each kind of join keeps its side, takes the first that fits, and lets null fit nothing', () => {
  expect(join('left')).toEqual([own[0], { a: 'y', n: 2, b: 'y', more: 'first' }, own[2]]);
  expect(join('inner')).toEqual([{ a: 'y', n: 2, b: 'y', more: 'first' }]);
  expect(join('anti')).toEqual([own[0], own[2]]);
  expect(join('right')).toEqual([
    { a: 'y', n: 2, b: 'y', more: 'first' },
    { a: 'y', n: 2, b: 'y', more: 'second' },
    theirs[2],
    theirs[3],
  ]);
  expect(join('union')).toEqual([...own, theirs[2]]);
});

const question = questionById('cross-account-pair');
const bound: BoundQuestion = {
  question,
  scope: { from: '2026-03-01T00:00:00Z', to: '2026-03-08T00:00:00Z', accounts: [], regions: [], keyIds: ['AKIA1'] },
  values: { limit: 10 },
};
const last = partsOf(question)[1]!;
const steps = (ids: (string | null)[]) => new Map([['callers', ids.map((id) => ({ shared_event_id: id }))]]);

test('a step feeds the next with its different values, whatever they are', () => {
  const hostile = '"}},{"match_all":{}},{{from}}';
  const { query } = renderSearch(boundPart(bound, last, steps([hostile, 'b', hostile, null])));
  expect(JSON.stringify(query)).toContain(
    JSON.stringify({ terms: { 'aws.cloudtrail.shared_event_id': [hostile, 'b'] } }),
  );
  // The key limits the step, and not what was found by it.
  expect(JSON.stringify(query)).not.toContain('AKIA1');
  expect(JSON.stringify(renderSearch(boundPart(bound, partsOf(question)[0]!, new Map())).query)).toContain('AKIA1');
});

test('more values than a search takes are refused', () => {
  const ids = Array.from({ length: 65_537 }, (_, number) => String(number));
  expect(() => boundPart(bound, last, steps(ids.slice(1)))).not.toThrow();
  expect(() => boundPart(bound, last, steps(ids))).toThrow(
    'cross-account-pair finds 65537 different values of shared_event_id in its step callers, a search takes 65536',
  );
});

test('the text for Dev Tools has every search and the join', () => {
  const text = renderOpenSearch(bound);
  expect(text.match(/^GET keytrail-cloudtrail-\*\/_search$/gm)).toHaveLength(2);
  expect(text).toContain('… every shared_event_id that callers found');
  expect(text).toContain('# then: inner join with callers on shared_event_id = shared_event_id');
});

test.each<[string, (file: OpenSearchQuestion) => void]>([
  ['a step that comes later', (file) => (file.chain![0]!.search = { query: { terms: { x: '{{later.x}}' } } })],
  ['a column that the step lacks', (file) => (file.search = { query: { terms: { x: '{{callers.x}}' } } })],
  ['a join with no step', (file) => (file.join![0]!.step = 'nobody')],
  ['a join on no column', (file) => (file.join![0]!.on = { shared_event_id: 'nothing' })],
  ['a kind of join that there is not', (file) => (file.join![0]!.kind = 'outer' as 'left')],
  ['a step twice', (file) => file.chain!.push(file.chain![0]!)],
  ['a column that nothing gives', (file) => (file.join = [])],
  ['another log', (file) => (file.chain![0]!.log = 'vpcflow')],
  ['no view', (file) => (file.view = 'all' as 'scope')],
])('%s is a fault of the file', (_, change) => {
  const file = structuredClone(question.opensearch!);
  expect(faultOf(question, file)).toBeNull();
  change(file);
  expect(faultOf(question, file)).not.toBeNull();
});
