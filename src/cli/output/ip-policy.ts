import type { Fate, FatedClient } from '../../harden/source-ip/dry-run.js';
import type { IpPolicyReport } from '../../harden/source-ip/report.js';
import { printable } from '../../model/printable.js';
import { painter } from '../../model/terminal.js';
import { formatTable } from './index.js';
import { jsonText } from './json.js';
import type { TableStyle } from './table.js';

const columns = ['source_ip', 'user_agent', 'vpc_endpoint_id', 'calls', 'failed', 'last_seen', 'actions'];

const headings: Readonly<Record<Fate, string>> = {
  refused: 'would have been refused',
  passed: 'would have been let through',
  service: 'were made by AWS services on behalf of the key, exempt',
  ungoverned: 'answer to no policy',
};

const rowOf = ({ actions, ...client }: FatedClient) => ({ ...client, actions: actions.join(' ') });

/** For people; the policy comes last. */
export function ipPolicyText(report: IpPolicyReport, style: TableStyle): string {
  const { keyId, sources, size, dryRun, attach, notes, policy } = report;
  const paint = painter(style.colour);
  const lines = [
    paint(
      'bold',
      `${keyId}: addresses and networks allowed: ${sources.addresses.length}, VPC endpoints: ${sources.endpoints.length}; characters of the policy: ${size}`,
    ),
  ];
  for (const fate of Object.keys(headings) as Fate[]) {
    lines.push('', paint('bold', `calls that ${headings[fate]}: ${dryRun.calls[fate]}`));
    const clients = dryRun.clients[fate];
    if (clients.length > 0) lines.push(formatTable(columns, clients.map(rowOf), style).trimEnd());
  }
  lines.push('', paint('bold', 'attach it to'));
  for (const [place, { arn, owner, command, note }] of attach.entries()) {
    const { calls, refused } = dryRun.principals[place]!;
    const of = `${refused} of ${calls} calls refused`;
    lines.push(printable(`${arn}${owner ? ', the owner' : ''}: ${of}${note === null ? '' : `; ${note}`}`));
    if (command !== null) lines.push(`  ${printable(command)}`);
  }
  if (notes.length > 0) lines.push('', ...notes.map((note) => printable(`note: ${note}`)));
  lines.push('', jsonText(policy, 2));
  return `${lines.join('\n')}\n`;
}
