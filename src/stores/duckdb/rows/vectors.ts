import { BIGINT, DOUBLE, type DuckDBType, INTEGER, LIST, STRUCT, VARCHAR } from '@duckdb/node-api';
import duckdb, { type Vector } from '@duckdb/node-bindings';
import { pointTo, putText, type Texts, wordsPerText } from './texts.js';

/** DuckDB's own size of a vector; those of a list's items grow. */
export const rowsPerChunk = 2048;
/** Of a `duckdb_list_entry`, two numbers of 64 bits. */
const wordsPerEntry = 4;

/** Where the texts lie in DuckDB's memory: the halves of an address. */
export interface Address {
  low: number;
  high: number;
}

/**
 * What becomes a vector of DuckDB, in its layout: a bit for each value that is there, and the values. Filled in
 * JavaScript and copied as a whole, a value costs some ten nanoseconds, where one set through a call costs hundreds.
 */
export interface Column {
  readonly type: DuckDBType;
  /** A bit for each row, set where there is a value. */
  valid: Uint8Array;
  /** Copies `rows` rows into a vector of the column's type. */
  copyTo(vector: Vector, rows: number, texts: Address): void;
  /** Every row is NULL again. */
  clear(rows: number): void;
}

type Elements = Uint32Array | Float64Array;

const bitsOf = (rows: number): number => Math.ceil(rows / 64) * 8;

function copyValidity(vector: Vector, valid: Uint8Array, rows: number): void {
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, valid.buffer as ArrayBuffer, valid.byteOffset, bitsOf(rows));
}

function copyData(vector: Vector, data: Elements, rows: number, perRow: number): void {
  const bytes = rows * perRow * data.BYTES_PER_ELEMENT;
  duckdb.copy_data_to_vector(vector, 0, data.buffer as ArrayBuffer, data.byteOffset, bytes);
}

function mark(valid: Uint8Array, row: number): void {
  valid[row >> 3]! |= 1 << (row & 7);
}

/** A column whose values have a size, of `perRow` elements; it grows as they come. */
abstract class Values<Data extends Elements> implements Column {
  valid: Uint8Array;
  protected data: Data;
  #capacity = rowsPerChunk;
  #used = false;

  constructor(
    readonly type: DuckDBType,
    private readonly perRow: number,
    private readonly elements: (count: number) => Data,
  ) {
    this.valid = new Uint8Array(bitsOf(this.#capacity));
    this.data = elements(this.#capacity * perRow);
  }

  /** Before a value is put into a row. */
  protected hold(row: number): void {
    this.#used = true;
    while (row >= this.#capacity) this.#grow();
    mark(this.valid, row);
  }

  #grow(): void {
    this.#capacity *= 2;
    const data = this.elements(this.#capacity * this.perRow);
    data.set(this.data);
    this.data = data;
    const valid = new Uint8Array(bitsOf(this.#capacity));
    valid.set(this.valid);
    this.valid = valid;
  }

  copyTo(vector: Vector, rows: number, texts: Address): void {
    // Of a list's items, the last may have no value here.
    while (rows > this.#capacity) this.#grow();
    copyValidity(vector, this.valid, rows);
    if (!this.#used) return;
    this.point(rows, texts);
    copyData(vector, this.data, rows, this.perRow);
  }

  protected point(_rows: number, _texts: Address): void {}

  clear(rows: number): void {
    if (!this.#used) return;
    this.#used = false;
    this.valid.fill(0, 0, bitsOf(rows));
    this.data.fill(0, 0, Math.min(rows, this.#capacity) * this.perRow);
  }
}

const words = (count: number): Uint32Array => new Uint32Array(count);

export class TextColumn extends Values<Uint32Array> {
  constructor(private readonly texts: Texts) {
    super(VARCHAR, wordsPerText, words);
  }

  /** What lies at `from` in the chunk's texts. */
  put(row: number, from: number, length: number): void {
    this.hold(row);
    putText(this.data, row, this.texts.bytes, from, length);
  }

  write(row: number, text: string): void {
    const from = this.texts.write(text);
    this.put(row, from, this.texts.length - from);
  }

  protected override point(rows: number, { low, high }: Address): void {
    pointTo(this.data, rows, low, high);
  }
}

/** Numbers that an element holds. */
class NumberColumn<Data extends Elements> extends Values<Data> {
  put(row: number, value: number): void {
    this.hold(row);
    this.data[row] = value;
  }
}

class BigintColumn extends Values<Uint32Array> {
  /** A safe integer. */
  put(row: number, value: number): void {
    this.hold(row);
    this.data[row * 2] = value;
    this.data[row * 2 + 1] = Math.floor(value / 2 ** 32);
  }
}

export const integerColumn = () => new NumberColumn(INTEGER, 1, words);
export const doubleColumn = () => new NumberColumn(DOUBLE, 1, (count) => new Float64Array(count));
export const bigintColumn = () => new BigintColumn(BIGINT, 2, words);

export interface Member {
  name: string;
  column: Column;
}

const typesOf = (members: readonly Member[]): Record<string, DuckDBType> =>
  Object.fromEntries(members.map(({ name, column }) => [name, column.type]));

/** A struct, NULL where all its members are. */
export class StructColumn implements Column {
  readonly type: DuckDBType;
  valid = new Uint8Array(bitsOf(rowsPerChunk));

  constructor(private readonly members: readonly Member[]) {
    this.type = STRUCT(typesOf(members));
  }

  copyTo(vector: Vector, rows: number, texts: Address): void {
    const { members, valid } = this;
    for (const [i, { column }] of members.entries()) {
      column.copyTo(duckdb.struct_vector_get_child(vector, i), rows, texts);
      for (let at = 0; at < bitsOf(rows); at++) valid[at]! |= column.valid[at]!;
    }
    copyValidity(vector, valid, rows);
  }

  clear(rows: number): void {
    this.valid.fill(0, 0, bitsOf(rows));
    for (const { column } of this.members) column.clear(rows);
  }
}

/** A list of structs, none of which is NULL. */
export class ListColumn implements Column {
  readonly type: DuckDBType;
  valid = new Uint8Array(bitsOf(rowsPerChunk));
  /** Of all rows so far. */
  items = 0;
  /** Where a row's items begin, and how many there are, as 64 bits each. */
  readonly #entries = new Uint32Array(rowsPerChunk * wordsPerEntry);

  constructor(private readonly members: readonly Member[]) {
    this.type = LIST(STRUCT(typesOf(members)));
  }

  /** Adds a row's items; the number of the first one, which its members' columns take for their row. */
  put(row: number, length: number): number {
    const first = this.items;
    mark(this.valid, row);
    this.#entries[row * wordsPerEntry] = first;
    this.#entries[row * wordsPerEntry + 2] = length;
    this.items += length;
    return first;
  }

  copyTo(vector: Vector, rows: number, texts: Address): void {
    duckdb.list_vector_reserve(vector, this.items);
    duckdb.list_vector_set_size(vector, this.items);
    const structs = duckdb.list_vector_get_child(vector);
    if (this.items > 0)
      for (const [i, { column }] of this.members.entries())
        column.copyTo(duckdb.struct_vector_get_child(structs, i), this.items, texts);
    copyData(vector, this.#entries, rows, wordsPerEntry);
    copyValidity(vector, this.valid, rows);
  }

  clear(rows: number): void {
    for (const { column } of this.members) column.clear(this.items);
    this.items = 0;
    this.valid.fill(0, 0, bitsOf(rows));
    this.#entries.fill(0, 0, rows * wordsPerEntry);
  }
}
