import type { Random } from './random.js';

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * An access key id that tells its account: of the 48 bits that start the base32 part, the first is set,
 * the next 40 are the account id, 7 are noise, as are the 32 bits after them.
 */
export function accessKeyIdOf(prefix: 'AKIA' | 'ASIA', accountId: string, random: Random): string {
  const bytes = Buffer.alloc(10);
  bytes.writeUIntBE(2 ** 47 + Number(accountId) * 128 + random.between(0, 127), 0, 6);
  bytes.writeUInt32BE(random.word(), 6);
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let index = 0; index < 16; index++) {
    text = base32[Number(bits & 31n)] + text;
    bits >>= 5n;
  }
  return prefix + text;
}

/** The unique id of a user (AIDA) or a role (AROA). */
export const principalIdOf = (prefix: 'AIDA' | 'AROA', random: Random): string => prefix + random.letters(17, base32);

/** The random part of a CloudTrail file's name. */
export const fileSuffixOf = (random: Random): string => random.letters(16, alphanumeric);

export const s3RequestIdOf = (random: Random): string => random.letters(16, base32);

/** As long as STS makes them; it opens nothing. */
export const sessionTokenOf = (random: Random): string => `IQoJb3JpZ2luX2VjE${random.bytes(510).toString('base64')}`;

/** `YYYY-MM-DDTHH:mm:ssZ` of seconds since 1970. */
export const timeText = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The way in which STS and IAM write a time into responseElements: `Mar 2, 2026, 1:05:09 PM`. */
export function longTimeText(seconds: number): string {
  const date = new Date(seconds * 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const hour = date.getUTCHours();
  const clock = `${hour % 12 || 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${hour < 12 ? 'AM' : 'PM'}`;
  return `${months[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}, ${clock}`;
}

/** `YYYYMMDDTHHmmZ`, as the names of log files have it. */
export const fileTimeText = (seconds: number): string => `${timeText(seconds).slice(0, 16).replace(/[-:]/g, '')}Z`;
