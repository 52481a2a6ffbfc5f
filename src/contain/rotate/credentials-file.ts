import { chown, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { KeytrailError, reasonOf } from '../../errors.js';
import type { HeldPair, Inspection, KeyPair, Prior, Target } from './target.js';

export interface FilePlace {
  path: string;
  profile: string;
}

const idName = 'aws_access_key_id';
const secretName = 'aws_secret_access_key';
const tokenName = 'aws_session_token';
const mostBytes = 1_000_000;

/** A profile in a file as the AWS CLI and the SDKs read it ("Configuration and credential file settings"). */
export class FileTarget implements Target {
  readonly id: string;
  readonly call = 'a new file in its place';
  /** Its old secret was in the file that is written over, and nowhere else. */
  readonly undo = null;

  constructor(private readonly place: FilePlace) {
    this.id = `file:${place.path}#${place.profile}`;
  }

  async inspect(): Promise<Inspection> {
    const { path, profile } = this.place;
    const lines = await this.lines();
    if (valueIn(lines, profile, tokenName) !== null)
      throw new KeytrailError('usage', `the profile ${profile} of ${path} holds a session token`, {
        hint: 'A long-term key does not go with one: name the profile that the application’s own key is in.',
      });
    const notes: string[] = [];
    const mode = await modeOf(path);
    if (mode === null) {
      notes.push('The file is new.');
      await checkFolder(path);
    } else if ((mode & 0o077) !== 0) notes.push('Its mode becomes 0600: only its owner can read it after.');
    return { heldKeyId: valueIn(lines, profile, idName), notes };
  }

  async read(): Promise<HeldPair> {
    const lines = await this.lines();
    const { profile } = this.place;
    return { accessKeyId: valueIn(lines, profile, idName), secretAccessKey: valueIn(lines, profile, secretName) };
  }

  async prior(): Promise<Prior> {
    return {};
  }

  async write(pair: KeyPair): Promise<void> {
    const { profile } = this.place;
    const lines = withValue(await this.lines(), profile, secretName, pair.secretAccessKey);
    await replaceFile(this.place.path, withValue(lines, profile, idName, pair.accessKeyId).join('\n'));
  }

  async restore(): Promise<void> {
    throw new KeytrailError('internal', `${this.id} can't be restored`);
  }

  private async lines(): Promise<string[]> {
    const { path } = this.place;
    try {
      const { size } = await stat(path);
      if (size > mostBytes) throw new Error(`${size} bytes are too many`);
      return (await readFile(path, 'utf8')).split('\n');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [''];
      throw unusable(path, error);
    }
  }
}

/** `[name]`, or `[profile name]` as ~/.aws/config has it; null for a line that begins no section. */
function sectionOf(line: string): string | null {
  const header = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)?.[1];
  return header === undefined ? null : header.replace(/^profile\s+/, '');
}

const setting = (name: string): RegExp => new RegExp(`^(${name}\\s*=\\s*)(.*?)(\\s*)$`, 'i');

function valueIn(lines: readonly string[], profile: string, name: string): string | null {
  const pattern = setting(name);
  let value: string | null = null;
  let inside = false;
  for (const line of lines) {
    const section = sectionOf(line);
    if (section !== null) inside = section === profile;
    const found = inside ? pattern.exec(line) : null;
    if (found) value = found[2]!;
  }
  return value;
}

/** Lines that are not this setting of this profile stay as they are, to the byte. */
function withValue(lines: readonly string[], profile: string, name: string, value: string): string[] {
  const pattern = setting(name);
  const eol = lines[0]?.endsWith('\r') ? '\r' : '';
  const written: string[] = [];
  let inside = false;
  let header = -1;
  let done = false;
  for (const line of lines) {
    const section = sectionOf(line);
    if (section !== null) inside = section === profile;
    const found = inside ? pattern.exec(line) : null;
    done ||= found !== null;
    written.push(found ? `${found[1]}${value}${line.endsWith('\r') ? '\r' : ''}` : line);
    if (section === profile) header = written.length;
  }
  if (done) return written;
  const own = `${name} = ${value}${eol}`;
  if (header >= 0) return written.toSpliced(header, 0, own);
  const end = written.at(-1) === '' ? written.slice(0, -1) : written;
  return [...end, `[${profile}]${eol}`, own, ''];
}

/** Whole or not at all, for its owner only; the owner stays who it was. */
async function replaceFile(path: string, text: string): Promise<void> {
  try {
    const place = await realPathOf(path);
    // Of one name, so that a run that was killed leaves no more than one, which the next takes away.
    const draft = `${place}.keytrail-new`;
    await rm(draft, { force: true });
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
      await file.close();
      const before = await stat(place).catch(() => null);
      if (before !== null && (before.uid !== process.getuid?.() || before.gid !== process.getgid?.()))
        await chown(draft, before.uid, before.gid);
      await rename(draft, place);
    } catch (error) {
      await file.close().catch(() => undefined);
      await rm(draft, { force: true });
      throw error;
    }
    await syncFolder(dirname(place));
  } catch (error) {
    throw unusable(path, error);
  }
}

/** A link stays a link: what it points at is replaced. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const whole = resolve(path);
    return join(await realpath(dirname(whole)), whole.slice(whole.lastIndexOf(sep) + 1));
  }
}

async function modeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw unusable(path, error);
  }
}

async function checkFolder(path: string): Promise<void> {
  try {
    await stat(dirname(resolve(path)));
  } catch (error) {
    throw unusable(path, error);
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows can't open one.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function unusable(path: string, cause: unknown): KeytrailError {
  return new KeytrailError('usage', `can't use the credentials file ${path}: ${reasonOf(cause)}`, {
    hint: 'Name a file that you can read and replace, in a folder that is there.',
    cause,
  });
}
