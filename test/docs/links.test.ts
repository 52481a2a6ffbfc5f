import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { pages } from './blocks.js';

const withoutCode = (markdown: string): string =>
  markdown
    .replaceAll(/^```[\s\S]*?^```/gm, '')
    .replaceAll(/^ {4}.*$/gm, '')
    .replaceAll(/`[^`\n]*`/g, '');

/** As GitHub makes anchors of headings. */
function anchorsOf(page: string): Set<string> {
  const headings = readFileSync(page, 'utf8')
    .replaceAll(/^```[\s\S]*?^```/gm, '')
    .matchAll(/^#+ (.+)$/gm);
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, heading] of headings) {
    const slug = heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-');
    const times = seen.get(slug) ?? 0;
    anchors.add(times === 0 ? slug : `${slug}-${times}`);
    seen.set(slug, times + 1);
  }
  return anchors;
}

test.for([...pages, 'CHANGELOG.md', 'queries/README.md'])('%s links to what is there', (page) => {
  const links = [...withoutCode(readFileSync(page, 'utf8')).matchAll(/\]\(([^)\s]+)\)/g)].map(([, to]) => to!);
  const broken = links.filter((to) => {
    if (/^[a-z]+:/.test(to)) return false;
    const [path = '', anchor] = to.split('#');
    const file = path === '' ? page : normalize(join(dirname(page), path));
    if (!existsSync(file)) return true;
    return anchor !== undefined && !(statSync(file).isFile() && anchorsOf(file).has(anchor));
  });
  expect(broken).toEqual([]);
});

test('every page is in the index, or is linked from a page that is', () => {
  const reached = new Set(['README.md', 'docs/README.md']);
  for (const page of reached)
    for (const [, to] of withoutCode(readFileSync(page, 'utf8')).matchAll(/\]\(([^)\s#]+\.md)(?:#[^)]*)?\)/g)) {
      const file = normalize(join(dirname(page), to!));
      if (existsSync(file)) reached.add(file);
    }
  expect(pages.filter((page) => page.startsWith('docs/') && !reached.has(page))).toEqual([]);
});
