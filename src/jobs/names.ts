import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { packagePath } from '../model/paths.js';

const folder = 'ingest/jobs';

/** Where a job is looked for by its name: below the working directory, then in the package. */
export const jobFolders = (): string[] => [resolve(folder), packagePath(folder)];

function namesIn(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory).flatMap((name) => /^(.+)\.ya?ml$/.exec(name)?.[1] ?? []);
}

export const jobNames = (): string[] => [...new Set(jobFolders().flatMap(namesIn))].sort();
