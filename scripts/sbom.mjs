/**
 * Prints what keytrail is installed with as a CycloneDX document: npm's own, from the lockfile, without the number and
 * the time that would make each one another. What only development needs is taken out here: npm's --omit=dev also
 * leaves out what both need.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const read = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));
const { npm_execpath: npm } = process.env;
const command = npm ? [process.execPath, npm] : ['npm'];
const flags = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'];
const { status, stdout, stderr } = spawnSync(command[0], [...command.slice(1), ...flags], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
});
if (status !== 0) {
  console.error(stderr.trimEnd());
  process.exit(1);
}

const installed = new Set(
  Object.entries(read('package-lock.json').packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`),
);
const { serialNumber: _, metadata, components, dependencies, ...rest } = JSON.parse(stdout);
const { timestamp: __, ...described } = metadata;
// npm calls a project after its folder.
described.component.name = read('package.json').name;
const by = (name) => (a, b) => (a[name] < b[name] ? -1 : 1);
const kept = components
  .filter(({ group, name, version }) => installed.has(`${group ? `${group}/` : ''}${name}@${version}`))
  .sort(by('bom-ref'));
const refs = new Set([described.component['bom-ref'], ...kept.map((component) => component['bom-ref'])]);
const arrows = dependencies
  .filter(({ ref }) => refs.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((to) => refs.has(to)).sort() }))
  .sort(by('ref'));
console.log(JSON.stringify({ ...rest, metadata: described, components: kept, dependencies: arrows }, null, 2));
