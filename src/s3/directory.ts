import type { Dirent } from 'node:fs';
import { type FileHandle, open, readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { KeytrailError, reasonOf } from '../errors.js';
import type { ObjectRef } from '../model/object.js';
import type { Level, ObjectSource } from './object-source.js';

const pageSize = 1000;
const chunkBytes = 128 * 1024;

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

  constructor(
    private readonly root: string,
    readonly start: string,
  ) {
    this.description = join(root, start);
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
      if (isFolder) level.folders.push(key);
      else level.objects.push(await this.describe(key));
    }
    yield level;
  }

  private async *walk(prefix: string): AsyncIterable<ObjectRef> {
    for (const { key, isFolder } of await this.level(prefix)) {
      if (isFolder) yield* this.walk(key);
      else yield await this.describe(key);
    }
  }

  /** Files and folders (with a trailing slash) that begin with a prefix, in the order of keys. */
  private async level(prefix: string): Promise<{ key: string; isFolder: boolean }[]> {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    const path = join(this.root, folder);
    try {
      // A prefix may be asked for that nothing has, or that leads through a link.
      if (folder !== '' && (await realpath(path)) !== resolve(path)) return [];
      const entries = await readdir(path, { withFileTypes: true });
      return inKeyOrder(entries)
        .map(({ name, isFolder }) => ({ key: folder + name, isFolder }))
        .filter(({ key }) => key.startsWith(prefix));
    } catch (error) {
      if (folder !== '' && (error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw failure(error, `directory ${JSON.stringify(path)}`);
    }
  }

  private async describe(key: string): Promise<ObjectRef> {
    const path = join(this.root, key);
    const { size, mtimeMs, mtime } = await stat(path).catch((error: unknown) => {
      throw failure(error, `file ${JSON.stringify(path)}`);
    });
    const lastModified = mtime.toISOString();
    return { bucket: `file:${this.root}`, key, version: versionOf(size, mtimeMs), size, lastModified };
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
      for (;;) {
        signal?.throwIfAborted();
        const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(chunkBytes), 0, chunkBytes);
        if (bytesRead === 0) return;
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

/** Files and folders (with a trailing slash) such that a walk yields whole keys in byte order, as S3 lists them. */
function inKeyOrder(entries: readonly Dirent[]): { name: string; isFolder: boolean }[] {
  return entries
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => {
      const isFolder = entry.isDirectory();
      const name = isFolder ? `${entry.name}/` : entry.name;
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
