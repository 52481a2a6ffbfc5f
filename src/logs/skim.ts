import type { Contract, FieldType } from '../model/contract.js';
import { intsPerSlice, type Slices, sliceKinds } from '../model/slices.js';
import { JsonSkimmer } from './skim-json.js';

interface Member {
  /** Its name and what follows it: `eventName":`. */
  key: Buffer;
  /** Of its slice. */
  position: number;
  children: Members | null;
  isList: boolean;
  isJson: boolean;
  /** Which members came after this one in the records before: nearly always one of two. */
  next: Member | null;
  other: Member | null;
}

/** The members of a struct; what is remembered of its first one is in `before`. */
interface Members {
  byKey: Map<string, Member>;
  before: Member;
}

const { absent, null: nothing } = sliceKinds;
const quote = 0x22;
const comma = 0x2c;
const letterN = 0x6e;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** Longer records may have more of one thing or other than a document takes. */
const maxBytes = 30_000;
const maxItems = 64;
/** By how many ints their memory grows: that of some hundred records. */
const poolInts = 65_536;

const memberOf = (name: string, position: number, type: FieldType | null): Member => ({
  key: Buffer.from(`${name}":`),
  position,
  children: null,
  isList: false,
  isJson: type === 'json',
  next: null,
  other: null,
});

const noMembers = (): Members => ({ byKey: new Map(), before: memberOf('', -1, null) });

/**
 * Finds the slices of a contract's fields in a record's bytes, in one pass. It takes records as AWS writes them:
 * no blanks, ASCII, no member twice, every value of its field's type. Of any other it says nothing,
 * and somebody slower reads it; the two agree wherever both answer.
 */
export class Skimmer {
  /** Behind the record that was skimmed last. */
  end = 0;
  readonly #json = new JsonSkimmer();
  readonly #root = noMembers();
  /** Slices of the fields, of the structs and lists around them (marks that one was seen), and of items. */
  readonly #width: number;
  readonly #marked: number;
  readonly #itemWidth: number;
  #spots = new Int32Array(poolInts);
  #at = 0;
  #items = 0;
  /** Members of the struct that was skimmed last that no field takes. */
  #left = '';

  constructor({ fields }: Contract) {
    this.#width = fields.length;
    let marks = fields.length;
    let items = 0;
    for (const [position, { raw, type }] of fields.entries()) {
      let level = this.#root;
      const steps = raw.split('.');
      for (const [depth, step] of steps.entries()) {
        const name = step.replace('[]', '');
        let member = level.byKey.get(name);
        if (!member) {
          const isLeaf = depth === steps.length - 1;
          // In a list, a field's place among the item's; its own slice stays absent.
          const inList = isLeaf && steps.some((other) => other.endsWith('[]'));
          member = memberOf(name, isLeaf ? (inList ? items++ : position) : marks++, isLeaf ? type : null);
          level.byKey.set(name, member);
          if (!isLeaf) {
            member.children = noMembers();
            member.isList = step.endsWith('[]');
          }
        }
        if (member.children) level = member.children;
      }
    }
    this.#marked = marks;
    this.#itemWidth = items;
  }

  /** The slices of the record that begins at `from`, or null. */
  skim(bytes: Buffer, from: number): Slices | null {
    const most = (this.#marked + maxItems * this.#itemWidth) * intsPerSlice;
    if (this.#at + most > this.#spots.length) {
      this.#spots = new Int32Array(poolInts);
      this.#at = 0;
    }
    const spots = this.#spots;
    const at = this.#at;
    spots.fill(0, at, at + this.#marked * intsPerSlice);
    this.#items = 0;
    const end = this.#struct(bytes, from, this.#root, 0);
    if (end < 0 || end - from > maxBytes) return null;
    this.end = end;
    // The marks have done their work: the items' slices take their place.
    const [fields, marks] = [this.#width * intsPerSlice, this.#marked * intsPerSlice];
    const itemInts = this.#items * this.#itemWidth * intsPerSlice;
    spots.copyWithin(at + fields, at + marks, at + marks + itemInts);
    this.#at = at + fields + itemInts;
    const unmapped = this.#left === '' ? null : `{${this.#left}}`;
    return { bytes, from, to: end, spots, at, items: this.#items, unmapped, origin: null };
  }

  /** Behind the object that begins at `from`; -1: unusual. `base`: how many slices lie before those of its leaves. */
  #struct(bytes: Buffer, from: number, members: Members, base: number): number {
    const { length } = bytes;
    this.#left = '';
    if (bytes[from] !== openBrace) return -1;
    let at = from + 1;
    if (bytes[at] === closeBrace) return at + 1;
    let last = members.before;
    let left = '';
    while (at < length) {
      if (bytes[at] !== quote) return -1;
      const member = this.#member(bytes, at + 1, members, last);
      if (member === null) {
        const end = base === 0 ? this.#unknown(bytes, at, left) : -1;
        if (end < 0) return -1;
        left = joined(left, bytes.toString('latin1', at, end));
        at = end;
      } else {
        last = member;
        const value = at + 1 + member.key.length;
        at = this.#value(bytes, value, member, base);
        if (at < 0) return -1;
        if (member.children !== null && this.#left !== '')
          left = joined(left, `"${member.key.toString('latin1')}{${this.#left}}`);
      }
      const byte = bytes[at++];
      if (byte === closeBrace) {
        this.#left = left;
        return at;
      }
      if (byte !== comma) return -1;
    }
    return -1;
  }

  /** Behind a member that no field takes, which begins at `at`. */
  #unknown(bytes: Buffer, at: number, left: string): number {
    const json = this.#json;
    const colon = json.value(bytes, at);
    // A name that begins with a digit may change places in JavaScript.
    if (colon < 0 || json.kind !== sliceKinds.text || isDigit(bytes[at + 1]!) || bytes[colon] !== 0x3a) return -1;
    if (left.includes(bytes.toString('latin1', at, colon + 1))) return -1;
    const end = json.value(bytes, colon + 1);
    return (json.kind as number) === nothing ? -1 : end;
  }

  /** The member whose name begins at `at`; null for a name that is none. */
  #member(bytes: Buffer, at: number, members: Members, last: Member): Member | null {
    if (last.next !== null && begins(bytes, at, last.next.key)) return last.next;
    if (last.other !== null && begins(bytes, at, last.other.key)) return last.other;
    const end = bytes.indexOf(quote, at);
    if (end < 0) return null;
    const member = members.byKey.get(bytes.toString('latin1', at, end));
    if (member === undefined || !begins(bytes, at, member.key)) return null;
    last.other = last.next;
    last.next = member;
    return member;
  }

  #value(bytes: Buffer, at: number, { children, isList, isJson, position }: Member, base: number): number {
    const spots = this.#spots;
    const spot = this.#at + (children === null ? base + position : position) * intsPerSlice;
    if (spots[spot + 2] !== absent) return -1;
    const byte = bytes[at]!;
    this.#left = '';
    if (children !== null && byte !== letterN) {
      spots[spot + 2] = nothing;
      return isList ? this.#list(bytes, at, children) : this.#struct(bytes, at, children, base);
    }
    const json = this.#json;
    const isText = byte === quote;
    if (!isText && !isJson && (byte === openBrace || byte === openBracket)) return -1;
    const end = json.value(bytes, at);
    if (end < 0) return -1;
    if (isJson && json.kind < sliceKinds.json && json.kind !== nothing) return -1;
    spots[spot] = isText ? at + 1 : at;
    spots[spot + 1] = isText ? end - 1 : end;
    spots[spot + 2] = json.kind;
    return end;
  }

  #list(bytes: Buffer, from: number, children: Members): number {
    if (bytes[from] !== openBracket) return -1;
    let at = from + 1;
    // No slice says that there was an empty one.
    if (bytes[at] === closeBracket) return -1;
    while (this.#items < maxItems) {
      const base = this.#marked + this.#items * this.#itemWidth;
      const first = this.#at + base * intsPerSlice;
      this.#spots.fill(0, first, first + this.#itemWidth * intsPerSlice);
      this.#items++;
      at = this.#struct(bytes, at, children, base);
      if (at < 0) return -1;
      const byte = bytes[at++];
      if (byte === closeBracket) return at;
      if (byte !== comma) return -1;
    }
    return -1;
  }
}

function begins(bytes: Buffer, at: number, key: Uint8Array): boolean {
  if (at + key.length > bytes.length) return false;
  for (let i = 0; i < key.length; i++) if (bytes[at + i] !== key[i]) return false;
  return true;
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

const joined = (before: string, more: string): string => (before === '' ? more : `${before},${more}`);
