import { keytrail, runNode } from '../children.mjs';

const times = 5;

/** What somebody waits for who asks what there is. */
export async function start({ rounds }) {
  const contenders = [
    { measure: 'keytrail --help', work: () => keytrail(['--help']), target: '≤ 2' },
    { measure: 'keytrail query list', work: () => keytrail(['query', 'list']) },
    { measure: 'node -e 0', work: () => runNode(['-e', '0']) },
  ].map((contender) => ({ ...contender, values: [] }));
  for (let round = 0; round < rounds * times; round++)
    for (const { values, work } of contenders) values.push((await work()).seconds * 1000);
  const nothing = contenders.pop();
  const against = { name: nothing.measure, values: nothing.values };
  return contenders.map(({ measure, values, target }) => ({ measure, unit: 'ms', values, against, target }));
}
