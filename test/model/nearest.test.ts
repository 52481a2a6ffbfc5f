import { expect, test } from 'vitest';
import { nearest } from '../../src/model/nearest.js';

const names = ['key-owner', 'key-clients', 'key-timeline', 'key-buckets', 'role-chain', 'ip-pivot'];

test.each([
  ['key-onwer', ['key-owner']],
  ['key-client', ['key-clients']],
  ['KEY-OWNER', ['key-owner']],
  ['bucket', ['key-buckets']],
  ['ip-pivt', ['ip-pivot']],
  ['nothing-like-any-of-these', []],
  ['', []],
])('%s comes near %j', (typed, near) => {
  expect(nearest(typed, names)).toEqual(near);
});

test('the nearest comes first, and not the first of the alphabet', () => {
  expect(nearest('key-z', ['key-aa', 'key-zz'])).toEqual(['key-zz', 'key-aa']);
});

test('a text of a megabyte comes near nothing', () => {
  expect(nearest('x'.repeat(1_000_000), names)).toEqual([]);
});
