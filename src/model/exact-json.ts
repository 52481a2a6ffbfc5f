/**
 * JSON without loss. JSON.parse keeps the nearest double of a number and the last of members that have the same name;
 * a record of evidence is written as the log has it. Records that JSON.parse does not change, nearly all, stay plain
 * objects and go through JSON.stringify.
 */

/** A number as the log writes it, where JSON.stringify would write it otherwise: 12345678901234567890, 1e400, -0, 2.0. */
export class ExactNumber {
  constructor(readonly text: string) {}

  /** The double of the same value; NaN where there is none. */
  get value(): number {
    const double = Number(this.text);
    return normalForm(this.text) === normalForm(String(double)) ? double : Number.NaN;
  }

  toString(): string {
    return this.text;
  }

  /** For whoever doesn't write exactly: as text it is not rounded. */
  toJSON(): string {
    return this.text;
  }
}

/** A scalar as a text column takes it; null for what is no scalar. */
export function scalarText(value: unknown): string | null {
  const scalar = ['string', 'number', 'boolean'].includes(typeof value) || value instanceof ExactNumber;
  return scalar ? String(value) : null;
}

/** Of an object, the members that a later one of the same name takes the place of, in the order of the text. */
const earlier = Symbol('earlier members');
/** Of a record, that it must be written exactly. */
const inexact = Symbol('changed by JSON.parse');

type Members = Record<string, unknown> & { [earlier]?: [name: string, value: unknown][] };

/** Longer ones are no double's, and not worth the arithmetic. */
const maxComparedLength = 400;

/** Sign, digits without zeros at either end, and a power of ten: the same for texts of the same value. */
function normalForm(text: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!parts || text.length > maxComparedLength) return text;
  const [, sign, whole, fraction = '', exponent = '0'] = parts;
  const digits = (whole! + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return `${sign}0`;
  const power = BigInt(exponent) + BigInt(digits.length - significant.length - fraction.length);
  return `${sign}${significant}e${power}`;
}

/** Adds a member to an object; one of the same name is kept before it. */
export function addMember(object: object, name: string, value: unknown): void {
  const members = object as Members;
  if (Object.hasOwn(members, name)) {
    members[earlier] ??= [];
    members[earlier].push([name, members[name]]);
  }
  // By assignment `__proto__` would be no member.
  if (name === '__proto__') Object.defineProperty(members, name, { ...plain, value });
  else members[name] = value;
}

const plain = { configurable: true, enumerable: true, writable: true };

/** The members that a later one of the same name takes the place of. */
export const earlierMembers = (object: object): readonly (readonly [name: string, value: unknown])[] =>
  (object as Members)[earlier] ?? [];

/** Every member, those of one name in the order of the text. */
export function membersOf(object: object): (readonly [name: string, value: unknown])[] {
  const members = Object.entries(object);
  const before = earlierMembers(object);
  if (before.length === 0) return members;
  const byName = new Map<string, (readonly [name: string, value: unknown])[]>();
  for (const member of [...before, ...members]) {
    const same = byName.get(member[0]);
    if (same) same.push(member);
    else byName.set(member[0], [member]);
  }
  return members.flatMap(([name]) => byName.get(name)!);
}

/** Marks a record that holds exact numbers or several members of one name. */
export function markExact<Record extends object>(record: Record): Record {
  (record as { [inexact]?: true })[inexact] = true;
  return record;
}

export const isExact = (record: object): boolean => (record as { [inexact]?: true })[inexact] === true;

/** JSON text of any part of a record, as the log has it but for blanks and escapes. */
export const toJson = (part: unknown, record: object): string =>
  isExact(record) ? writeExact(part) : JSON.stringify(part);

/** What `toJson` writes of a part of a marked record. */
export function writeExact(value: unknown): string {
  if (value instanceof ExactNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map(writeExact).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${membersOf(value)
    .map(([name, inner]) => `${JSON.stringify(name)}:${writeExact(inner)}`)
    .join(',')}}`;
}

/**
 * Text that JSON.parse takes, without its losses: a number becomes an `ExactNumber` where need be, and members of one
 * name are all kept, the last in its place. An object at the top is marked when it holds any of the two.
 */
export function parseExact(text: string): unknown {
  const reader = new Reader(text);
  const value = reader.value();
  return reader.lossy && typeof value === 'object' && value !== null ? markExact(value) : value;
}

const quote = 0x22;
const backslash = 0x5c;

class Reader {
  lossy = false;
  #at = 0;
  readonly #number = /[-+.\deE]+/y;

  constructor(private readonly text: string) {}

  value(): unknown {
    switch (this.#next()) {
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case '"':
        return this.#string();
      case 't':
        this.#at += 4;
        return true;
      case 'f':
        this.#at += 5;
        return false;
      case 'n':
        this.#at += 4;
        return null;
      default:
        return this.#numberValue();
    }
  }

  /** The next character that is no blank; stays before it. */
  #next(): string {
    while (this.text.charCodeAt(this.#at) <= 0x20) this.#at++;
    return this.text[this.#at]!;
  }

  #object(): object {
    const object: Members = {};
    this.#at++;
    while (this.#next() !== '}') {
      if (this.text[this.#at] === ',') {
        this.#at++;
        this.#next();
      }
      const name = this.#string();
      this.#next();
      this.#at++;
      addMember(object, name, this.value());
    }
    this.#at++;
    if (object[earlier]) this.lossy = true;
    return object;
  }

  #array(): unknown[] {
    const items: unknown[] = [];
    this.#at++;
    while (this.#next() !== ']') {
      if (this.text[this.#at] === ',') this.#at++;
      items.push(this.value());
    }
    this.#at++;
    return items;
  }

  #string(): string {
    const from = this.#at;
    let escaped = false;
    let end = from + 1;
    for (let code = this.text.charCodeAt(end); code !== quote; code = this.text.charCodeAt(end)) {
      if (code === backslash) escaped = true;
      end += code === backslash ? 2 : 1;
    }
    this.#at = end + 1;
    return escaped ? (JSON.parse(this.text.slice(from, this.#at)) as string) : this.text.slice(from + 1, end);
  }

  #numberValue(): number | ExactNumber {
    this.#number.lastIndex = this.#at;
    const [text] = this.#number.exec(this.text)!;
    this.#at = this.#number.lastIndex;
    const double = Number(text);
    if (String(double) === text) return double;
    this.lossy = true;
    return new ExactNumber(text);
  }
}
