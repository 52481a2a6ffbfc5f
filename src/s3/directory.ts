import { isUtf8 } from 'node:buffer';
import type { Dirent } from 'node:fs';
import { type FileHandle, open, readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { KeytrailError, reasonOf } from '../errors.js';
import type { ObjectRef } from '../model/object.js';
import type { LeftOut, Level, ObjectSource } from './object-source.js';

const pageSize = 1000;
const chunkBytes = 512 * 1024;

/**
 * A directory that mirrors a bucket. Links below it are not followed: what they lead to inside is listed where
 * it is, and what lies outside is nobody's log.
 */
export async function openDirectory(directory: string): Promise<ObjectSource> {
  const root = await realpath(resolve(directory)).catch((error: unknown) => {
    throw failure(error, `directory ${JSON.stringify(directory)}`);
  });
  const found = await stat(root);
  if (!found.isDirectory()) {
    throw new KeytrailError('source_not_found', `${JSON.stringify(directory)} is not a directory`, {
      hint: 'Name the directory that holds AWSLogs.',
    });
  }
  return new DirectorySource(...above(root));
}

/** Inside a copy's `AWSLogs` the copy is what counts: its keys, and so its events' ids, are those of the whole. */
function above(root: string): [root: string, start: string] {
  const folders = root.split(sep);
  const at = folders.lastIndexOf('AWSLogs');
  if (at < 0) return [root, ''];
  return [folders.slice(0, at).join(sep) || sep, `${folders.slice(at).join('/')}/`];
}

class DirectorySource implements ObjectSource {
  readonly description: string;
  #listener: ((found: LeftOut) => void) | null = null;

  constructor(
    private readonly root: string,
    readonly start: string,
  ) {
    this.description = join(root, start);
  }

  tell(listener: (found: LeftOut) => void): void {
    this.#listener = listener;
  }

  async *list(prefix = this.start): AsyncIterable<ObjectRef[]> {
    let page: ObjectRef[] = [];
    for await (const object of this.walk(prefix)) {
      page.push(object);
      if (page.length < pageSize) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  }

  async *browse(prefix: string): AsyncIterable<Level> {
    const level: Level = { folders: [], objects: [] };
    for (const { key, isFolder } of await this.level(prefix)) {
      const object = isFolder ? null : await this.describe(key);
      if (isFolder) level.folders.push(key);
      if (object) level.objects.push(object);
    }
    yield level;
  }

  private async *walk(prefix: string): AsyncIterable<ObjectRef> {
    for (const { key, isFolder } of await this.level(prefix)) {
      const object = isFolder ? null : await this.describe(key);
      if (isFolder) yield* this.walk(key);
      if (object) yield object;
    }
  }

  /** Files and folders (with a trailing slash) that begin with a prefix, in the order of keys. */
  private async level(prefix: string): Promise<{ key: string; isFolder: boolean }[]> {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    const path = join(this.root, folder);
    try {
      // A prefix may be asked for that nothing has, or that leads through a link.
      if (folder !== '' && (await realpath(path)) !== resolve(path)) return [];
      const entries = await readdir(path, { withFileTypes: true, encoding: 'buffer' });
      const wanted = entries.filter(({ name }) => (folder + spelt(name)).startsWith(prefix));
      return inKeyOrder(wanted.filter((entry) => this.isListable(folder, entry))).map(({ name, isFolder }) => ({
        key: folder + name,
        isFolder,
      }));
    } catch (error) {
      if (folder !== '' && isGone(error)) return [];
      // Of what was asked for nothing would be left.
      if (folder === this.start) throw failure(error, `directory ${JSON.stringify(path)}`);
      this.leaveOut(folder, failure(error, `directory ${JSON.stringify(path)}`));
      return [];
    }
  }

  private isListable(folder: string, entry: Dirent<Buffer>): boolean {
    const key = folder + spelt(entry.name);
    const what = kindOf(entry);
    if (what !== null) this.#listener?.({ key, what });
    else if (isUtf8(entry.name)) return true;
    else this.leaveOut(key, new KeytrailError('source_unreachable', `the name of ${key} is not UTF-8`, renameIt));
    return false;
  }

  /** Null for what is gone since its folder was read, and for what is told as left out. */
  private async describe(key: string): Promise<ObjectRef | null> {
    const path = join(this.root, key);
    try {
      const { size, mtimeMs, mtime } = await stat(path);
      const lastModified = mtime.toISOString();
      return { bucket: `file:${this.root}`, key, version: versionOf(size, mtimeMs), size, lastModified };
    } catch (error) {
      if (!isGone(error)) this.leaveOut(key, failure(error, `file ${JSON.stringify(path)}`));
      return null;
    }
  }

  private leaveOut(key: string, error: KeytrailError): void {
    if (!this.#listener) throw error;
    this.#listener({ key, reason: error.message });
  }

  async read(object: ObjectRef, signal?: AbortSignal): Promise<AsyncIterable<Buffer>> {
    return this.chunks(object, signal);
  }

  private async *chunks(object: ObjectRef, signal: AbortSignal | undefined): AsyncIterable<Buffer> {
    const what = `file ${JSON.stringify(join(this.root, object.key))}`;
    let handle: FileHandle | undefined;
    try {
      handle = await open(await this.inside(object.key), 'r');
      const { size, mtimeMs } = await handle.stat();
      if (versionOf(size, mtimeMs) !== object.version) throw changed(what);
      // Most files are small: no more memory for each than it has bytes.
      for (let left = size; left > 0; ) {
        signal?.throwIfAborted();
        const length = Math.min(left, chunkBytes);
        const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(length), 0, length);
        if (bytesRead === 0) return;
        left -= bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } catch (error) {
      if (signal?.aborted) throw error;
      throw failure(error, what);
    } finally {
      await handle?.close();
    }
  }

  /** The key's real path. Keys come from listings, the ledger and dead letters: none may lead out of the root. */
  private async inside(key: string): Promise<string> {
    const path = await realpath(join(this.root, key));
    if (path.startsWith(this.root.endsWith(sep) ? this.root : this.root + sep)) return path;
    throw new KeytrailError('source_denied', `${JSON.stringify(key)} leads out of ${this.root}`, {
      hint: 'Ingest the directory that holds the file itself.',
    });
  }

  async close(): Promise<void> {
    // Every file is closed by the iteration that opened it.
  }
}

const renameIt = { hint: 'Rename it: keys in S3 are UTF-8.' };

/** What an entry is that is neither a file nor a folder; null for those. */
function kindOf(entry: Dirent<Buffer>): string | null {
  if (entry.isFile() || entry.isDirectory()) return null;
  if (entry.isSymbolicLink()) return 'symbolic link (not followed)';
  if (entry.isFIFO()) return 'FIFO';
  return entry.isSocket() ? 'socket' : 'device';
}

const isGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** A name that need not be text: bytes that are none are spelt out. */
function spelt(name: Buffer): string {
  if (isUtf8(name)) return name.toString();
  return name
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** Files and folders (with a trailing slash) such that a walk yields whole keys in byte order, as S3 lists them. */
function inKeyOrder(entries: readonly Dirent<Buffer>[]): { name: string; isFolder: boolean }[] {
  return entries
    .map((entry) => {
      const isFolder = entry.isDirectory();
      const name = isFolder ? `${entry.name}/` : `${entry.name}`;
      return { name, isFolder, bytes: Buffer.from(name) };
    })
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes));
}

function versionOf(size: number, mtimeMs: number): string {
  return `${size}-${mtimeMs}`;
}

function changed(what: string): KeytrailError {
  return new KeytrailError('bad_object', `${what} changed since it was listed`, { hint: 'Ingest it again.' });
}

function failure(error: unknown, what: string): KeytrailError {
  if (error instanceof KeytrailError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes(code)) {
    return new KeytrailError('source_not_found', `there is no ${what}`, { hint: 'Check the path.', cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new KeytrailError('source_denied', `${what} can't be read: permission denied`, {
      hint: 'Give this user permission to read it.',
      cause: error,
    });
  }
  return new KeytrailError('source_unreachable', `${what} can't be read: ${reasonOf(error)}`, {
    hint: 'Check the disk or file system.',
    cause: error,
  });
}
