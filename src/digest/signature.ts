import { type KeyObject, verify } from 'node:crypto';
import type { DigestFile } from './format.js';

/**
 * What CloudTrail signs of a digest. `hash` is the SHA-256 of the digest file's uncompressed content, in hexadecimal.
 * Source: "Custom implementations of CloudTrail log file integrity validation", "Recreate the data signing string".
 */
export function signedText(digest: DigestFile, hash: string): string {
  return [digest.endText, `${digest.bucket}/${digest.key}`, hash, digest.previousSignatureText].join('\n');
}

const hexadecimal = /^(?:[0-9a-f]{2})+$/i;

/** Whether `signature`, in hexadecimal, is this key's over this text (SHA256withRSA: PKCS #1 v1.5). */
export function isSignedBy(key: KeyObject, signed: string, signature: string): boolean {
  if (!hexadecimal.test(signature)) return false;
  return verify('sha256', Buffer.from(signed), key, Buffer.from(signature, 'hex'));
}
