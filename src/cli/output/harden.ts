import { type Finding, type HardenReport, severities, type Unknown } from '../../harden/finding.js';
import { printable } from '../../model/printable.js';
import { painter } from '../../model/terminal.js';
import { formatTable } from './index.js';
import type { TableStyle } from './table.js';

const several = (count: number, name: string): string => `${count} ${name}${count === 1 ? '' : 's'}`;

function headline({ accountId, regions, checks, findings, unknown }: HardenReport): string {
  const counts = severities
    .map((severity) => [findings.filter((finding) => finding.severity === severity).length, severity] as const)
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${count} ${severity}`);
  const found = counts.length === 0 ? 'nothing found' : counts.join(', ');
  const open = unknown.length === 0 ? '' : `; ${unknown.length} unknown`;
  return `account ${accountId}: ${found}${open} (${several(checks.length, 'check')}, ${several(regions.length, 'Region')})`;
}

const reasonOf = ({ reason, permission }: Unknown): string =>
  printable(permission === null ? reason : `${reason}; it needs ${permission}`);

/** Findings by check, in their order. */
function byCheck(findings: readonly Finding[]): Finding[][] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) groups.set(finding.id, [...(groups.get(finding.id) ?? []), finding]);
  return [...groups.values()];
}

export function hardenText(report: HardenReport, style: TableStyle): string {
  const { findings, unknown } = report;
  const paint = painter(style.colour);
  const lines = [paint('bold', headline(report))];
  if (findings.length > 0) {
    const rows = findings.map(({ severity, id, region, resource, finding }) => ({
      severity,
      check: id,
      region,
      resource,
      finding,
    }));
    lines.push(
      '',
      formatTable(['severity', 'check', 'region', 'resource', 'finding'], rows, { ...style, wrap: true }).trimEnd(),
    );
  }
  for (const group of byCheck(findings)) {
    const [{ id, risk }] = group as [Finding];
    lines.push('', `${paint('bold', id)}: ${risk}`, ...group.map(({ fix }) => `  ${printable(fix)}`));
  }
  if (unknown.length > 0) {
    lines.push('', paint('bold', 'unknown, which is no pass:'));
    for (const one of unknown) lines.push(`  ${one.id} in ${one.region}: ${reasonOf(one)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Text of AWS as a cell of a Markdown table: shown, never obeyed. */
const cell = (text: string): string => printable(text).replace(/[\\|<>*_`[\]]/g, '\\$&');

const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

export function hardenMarkdown(report: HardenReport): string {
  const { findings, unknown } = report;
  const blocks = ['# Hardening', `${headline(report)}.`];
  if (findings.length > 0)
    blocks.push(
      [
        '| severity | check | Region | resource | finding |\n| --- | --- | --- | --- | --- |',
        ...findings.map(({ severity, id, region, resource, finding }) =>
          row([severity, id, region, resource, finding]),
        ),
      ].join('\n'),
    );
  for (const group of byCheck(findings)) {
    const [{ id, risk }] = group as [Finding];
    blocks.push(`## ${id}`, risk, group.map(({ fix }) => `    ${printable(fix)}`).join('\n'));
  }
  if (unknown.length > 0)
    blocks.push(
      '## Unknown, which is no pass',
      [
        '| check | Region | reason |\n| --- | --- | --- |',
        ...unknown.map((one) => row([one.id, one.region, reasonOf(one)])),
      ].join('\n'),
    );
  return `${blocks.join('\n\n')}\n`;
}
