import { GetAccessKeyLastUsedCommand } from '@aws-sdk/client-iam';
import { GetAccessKeyInfoCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { KeytrailError } from '../../errors.js';
import { jsonText } from '../../model/json-text.js';
import { ask } from '../aws.js';
import { accountPieces, reportDelays } from './account.js';
import { evidenceJson } from './json.js';
import {
  type EvidenceFile,
  formatHash,
  formatManifest,
  type Manifest,
  type Missing,
  manifestHashName,
  manifestName,
  sha256Of,
} from './manifest.js';
import { type EvidenceClients, type Piece, Reader, stopIfAborted } from './reader.js';
import { rolePieces } from './role.js';
import type { EvidenceSink } from './sink.js';
import { type Subject, subjectOfArn } from './subject.js';
import { userPieces } from './user.js';

/** What the logs say, or why a question has no answer. */
export type LogAnswer =
  | { query: string; answer: unknown; truncated: boolean }
  | { query: string; kind: 'failed' | 'not-asked'; reason: string };

export interface LogAnswers {
  /** Where they come from, without any secret. */
  store: string;
  /** Asked for one by one, so that no more than one is in memory. */
  each: Iterable<LogAnswer> | AsyncIterable<LogAnswer>;
}

export interface CollectOptions {
  /** Of the responder. */
  clients: EvidenceClients;
  /** Null where `principal` says what the evidence is about. */
  keyId: string | null;
  /** ARN of a user, a role or a role's session, instead of the key's user; null: the key's user. */
  principal: string | null;
  /** Null: no logs are asked. */
  answers: LogAnswers | null;
  sink: EvidenceSink;
  /** keytrail's. */
  version: string;
  now: () => Date;
  signal?: AbortSignal;
  /** Called with the name of each file that is there now, and each that is missing. */
  onProgress?: (piece: string, outcome: 'collected' | 'missing') => void;
  /** Milliseconds between questions for the credential report. */
  delays?: readonly number[];
}

export interface CollectResult {
  manifest: Manifest;
  /** Of manifest.json, hexadecimal: to be kept elsewhere. */
  manifestSha256: string;
  location: string;
  missing: Missing[];
}

/**
 * Reads what is to be known of a key, its principal and the account before anything is changed, and seals it with a
 * manifest. Changes nothing but that IAM makes a credential report. What can't be had is told in the manifest.
 * Throws `bad_parameter`, `guard_refused` for another account's key or principal, `no_credentials`, `aws_failed` where
 * not even the caller is known, `interrupted`, and what the sink throws; there is no manifest then.
 */
export async function collectEvidence(options: CollectOptions): Promise<CollectResult> {
  const { clients, keyId, sink, now, signal, answers } = options;
  if (keyId !== null && !/^[A-Z0-9]{16,128}$/.test(keyId))
    throw new KeytrailError('bad_parameter', `${JSON.stringify(keyId.slice(0, 128))} is not an access key id`, {
      hint: 'Give the id: AKIA or ASIA and 16 more capital letters or digits.',
    });
  const collectedAt = now().toISOString();
  const {
    Arn = '',
    UserId = '',
    Account = '',
  } = await ask('sts:GetCallerIdentity', () => clients.sts.send(new GetCallerIdentityCommand({})));
  const reader = new Reader(clients, signal);
  const { info, lastUsed, subject } = await readKey(reader, options, Account);
  const writer = new Writer(options, reader.missing);
  await writer.json('caller.json', { Account, Arn, UserId });
  if (info) await writer.json('key/info.json', { AccessKeyId: keyId, Account: info.Account });
  if (lastUsed) await writer.json('key/last-used.json', { UserName: lastUsed.UserName, ...lastUsed.AccessKeyLastUsed });
  if (subject.type === 'unknown') {
    const kind = 'not-asked';
    writer.lacks({ piece: 'principal/', what: null, kind, permission: null, reason: subject.reason });
  }
  const pieces = [...piecesOf(subject), ...accountPieces(options.delays ?? reportDelays, signal)];
  for (const piece of pieces) await writer.piece(piece, reader);
  for await (const one of answers?.each ?? []) await writer.answer(one);
  const manifest: Manifest = {
    version: 1,
    keytrail: options.version,
    keyId,
    principal: arnOf(subject, Arn, Account),
    account: Account,
    caller: { arn: Arn, userId: UserId },
    collectedAt,
    finishedAt: now().toISOString(),
    store: answers?.store ?? null,
    files: writer.files,
    missing: reader.missing,
  };
  const text = formatManifest(manifest);
  const manifestSha256 = sha256Of(text);
  await sink.put(manifestName, Buffer.from(text));
  await sink.put(manifestHashName, Buffer.from(formatHash(manifestSha256)));
  const sealed = JSON.parse(text) as Manifest;
  return { manifest: sealed, manifestSha256, location: sink.location, missing: sealed.missing };
}

/** Before anything is written: whose key it is, and that it is one of this account. */
async function readKey(reader: Reader, { keyId, principal }: CollectOptions, account: string) {
  const { sts, iam } = reader.clients;
  const named = principal === null ? null : subjectOfArn(principal, account);
  if (keyId === null) {
    const reason = 'neither a key nor a principal was named';
    return { info: null, lastUsed: null, subject: named ?? ({ type: 'unknown', reason } as const) };
  }
  const AccessKeyId = keyId;
  const info = await reader.get('key/info.json', 'sts:GetAccessKeyInfo', () =>
    sts.send(new GetAccessKeyInfoCommand({ AccessKeyId })),
  );
  // Of a session from elsewhere, the role that it has here may be what the evidence is about.
  if (named === null && info?.Account !== undefined && info.Account !== account)
    throw new KeytrailError('guard_refused', `${keyId} belongs to account ${info.Account}, not to ${account}`, {
      hint: `Run the command with a responder's credentials of account ${info.Account}.`,
    });
  if (keyId.startsWith('ASIA')) {
    const reason = 'a temporary credential does not say whose it is: name its role or user with --principal';
    return { info, lastUsed: null, subject: named ?? ({ type: 'unknown', reason } as const) };
  }
  const lastUsed = await reader.get('key/last-used.json', 'iam:GetAccessKeyLastUsed', () =>
    iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId })),
  );
  return { info, lastUsed, subject: named ?? ownerOf(lastUsed) };
}

function ownerOf(lastUsed: { UserName?: string | undefined } | null | undefined): Subject {
  if (lastUsed === undefined) return { type: 'unknown', reason: 'AWS does not say whose key it is: give --principal' };
  if (lastUsed === null) return { type: 'unknown', reason: 'no user of the account has the key: give --principal' };
  const name = lastUsed.UserName ?? '';
  return name === '' || name === '<root_account>' ? { type: 'root' } : { type: 'user', name };
}

function piecesOf(subject: Subject): Piece[] {
  if (subject.type === 'user') return userPieces(subject.name);
  return subject.type === 'role' ? rolePieces(subject.name) : [];
}

/** Without the path, which only the record has. */
function arnOf(subject: Subject, callerArn: string, account: string): string | null {
  if (subject.type === 'unknown') return null;
  const partition = callerArn.split(':')[1] || 'aws';
  const name = subject.type === 'root' ? 'root' : `${subject.type}/${subject.name}`;
  return `arn:${partition}:iam::${account}:${name}`;
}

class Writer {
  readonly files: EvidenceFile[] = [];

  constructor(
    private readonly options: Pick<CollectOptions, 'sink' | 'signal' | 'onProgress'>,
    private readonly missing: Missing[],
  ) {}

  /** What AWS says does not exist is written as null: that it was absent is evidence too. */
  async piece({ name, read }: Piece, reader: Reader): Promise<void> {
    const content = await read(reader);
    if (content === undefined) this.options.onProgress?.(name, 'missing');
    else if (Buffer.isBuffer(content)) await this.put(name, content);
    else await this.json(name, content);
  }

  async answer(one: LogAnswer): Promise<void> {
    const piece = `answers/${one.query}.json`;
    const missing = { piece, what: null, permission: null };
    if (!('answer' in one)) return this.lacks({ ...missing, kind: one.kind, reason: one.reason });
    await this.put(piece, Buffer.from(`${jsonText(one.answer, 2)}\n`));
    if (one.truncated)
      this.missing.push({ ...missing, kind: 'cut', reason: 'there are more rows than were asked for' });
  }

  json(name: string, content: unknown): Promise<void> {
    return this.put(name, Buffer.from(evidenceJson(content)));
  }

  lacks(missing: Missing): void {
    this.missing.push(missing);
    this.options.onProgress?.(missing.piece, 'missing');
  }

  private async put(name: string, content: Buffer): Promise<void> {
    stopIfAborted(this.options.signal);
    await this.options.sink.put(name, content);
    this.files.push({ name, bytes: content.length, sha256: sha256Of(content) });
    this.options.onProgress?.(name, 'collected');
  }
}
