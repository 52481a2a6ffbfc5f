import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A command as a page shows it, its continued lines joined. */
export interface Shown {
  page: string;
  line: number;
  text: string;
}

const below = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file))
    .sort();

/** Everything that a user or a contributor reads. The pages of the questions are made from what their own tests run. */
export const pages = ['README.md', 'CONTRIBUTING.md', ...below('docs'), 'bench/README.md'];

interface Line {
  line: number;
  text: string;
  fence: string | null;
}

/** The lines of code blocks: what stands between fences, and what is indented by four outside a list. */
function* codeLines(markdown: string): Generator<Line> {
  let fence: string | null = null;
  let before = '';
  let indented = false;
  for (const [at, text] of markdown.split('\n').entries()) {
    const mark = /^```(\w*)\s*$/.exec(text);
    if (mark) fence = fence === null ? mark[1]! : null;
    else if (fence !== null) yield { line: at + 1, text, fence };
    else {
      indented = /^ {4}\s*\S/.test(text) && (indented || before.trim() === '' || /^#/.test(before));
      if (indented) yield { line: at + 1, text: text.slice(4), fence: null };
    }
    before = text;
  }
}

const shells = new Set(['sh', 'bash', 'shell', 'console']);
/** The first word of a command: a program, perhaps after variables. Requests, SQL and JSON have none. */
const startsProgram = /^(?:[A-Z_][A-Z0-9_]*=\S* )*(?:\.{0,2}\/)?[a-z][\w.-]*(?: |$)/;

/** The commands of a page's shell blocks, in order. */
export function commandsOf(page: string, markdown = readFileSync(page, 'utf8')): Shown[] {
  const commands: Shown[] = [];
  let open: Shown | null = null;
  for (const { line, text, fence } of codeLines(markdown)) {
    const bare = text.trim();
    if (fence !== null && !shells.has(fence)) continue;
    if (open) open.text = `${open.text.slice(0, -1).trimEnd()} ${bare}`;
    else if (bare === '' || bare.startsWith('#')) continue;
    else if (fence === null && !startsProgram.test(text)) continue;
    else {
      open = { page, line, text: bare };
      commands.push(open);
    }
    if (!open.text.endsWith('\\')) open = null;
  }
  return commands;
}

/** What stands between backticks in running text and begins with `keytrail `. */
export function inlineCommandsOf(page: string, markdown = readFileSync(page, 'utf8')): Shown[] {
  return markdown
    .split('\n')
    .flatMap((text, at) =>
      [...text.matchAll(/`(keytrail [^`]+)`/g)].map(([, command]) => ({ page, line: at + 1, text: command! })),
    );
}
