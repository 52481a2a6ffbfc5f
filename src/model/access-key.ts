/** What an access key id says by itself. Source: "IAM identifiers: Understanding unique ID prefixes". */
export interface AccessKeyFacts {
  kind: 'long-term' | 'temporary' | 'unknown';
  /** The account it was issued in, decoded offline; null for ids of the older generation, which don't decode. */
  account: string | null;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The first 48 bits of characters 5 to 20, in base32, hold the account id in bits 7 to 46. */
function accountOf(accessKeyId: string): string | null {
  if (!/^[A-Z]{4}[A-Z2-7]{16}$/.test(accessKeyId)) return null;
  // The newer generation sets the first bit of the payload; the older one holds no account.
  if (alphabet.indexOf(accessKeyId[4]!) < 16) return null;
  let bits = 0n;
  for (const character of accessKeyId.slice(4, 14)) bits = (bits << 5n) | BigInt(alphabet.indexOf(character));
  const first48 = bits >> 2n;
  return String((first48 & 0x7fffffffff80n) >> 7n).padStart(12, '0');
}

export function accessKeyFacts(accessKeyId: string): AccessKeyFacts {
  const prefix = accessKeyId.slice(0, 4);
  const kind = prefix === 'AKIA' ? 'long-term' : prefix === 'ASIA' ? 'temporary' : 'unknown';
  return { kind, account: kind === 'unknown' ? null : accountOf(accessKeyId) };
}
