import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));

test('the bill of materials has each package of the lockfile that is installed, and is the same each time', () => {
  const [first, second] = [1, 2].map(() => execFileSync(process.execPath, ['scripts/sbom.mjs'], { encoding: 'utf8' }));
  expect(second).toBe(first);
  const { bomFormat, metadata, components } = JSON.parse(first!);
  expect({ bomFormat, ...metadata.component }).toMatchObject({
    bomFormat: 'CycloneDX',
    name: 'keytrail',
    version: manifest.version,
  });
  const listed = new Set(
    components.map(({ purl }: { purl: string }) => decodeURIComponent(purl.replace('pkg:npm/', ''))),
  );
  for (const [path, { dev, version }] of Object.entries<{ dev?: boolean; version: string }>(lock.packages)) {
    if (path !== '' && !dev) expect(listed).toContain(`${path.replace(/^.*node_modules\//, '')}@${version}`);
  }
  for (const name of ['vitest', 'typescript']) expect(first).not.toContain(`pkg:npm/${name}@`);
}, 60_000);

test('no package’s own script runs at an install but of those that are named, and each comes by its hash', () => {
  const packages = Object.entries<Record<string, unknown>>(lock.packages).filter(([path]) => path !== '');
  const scripted = packages.filter(([, { hasInstallScript, dev }]) => hasInstallScript && !dev).map(([path]) => path);
  expect(scripted.map((path) => path.replace('node_modules/', ''))).toEqual(Object.keys(manifest.allowScripts));
  // Builds for other platforms may be listed by name only.
  for (const [path, { integrity, optional }] of packages) if (!optional) expect(integrity, path).toMatch(/^sha512-/);
});
