import { fileURLToPath } from 'node:url';

/** The package's root: dist/model and src/model lie equally deep. */
const root = new URL('../../', import.meta.url);

/** A file or folder that the package ships, such as `queries`. */
export function packagePath(relative: string): string {
  return fileURLToPath(new URL(relative, root));
}
