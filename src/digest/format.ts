import { KeytrailError } from '../errors.js';

/** A log file as a digest names it. */
export interface NamedLog {
  bucket: string;
  key: string;
  /** SHA-256 of the uncompressed content, 64 hexadecimal digits in lower case. */
  hash: string;
}

/** The digest file before this one. */
export interface PreviousDigest {
  bucket: string;
  key: string;
  /** SHA-256 of the uncompressed content, in lower case; null where the digest doesn't say. */
  hash: string | null;
  /** In hexadecimal; null where the digest doesn't say. */
  signature: string | null;
}

/** A digest file's content. Source: "CloudTrail digest file structure". */
export interface DigestFile {
  bucket: string;
  key: string;
  /** Milliseconds since 1970. */
  start: number;
  end: number;
  /** As written: it is part of what is signed. */
  endText: string;
  fingerprint: string;
  algorithm: string;
  /** Null: the chain starts here. */
  previous: PreviousDigest | null;
  /** As written, or `null`: it is part of what is signed. */
  previousSignatureText: string;
  logs: NamedLog[];
}

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const sha256 = /^[0-9a-f]{64}$/i;
/** S3's own limit of a key is 1024 bytes; an RSA signature of 8192 bits has 2048 digits. */
const longest = 4096;

type Fields = Record<string, unknown>;

/** @throws KeytrailError `bad_object` that says what is wrong with it. */
export function parseDigest(content: Buffer): DigestFile {
  const fields = object(json(content), 'it');
  const endText = text(fields, 'digestEndTime');
  const previousSignature = optionalText(fields, 'previousDigestSignature');
  const algorithm = optionalText(fields, 'digestSignatureAlgorithm');
  return {
    bucket: text(fields, 'digestS3Bucket'),
    key: text(fields, 'digestS3Object'),
    start: moment(text(fields, 'digestStartTime'), 'digestStartTime'),
    end: moment(endText, 'digestEndTime'),
    endText,
    fingerprint: text(fields, 'digestPublicKeyFingerprint'),
    algorithm: algorithm ?? 'SHA256withRSA',
    previous: previousOf(fields, previousSignature),
    previousSignatureText: previousSignature ?? 'null',
    logs: list(fields.logFiles).map(logOf),
  };
}

function json(content: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (error) {
    throw new KeytrailError('bad_object', 'it is no JSON', { cause: error });
  }
}

function previousOf(fields: Fields, signature: string | null): PreviousDigest | null {
  const bucket = optionalText(fields, 'previousDigestS3Bucket');
  const key = optionalText(fields, 'previousDigestS3Object');
  if (bucket === null && key === null) return null;
  if (bucket === null || key === null) throw bad('it names half of the digest before it');
  const hash = optionalText(fields, 'previousDigestHashValue');
  return { bucket, key, hash: hash?.toLowerCase() ?? null, signature };
}

function list(value: unknown): unknown[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw bad('logFiles is no array');
  return value;
}

function logOf(value: unknown, at: number): NamedLog {
  const where = `logFiles[${at}]`;
  const fields = object(value, where);
  const algorithm = text(fields, 'hashAlgorithm', where);
  if (algorithm !== 'SHA-256') throw bad(`the hash algorithm of ${where} is not SHA-256`);
  const hash = text(fields, 'hashValue', where);
  if (!sha256.test(hash)) throw bad(`the hash of ${where} is no SHA-256`);
  return { bucket: text(fields, 's3Bucket', where), key: text(fields, 's3Object', where), hash: hash.toLowerCase() };
}

function object(value: unknown, where: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(`${where} is no JSON object`);
  return value as Fields;
}

function text(fields: Fields, name: string, where?: string): string {
  const value = optionalText(fields, name);
  if (value === null || value === '') throw bad(`${where === undefined ? '' : `${where}.`}${name} is missing`);
  return value;
}

function optionalText(fields: Fields, name: string): string | null {
  const value = Object.hasOwn(fields, name) ? fields[name] : null;
  if (value === null || value === undefined) return null;
  if (typeof value !== 'string' || value.length > longest) throw bad(`${name} is no text of sensible length`);
  return value;
}

function moment(value: string, name: string): number {
  const parsed = time.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(parsed)) throw bad(`${name} is no time`);
  return parsed;
}

function bad(what: string): KeytrailError {
  return new KeytrailError('bad_object', what);
}
