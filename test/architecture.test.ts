import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

/** Who may import whom, by folder of src/; a folder may always import itself, and everybody `errors` and `model`. */
const allowed: Record<string, string[]> = {
  model: [],
  s3: [],
  digest: ['s3'],
  logs: [],
  jobs: [],
  stores: [],
  enrich: [],
  pipeline: ['s3', 'logs', 'enrich', 'stores'],
  queries: ['stores'],
  dashboards: ['queries', 'stores'],
  investigate: ['queries', 'stores'],
  watch: ['queries', 'stores'],
  viewer: ['dashboards', 'investigate', 'queries', 'stores'],
  contain: [],
  harden: ['contain'],
  permissions: ['contain'],
  doctor: ['s3', 'enrich', 'stores', 'contain'],
  scenario: ['contain'],
  // What is described for readers is the code itself: all of it may be read.
  reference: ['cli', 'digest', 'jobs', 'logs', 'pipeline', 'queries', 's3', 'stores', 'viewer', 'watch'],
  cli: [
    'logs',
    'pipeline',
    'jobs',
    's3',
    'digest',
    'enrich',
    'stores',
    'queries',
    'dashboards',
    'investigate',
    'watch',
    'viewer',
    'contain',
    'harden',
    'permissions',
    'doctor',
    'scenario',
  ],
  lambda: ['cli', 'pipeline', 's3'],
};

/** Where the process begins. */
const edges = ['cli', 'lambda'];

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(join('src', file), 'utf8') }));

const folderOf = (file: string): string => (file.includes('/') ? file.split('/')[0]! : '');

const importsOf = ({ file, text }: { file: string; text: string }): string[] =>
  [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, path]) => relative('.', join(dirname(file), path!)));

test('the arrows between folders are those of docs/architecture.md', () => {
  const wrong = sources.flatMap((source) => {
    const from = folderOf(source.file);
    // src/index.ts and src/generate.ts stand above all folders.
    if (from === '') return [];
    return importsOf(source)
      .filter((path) => {
        const to = folderOf(path);
        return to !== from && to !== 'model' && path !== 'errors.js' && !allowed[from]?.includes(to);
      })
      .map((path) => `${source.file} imports ${path}`);
  });
  expect(wrong).toEqual([]);
});

test('no import goes in a circle', () => {
  const graph = new Map(
    sources.map((source) => [source.file, importsOf(source).map((path) => path.replace(/\.js$/, '.ts'))]),
  );
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (file: string, path: string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (done.has(file) || path.includes(file)) return;
    for (const next of graph.get(file) ?? []) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) walk(file, []);
  expect(circles).toEqual([]);
});

test('only the command line and the Lambda function print, exit and read the environment', () => {
  const wrong = sources
    .filter(({ file }) => !edges.includes(folderOf(file)))
    .filter(({ text }) =>
      /\bconsole\.(log|error|warn|info|debug)\(|\bprocess\.(exit|env|stdout|stderr|argv)\b/.test(text),
    )
    .map(({ file }) => file);
  expect(wrong).toEqual([]);
});

test('the command line starts without any client of AWS, and without the viewer', () => {
  const texts = new Map(sources.map(({ file, text }) => [file, text]));
  const loaded = new Map<string, string>();
  // A command is loaded when it is wanted, and then with all that it imports.
  const starts = [...texts.keys()].filter((file) => file === 'cli/main.ts' || file.startsWith('cli/commands/'));
  const open = starts.map((file): [string, string] => [file, '']);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [file, by] = next;
    if (loaded.has(file)) continue;
    loaded.set(file, `${by}${file}`);
    // What is imported as types only, or when it is wanted, is not loaded at the start.
    const imports = (texts.get(file) ?? '').matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)'/gm);
    for (const [, from] of imports) {
      const path = from!.startsWith('.') ? relative('.', join(dirname(file), from!)).replace(/\.js$/, '.ts') : from!;
      open.push([path, `${loaded.get(file)} → `]);
    }
  }
  const wrong = [...loaded].filter(([path]) => path.startsWith('@aws-sdk/') || path.startsWith('viewer/'));
  expect(wrong.map(([, way]) => way)).toEqual([]);
});
