import { expect, test } from 'vitest';
import { accessKeyFacts } from '../../src/model/access-key.js';
import { questionById } from '../../src/queries/load.js';
import { bindQuestion } from '../../src/queries/parameters.js';
import { withUnseen } from '../../src/queries/unseen.js';

// The third is the example that the method was published with.
test.each([
  ['AKIARTX3GSDSQVABCDEF', 'long-term', '111122223333'],
  ['AKIAQAAAAAAVAVABCDEF', 'long-term', '000000000042'],
  ['ASIAY34FZKBOKMUTVV7A', 'temporary', '609629065308'],
  ['AKIAIOSFODNN7EXAMPLE', 'long-term', null],
  ['AKIARTX3GSDSQVABCDE1', 'long-term', null],
  ['AKIARTX3GSDSQVABCDEFG', 'long-term', null],
  ['AIDARTX3GSDSQVABCDEF', 'unknown', null],
])('%s is %s, of account %s', (id, kind, account) => {
  expect(accessKeyFacts(id)).toEqual({ kind, account });
});

test('a key that no record names has its account all the same; one that does not tell has no row', () => {
  const keys = 'ASIAY34FZKBOKMUTVV7A,AKIAIOSFODNN7EXAMPLE,AKIARTX3GSDSQVABCDEF';
  const bound = bindQuestion(questionById('key-account'), { key: [keys] }, new Date(0));
  const seen = { access_key_id: 'AKIARTX3GSDSQVABCDEF', events: 3 };
  expect(withUnseen(bound, [seen])).toEqual([
    seen,
    {
      access_key_id: 'ASIAY34FZKBOKMUTVV7A',
      decoded_account_id: '609629065308',
      account_id: null,
      agrees: null,
      events: 0,
      first_seen: null,
      last_seen: null,
    },
  ]);
});
