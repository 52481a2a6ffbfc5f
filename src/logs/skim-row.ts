import { contractOf, positionIn } from '../model/contract.js';
import type { Enriched, LogEvent, RawRecord } from '../model/event.js';
import { hash128, type ObjectOrigin } from '../model/object.js';
import { intsPerSlice, type Slices, sliceKinds } from '../model/slices.js';
import { fromEpoch } from './time.js';
import { numberFields } from './vpcflow-fields.js';

const contract = contractOf('vpcflow');
const startAt = positionIn(contract, 'start');
const endAt = positionIn(contract, 'end');
const width = contract.fields.length;

const blank = 0x20;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;
/** Numbers up to here are whole in JavaScript. */
const maxShortDigits = 15;
const poolInts = 65_536;
const rememberedTimes = 4096;

/** Printable ASCII but what JSON escapes. */
const plain = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte > blank && byte < 0x7f && byte !== 0x22 && byte !== 0x5c ? 1 : 0,
);

interface Column {
  position: number;
  isNumber: boolean;
}

/** Finds the slices of rows below one header. Of an unusual row it says nothing, and somebody slower reads it. */
export class RowSkimmer {
  readonly #times = new Map<number, string>();
  #spots = new Int32Array(poolInts);
  #at = 0;

  private constructor(
    private readonly columns: readonly Column[],
    private readonly origin: ObjectOrigin,
    private readonly toRecord: (row: Buffer) => RawRecord,
    private readonly path: string,
  ) {}

  /** Null where a column is no field of the contract. `toRecord` reads a row that was skimmed. */
  static of(fields: readonly string[], origin: ObjectOrigin, toRecord: (row: Buffer) => RawRecord): RowSkimmer | null {
    const columns = fields.map((name) => ({ position: positionIn(contract, name), isNumber: numberFields.has(name) }));
    if (columns.some(({ position }) => position < 0)) return null;
    return new RowSkimmer(columns, origin, toRecord, origin.path.replace(/\.gz$/, ''));
  }

  skim(row: Buffer, number: number): LogEvent | null {
    if (this.#at + width * intsPerSlice > this.#spots.length) {
      this.#spots = new Int32Array(poolInts);
      this.#at = 0;
    }
    const { columns, origin } = this;
    const [spots, at] = [this.#spots, this.#at];
    spots.fill(0, at, at + width * intsPerSlice);
    const { length } = row;
    let from = 0;
    for (let i = 0; i < columns.length; i++) {
      const { position, isNumber } = columns[i]!;
      let to = from;
      if (isNumber) while (to < length && row[to]! >= zero && row[to]! <= nine) to++;
      else while (to < length && plain[row[to]!] === 1) to++;
      const spot = at + position * intsPerSlice;
      let kind: number = isNumber ? sliceKinds.number : sliceKinds.text;
      if (to === from) {
        // A number's place may hold a `-`.
        if (!isNumber || row[from] !== minus) return null;
        to++;
        kind = sliceKinds.null;
      } else if (isNumber) {
        if (to - from > maxShortDigits || (row[from] === zero && to > from + 1)) return null;
      } else if (to === from + 1 && row[from] === minus) kind = sliceKinds.null;
      const isLast = i === columns.length - 1;
      if (isLast ? to !== length : row[to] !== blank) return null;
      spots[spot] = from;
      spots[spot + 1] = to;
      spots[spot + 2] = kind;
      from = to + 1;
    }
    const slices: Slices = { bytes: row, from: 0, to: length, spots, at, items: 0, unmapped: null, origin };
    const time = this.#time(slices);
    if (time === null) return null;
    this.#at += width * intsPerSlice;
    const id = hash128('vpcflow', this.path, String(number), row.toString('latin1'));
    return new SkimmedRow(id, time, slices, number, this.toRecord);
  }

  #time({ bytes, spots, at }: Slices): string | null {
    for (const position of [startAt, endAt]) {
      const spot = at + position * intsPerSlice;
      if (spots[spot + 2] !== sliceKinds.number) continue;
      let seconds = 0;
      for (let i = spots[spot]!; i < spots[spot + 1]!; i++) seconds = seconds * 10 + bytes[i]! - zero;
      const known = this.#times.get(seconds);
      if (known !== undefined) return known;
      const time = fromEpoch(seconds);
      if (this.#times.size >= rememberedTimes) this.#times.clear();
      if (time !== null) this.#times.set(seconds, time);
      return time;
    }
    return null;
  }
}

class SkimmedRow implements LogEvent {
  enrichment?: Enriched;
  #record: RawRecord | null = null;

  constructor(
    readonly id: string,
    readonly time: string,
    readonly slices: Slices,
    readonly position: number,
    private readonly toRecord: (row: Buffer) => RawRecord,
  ) {}

  get bytes(): number {
    return this.slices.bytes.length;
  }

  get record(): RawRecord {
    this.#record ??= this.toRecord(this.slices.bytes);
    return this.#record;
  }
}
