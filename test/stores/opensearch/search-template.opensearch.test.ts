import { expect, test } from 'vitest';
import type { ParameterType, ParameterValue } from '../../../src/model/question.js';
import { allQuestions } from '../../../src/queries/load.js';
import { chunks } from '../../../src/stores/duckdb/upsert.js';
import { type BoundSearch, partsOf, type SearchQuestion } from '../../../src/stores/opensearch/chain-parts.js';
import { wellFormed } from '../../../src/stores/opensearch/flat.js';
import { renderSearch, storedSource } from '../../../src/stores/opensearch/search-template.js';
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

/** As a template is given it: `step.column` inside `step`. */
function nested(values: Record<string, ParameterValue>): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const [step = '', column] = name.split('.');
    if (column === undefined) given[name] = value;
    else given[step] = { ...(given[step] as object), [column]: value };
  }
  return given;
}

test('hostile values stay data: the node renders what was meant', async (context) => {
  const node = opensearchOrSkip(context);
  const next = random(7);
  const piece = (): string => pieces[next(pieces.length)]!;
  const text = (): string => wellFormed(Array.from({ length: 1 + next(6) }, piece).join(''));
  const texts = (): string[] => Array.from({ length: 1 + next(4) }, text);
  const value = (type: ParameterType): ParameterValue => {
    if (type === 'string[]') return texts();
    if (type === 'integer[]') return Array.from({ length: 1 + next(4) }, () => next(65_536));
    return type === 'integer' ? next(2 ** 31) : text();
  };
  const searches = allQuestions()
    .filter(({ opensearch }) => opensearch !== null)
    .flatMap((question): SearchQuestion[] => partsOf(question).map((part) => part.question));
  // A node compiles 75 templates of 64 KiB in five minutes, so each holds several searches.
  for (const some of chunks(searches, 20)) {
    const sources = some.map((question, place) => `{{#q${place}}}${storedSource(question, new Map())}{{/q${place}}}`);
    for (let round = 0; round < 10; round += 1) {
      const bound = some.map((question): BoundSearch => {
        const own = question.parameters.map(({ name, type }) => [name, value(type)]);
        return {
          question,
          scope: { from: text(), to: text(), accounts: texts(), regions: texts(), keyIds: texts() },
          values: { ...Object.fromEntries(own), limit: next(1_000_000) },
        };
      });
      const params = Object.fromEntries(
        bound.map(({ scope: { keyIds, ...scope }, values }, place) => [
          `q${place}`,
          nested({ ...values, ...scope, key: keyIds }),
        ]),
      );
      const { body } = await call(node, 'POST', '/_render/template', { source: `{"all":[${sources}]}`, params });
      expect(body.error).toBeUndefined();
      for (const [place, one] of bound.entries())
        expect(body.template_output.all[place], JSON.stringify(one)).toEqual(renderSearch(one));
    }
  }
});
