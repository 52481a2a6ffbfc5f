import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { KeytrailError, reasonOf } from '../../errors.js';
import { compareText } from '../../model/cell.js';
import { readText } from '../../model/read-file.js';
import { formatHash, type Manifest, manifestHashName, manifestName, parseManifest, sha256Of } from './manifest.js';

export interface EvidenceFault {
  /** Below the folder. */
  file: string;
  fault: 'altered' | 'absent' | 'unlisted';
}

export interface CheckResult {
  manifest: Manifest;
  /** As it is now: the same as was printed when it was collected, or somebody wrote another manifest. */
  manifestSha256: string;
  /** By file name; empty: all is as the manifest says. */
  faults: EvidenceFault[];
}

/** Compares every file of a folder with its manifest. Throws `bad_object` where there is none that can be read. */
export async function checkEvidence(directory: string): Promise<CheckResult> {
  const text = await textOf(directory, manifestName);
  const manifest = parseManifest(text);
  if (manifest === null)
    throw new KeytrailError('bad_object', `${join(directory, manifestName)} is no manifest of evidence`, {
      hint: 'It was altered, or is another program’s: compare with the copy that was sealed.',
    });
  const manifestSha256 = sha256Of(text);
  const faults: EvidenceFault[] = [];
  if ((await textOf(directory, manifestHashName)) !== formatHash(manifestSha256))
    faults.push({ file: manifestName, fault: 'altered' });
  for (const { name, bytes, sha256 } of manifest.files) {
    const found = await measured(join(directory, name));
    if (found === null) faults.push({ file: name, fault: 'absent' });
    else if (found.bytes !== bytes || found.sha256 !== sha256) faults.push({ file: name, fault: 'altered' });
  }
  const listed = new Set([manifestName, manifestHashName, ...manifest.files.map(({ name }) => name)]);
  for (const file of await filesBelow(directory)) if (!listed.has(file)) faults.push({ file, fault: 'unlisted' });
  return { manifest, manifestSha256, faults: faults.sort((a, b) => compareText(a.file, b.file)) };
}

async function textOf(directory: string, name: string): Promise<string> {
  const path = join(directory, name);
  try {
    return readText(path);
  } catch (error) {
    throw new KeytrailError('usage', `can't read ${path}: ${reasonOf(error)}`, {
      hint: 'Name the folder that evidence was collected into; copy a bucket’s prefix into a folder first.',
      cause: error,
    });
  }
}

/** Null where there is no such file; a link is none. */
async function measured(path: string): Promise<{ bytes: number; sha256: string } | null> {
  try {
    if (!(await lstat(path)).isFile()) return null;
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
    return { bytes, sha256: hash.digest('hex') };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

async function filesBelow(directory: string, prefix = ''): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(directory, prefix), { withFileTypes: true })) {
    const name = `${prefix}${entry.name}`;
    if (entry.isDirectory()) found.push(...(await filesBelow(directory, `${name}/`)));
    else found.push(name);
  }
  return found;
}
