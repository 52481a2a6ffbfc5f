import { expect, test } from 'vitest';
import type { BoundQuestion, ParameterValue } from '../../../src/model/question.js';
import { allQuestions } from '../../../src/queries/load.js';
import { renderSearch, searchTemplate } from '../../../src/stores/opensearch/search-template.js';
import { opensearchOrSkip } from '../../services/index.js';
import { call } from './node.js';

const pieces = [
  ...['"', '\\', '{', '}', '{{', '}}', '{{{', '}}}', '[', ']', ',', ' ', 'a', 'é', '😀', "'", '*', '$1'],
  ...[
    '{{user}}',
    '{{#toJson}}limit{{/toJson}}',
    '{{=<% %>=}}',
    '","x":"',
    '\\"',
    '\\u0022',
    '__proto__',
    '</script>',
    '&quot;',
  ],
  ...['\u0000', '\u001f', '\u007f', '\n', '\r\n', '\t', '\u2028', '\u2029', '\ufeff', '\ud800', '\udc00'],
];

/** A small generator with a seed, so that a failure comes again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test('hostile values stay data: the node renders what was meant', async (context) => {
  const node = opensearchOrSkip(context);
  const next = random(7);
  const text = (): string => Array.from({ length: next(6) }, () => pieces[next(pieces.length)]).join('');
  const texts = (): string[] => Array.from({ length: next(4) }, text);
  const questions = allQuestions();
  for (let round = 0; round < 120; round += 1) {
    const question = questions[round % questions.length]!;
    const own = question.parameters.map(({ name, type }): [string, ParameterValue] => {
      if (type === 'string[]') return [name, texts()];
      if (type === 'integer[]') return [name, Array.from({ length: next(4) }, () => next(65_536))];
      return [name, type === 'integer' ? next(2 ** 31) : text()];
    });
    const bound: BoundQuestion = {
      question,
      scope: { from: text(), to: text(), accounts: texts(), regions: texts(), keyIds: texts() },
      values: { ...Object.fromEntries(own), limit: next(1_000_000) },
    };
    const { source, params } = searchTemplate(bound);
    const { body } = await call(node, 'POST', '/_render/template', { source, params });
    expect(body.template_output, JSON.stringify(params)).toEqual(renderSearch(bound));
  }
});
