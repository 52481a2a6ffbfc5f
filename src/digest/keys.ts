import { createPublicKey, type KeyObject } from 'node:crypto';
import { KeytrailError } from '../errors.js';

/** Where the public keys come from that digests are checked with. */
export interface PublicKeys {
  /**
   * The key with this fingerprint, among those that signed digests of the Region within the time range (milliseconds
   * since 1970); null where there is none.
   */
  find(fingerprint: string, region: string, from: number, to: number): Promise<KeyObject | null>;
  close(): void;
}

/** Keys from what `aws cloudtrail list-public-keys` printed, once for each Region. */
export function listedKeys(lists: readonly { name: string; content: string }[]): PublicKeys {
  const keys = new Map(lists.flatMap(({ name, content }) => [...parseKeyList(name, content)]));
  return {
    find: async (fingerprint) => keys.get(fingerprint.toLowerCase()) ?? null,
    close: () => {},
  };
}

function parseKeyList(name: string, content: string): Map<string, KeyObject> {
  const entries = entriesOf(content);
  if (entries === null) throw notAList(name);
  const keys = new Map<string, KeyObject>();
  for (const entry of entries) {
    const { Fingerprint, Value } = (entry ?? {}) as Record<string, unknown>;
    if (typeof Fingerprint !== 'string' || typeof Value !== 'string') throw notAList(name);
    const key = publicKey(Buffer.from(Value, 'base64'));
    if (key === null) throw notAList(name, `the value of ${JSON.stringify(Fingerprint)} is no RSA key`);
    keys.set(Fingerprint.toLowerCase(), key);
  }
  return keys;
}

/** The command prints PublicKeyList; AWS's own sample of it begins with a small letter. */
function entriesOf(content: string): unknown[] | null {
  try {
    const { PublicKeyList, publicKeyList } = JSON.parse(content) as Record<string, unknown>;
    const list = PublicKeyList ?? publicKeyList;
    return Array.isArray(list) ? list : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

/**
 * A key as ListPublicKeys gives it: DER, of PKCS #1 as documented ("ListPublicKeys"), or of SubjectPublicKeyInfo as one
 * of the documentation's samples is. Null for anything else than an RSA key.
 */
export function publicKey(der: Uint8Array): KeyObject | null {
  return rsaKey(der, 'pkcs1') ?? rsaKey(der, 'spki');
}

function rsaKey(der: Uint8Array, type: 'pkcs1' | 'spki'): KeyObject | null {
  try {
    const key = createPublicKey({ key: Buffer.from(der), format: 'der', type });
    return key.asymmetricKeyType === 'rsa' ? key : null;
  } catch {
    // These bytes are no key of this encoding. OpenSSL's complaint has a code on Node 20 and none from 22 on.
    return null;
  }
}

function notAList(name: string, why = 'there is no PublicKeyList in it'): KeytrailError {
  return new KeytrailError('usage', `${JSON.stringify(name)} holds no public keys: ${why}`, {
    hint: 'Give what "aws cloudtrail list-public-keys --start-time … --region …" prints, a file for each Region.',
  });
}
