import { readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

const readme = join(import.meta.dirname, 'README.md');
const [begin, end] = ['<!-- measured -->', '<!-- end of measured -->'];

const sorted = (values) => [...values].sort((a, b) => a - b);
export const median = (values) => sorted(values)[Math.floor(values.length / 2)];

const number = (value) =>
  value >= 1000 ? Math.round(value).toLocaleString('en-US') : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
const spread = (values) => [Math.min(...values), median(values), Math.max(...values)].map(number).join(' / ');

/** Of medians, which are of one run. */
export const ratioOf = ({ values, against }) => (against ? median(values) / median(against.values) : null);

/**
 * Whether the ratio is what `≥ 0.9` or `≤ 2` asks for, or the median what one with a unit does (`≤ 1 s`); null without
 * a target.
 */
export function meets({ target, ...row }) {
  if (target === undefined) return null;
  const [sign, bound, unit] = target.split(' ');
  const value = unit === undefined ? ratioOf(row) : median(row.values);
  return sign === '≥' ? value >= Number(bound) : value <= Number(bound);
}

/** `rows`: a measure each, with its values, and those of what it is measured against in the same run. */
export function tableOf(rows) {
  const lines = rows.map((row) => {
    const { measure, unit, values, against, target = '' } = row;
    const ratio = ratioOf(row);
    const met = { true: 'met', false: '**not met**', null: '' }[meets(row)];
    const other = against ? `${against.name}: ${spread(against.values)}` : '';
    return `| ${measure} | ${spread(values)} ${unit} | ${other} | ${ratio?.toFixed(2) ?? ''} | ${target} | ${met} |`;
  });
  const head = '| measure | minimum / median / maximum | against | ratio | target | |';
  return [head, '|---|---|---|---:|---|---|', ...lines].join('\n');
}

/** Where and when it was measured, and how. */
export function captionOf(command, sizes) {
  const day = new Date().toISOString().slice(0, 10);
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${day}, \`${command}\`, Node ${process.versions.node}, ${cpus().length} cores, ${memory} GiB, ${sizes}:`;
}

/** Replaces the table in bench/README.md. */
export async function writeTable(caption, table) {
  const text = await readFile(readme, 'utf8');
  const [before, rest] = text.split(begin);
  const [, after] = rest.split(end);
  await writeFile(readme, `${before}${begin}\n${caption}\n\n${table}\n${end}${after}`);
}
