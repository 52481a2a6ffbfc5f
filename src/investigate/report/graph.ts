import type { Credential } from '../../queries/closure.js';
import { type Branch, isCreatedKey, issuedFrom, treesOf } from '../credentials.js';
import { numeral, ownerOf, plural, text } from '../findings.js';
import type { Investigation } from '../investigation.js';
import { type Liveness, livenessOf } from '../liveness.js';
import { html, type Markup, nothing } from './markup.js';
import { cutText, timeText } from './words.js';

/** Units of the drawing are pixels of the page. */
const box = { width: 252, height: 82, right: 48, below: 14 };
const most = { inTree: 200, children: 6, issuers: 3 };

interface Node {
  column: number;
  /** Rows of boxes from the top; between two where it stands beside several. */
  row: number;
  style: 'root' | 'made' | 'alive' | 'ended' | 'unknown' | 'more' | 'issuer';
  /** Id, how it came to be, whose it is, when and whether it still lives. */
  lines: readonly [string, string, string, string];
}

interface Drawing {
  nodes: Node[];
  edges: [Node, Node][];
  rows: number;
}

const made = (a: Branch, b: Branch): number =>
  Number(isCreatedKey(b.credential)) - Number(isCreatedKey(a.credential)) || b.below.length - a.below.length;

/** `arn:aws:sts::111122223333:assumed-role/deploy/name` says what it is in its last part; the account is another's. */
const shortArn = (arn: string | null): string =>
  (arn ?? '').replace(/^arn:[^:]*:(?:sts|iam)::\d+:(?:assumed-role\/)?/, '');

function linesOf(credential: Credential, alive: Liveness, root: string): Node['lines'] {
  const { accessKeyId, eventName, issuedArn, issuedAt } = credential;
  if (eventName === null) return [accessKeyId, 'the key asked about', root, alive.said];
  const account = /^arn:[^:]*:\w+::(\d{12}):/.exec(issuedArn ?? '')?.[1];
  return [
    accessKeyId,
    `${eventName}${account === undefined ? '' : ` in ${account}`}`,
    isCreatedKey(credential) ? `for ${issuedArn ?? 'an unknown user'}` : shortArn(issuedArn),
    `${issuedAt === null ? '' : `${timeText(issuedAt).slice(5, 16)}, `}${alive.said.replace(/\b\d{4}-(?=\d\d-\d\d)/, '')}`,
  ];
}

function styleOf(credential: Credential, { state }: Liveness): Node['style'] {
  if (credential.depth === 0) return 'root';
  return isCreatedKey(credential) && state !== 'ended' ? 'made' : state;
}

function drawn(investigation: Investigation): Drawing {
  const drawing: Drawing = { nodes: [], edges: [], rows: 0 };
  const owner = ownerOf(investigation);
  const root = owner === undefined ? '' : shortArn(text(owner.row, 'arn'));
  const issuers = investigation.issuers.slice(0, most.issuers);
  const place = (branch: Branch, column: number): Node => {
    const { credential } = branch;
    const alive = livenessOf(investigation, credential);
    const shown = [...branch.below].sort(made);
    const below = shown.slice(0, most.children).map((each) => place(each, column + 1));
    const more = shown.length - below.length;
    if (more > 0) {
      const lines = [`${numeral(more)} more`, 'issued from the same', 'in the list below', ''] as const;
      const node: Node = { column: column + 1, row: drawing.rows++, style: 'more', lines };
      drawing.nodes.push(node);
      below.push(node);
    }
    const row = below.length === 0 ? drawing.rows++ : (below[0]!.row + below.at(-1)!.row) / 2;
    const node: Node = { column, row, style: styleOf(credential, alive), lines: linesOf(credential, alive, root) };
    drawing.nodes.push(node);
    for (const child of below) drawing.edges.push([node, child]);
    return node;
  };
  const [first] = treesOf(investigation.closure, most.inTree).map((tree) => place(tree, issuers.length));
  let child = first;
  for (const [step, issuer] of issuers.entries()) {
    const lines = [
      issuer.accessKeyId ?? 'no recorded key',
      issuer.eventName,
      issuer.sourceIp === null ? '' : `from ${issuer.sourceIp}`,
      timeText(issuer.eventTime).slice(0, 16),
    ] as const;
    const node: Node = { column: issuers.length - 1 - step, row: child?.row ?? 0, style: 'issuer', lines };
    drawing.nodes.push(node);
    if (child) drawing.edges.push([node, child]);
    child = node;
  }
  return drawing;
}

const x = ({ column }: Node): number => column * (box.width + box.right) + 1;
const y = ({ row }: Node): number => Math.round(row * (box.height + box.below)) + 1;

/** Characters that fit, in type of which each is as wide as another. */
const fits = { id: 28, line: 33 };

function nodeMarkup(node: Node): Markup {
  const [id, ...lines] = node.lines;
  const left = x(node) + 11;
  const top = y(node);
  return html`<g class="node ${node.style}"><rect x="${x(node)}" y="${top}" width="${box.width}" height="${box.height}" rx="4"/><text class="id" x="${left}" y="${top + 20}">${cutText(id, fits.id)}</text>${lines.map((line, index) => html`<text${index === 2 ? html` class="when"` : nothing} x="${left}" y="${top + 38 + index * 17}">${cutText(line, fits.line)}</text>`)}</g>`;
}

function edgeMarkup([from, to]: [Node, Node]): Markup {
  const start = { x: x(from) + box.width, y: y(from) + box.height / 2 };
  const end = { x: x(to), y: y(to) + box.height / 2 };
  const middle = start.x + box.right / 2;
  return html`<path class="edge" d="M${start.x} ${start.y}H${middle}V${end.y}H${end.x}"/>`;
}

/**
 * The chain as a drawing, from whom it came on the left to what came from it on the right. Everything in it is in the
 * list beside it, too; of many credentials of one parent it has the most telling.
 */
export function chainGraph(investigation: Investigation): Markup {
  const { nodes, edges, rows } = drawn(investigation);
  if (nodes.length < 2) return nothing;
  const columns = nodes.reduce((last, { column }) => Math.max(last, column), 0) + 1;
  const width = columns * box.width + (columns - 1) * box.right + 2;
  const height = rows * box.height + (rows - 1) * box.below + 2;
  const issued = issuedFrom(investigation.closure);
  const alive = issued.filter((credential) => livenessOf(investigation, credential).state === 'alive').length;
  const said = `${plural(issued.length, 'credential')} issued from the key, ${numeral(alive)} of them alive when this was made. The list below has the same.`;
  return html`<figure class="graph"><div class="scroll" role="region" aria-label="Identity chain, drawn" tabindex="0"><svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${said}">${edges.map(edgeMarkup)}${nodes.map(nodeMarkup)}</svg></div>
<figcaption>${said} <span class="key"><span class="swatch made"></span> does not expire <span class="swatch alive"></span> alive <span class="swatch ended"></span> expired, deactivated or deleted <span class="swatch unknown"></span> not known</span></figcaption></figure>`;
}
