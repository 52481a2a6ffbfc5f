import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fingerprint } from './fingerprint.js';
import { packagePath } from './paths.js';

/** What was made of a file's text, with the text's fingerprint: JSON is read many times quicker than YAML. */
export interface Made<T> {
  from: string;
  value: T;
}

export const madeFrom = <T>(text: string, value: T): Made<T> => ({ from: fingerprint(text), value });

/** Null where the text has changed since. */
export const stillMade = <T>(made: Made<T> | null | undefined, text: string): T | null =>
  made?.from === fingerprint(text) ? made.value : null;

/** A JSON file that `npm run generate` writes; null where it is not there, or no JSON. */
export function generatedJson<T>(path: string): T | null {
  try {
    return JSON.parse(readFileSync(packagePath(path), 'utf8')) as T;
  } catch {
    return null;
  }
}

const require = createRequire(import.meta.url);

/** Loaded only where a text has to be parsed: to load it takes longer than most of what it is for. */
export const parseYaml = (text: string): unknown => (require('yaml') as typeof import('yaml')).parse(text);
