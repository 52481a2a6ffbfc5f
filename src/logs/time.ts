const iso = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:[.,]\d+)?(?:Z|([+-])(\d\d):?(\d\d))$/;

/** 9999-12-31T23:59:59Z, in seconds since 1970. */
const lastSecond = 253_402_300_799;

/** `YYYY-MM-DDTHH:mm:ssZ` of an ISO 8601 time with an offset, fractions dropped; null for anything else. */
export function toSeconds(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  if (isPlain(value)) return value;
  const [, day, clock, sign, hours, minutes] = iso.exec(value) ?? [];
  if (day === undefined || clock === undefined) return null;
  const written = `${day}T${clock}Z`;
  const epoch = Date.parse(written) / 1000;
  // Date.parse rolls 30 February over to March, and 24 o'clock into the next day.
  const mayRoll = !(day.slice(8) <= '28' && clock < '24');
  if (mayRoll ? fromEpoch(epoch) !== written : Number.isNaN(epoch)) return null;
  if (sign === undefined) return written;
  if (Number(hours) > 23 || Number(minutes) > 59) return null;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60;
  return fromEpoch(sign === '+' ? epoch - offset : epoch + offset);
}

/** `YYYY-MM-DDTHH:mm:ssZ` of whole seconds since 1970 UTC; null before the year 0 and after 9999. */
export function fromEpoch(seconds: number): string | null {
  if (!(seconds <= lastSecond)) return null;
  const text = new Date(seconds * 1000).toISOString();
  return text.length === 24 ? `${text.slice(0, 19)}Z` : null;
}

/** Whether the text is a time as it is to be, on one of the days that every month has. */
function isPlain(text: string): boolean {
  if (text.length !== plain.length) return false;
  for (let i = 0; i < plain.length; i++) {
    const expected = plain.charCodeAt(i);
    const found = text.charCodeAt(i);
    if (expected === zero ? found < zero || found > zero + 9 : found !== expected) return false;
  }
  const two = (at: number): number => (text.charCodeAt(at) - zero) * 10 + text.charCodeAt(at + 1) - zero;
  const [month, day] = [two(5), two(8)];
  return month >= 1 && month <= 12 && day >= 1 && day <= 28 && two(11) < 24 && two(14) < 60 && two(17) < 60;
}

const plain = '0000-00-00T00:00:00Z';
const zero = 0x30;
