import type { DuckDBDataChunk } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { type Contract, type FieldType, positionIn } from '../../../model/contract.js';
import type { Enriched, LogEvent } from '../../../model/event.js';
import { type FieldValue, projector } from '../../../model/project.js';
import { intsPerSlice, type Slices, sliceKinds } from '../../../model/slices.js';
import { type Branch, nested } from '../../sql/types.js';
import { columnPaths } from '../schema.js';
import { Texts, wordsPerText } from './texts.js';
import {
  bigintColumn,
  doubleColumn,
  integerColumn,
  ListColumn,
  type Member,
  rowsPerChunk,
  StructColumn,
  TextColumn,
} from './vectors.js';

type Leaf = TextColumn | ReturnType<typeof integerColumn | typeof bigintColumn | typeof doubleColumn>;

/** A list of structs, and the positions of its members' fields in the contract. */
interface List {
  column: ListColumn;
  members: { position: number; leaf: Leaf }[];
}

const { null: nothing, escaped } = sliceKinds;
/** Enough for a chunk of records of a usual size. */
const maxTextBytes = 4 * 1024 * 1024;
/** Longer numbers may be none of its type. */
const digitsOfInteger = 9;
const zero = 0x30;
/** Of a text in DuckDB's memory. */
const bytesPerText = 4 * wordsPerText;

/**
 * Rows of a contract's table under construction, up to a chunk of DuckDB's: the `position` that each was given, and the
 * table's columns. What an event has slices for is copied as it lies in the record, once, and pointed to.
 */
export class RowChunk {
  readonly members: readonly Member[];
  #rows = 0;
  readonly #texts = new Texts();
  readonly #positions = integerColumn();
  readonly #ids = new TextColumn(this.#texts);
  readonly #project: ReturnType<typeof projector>;
  readonly #unmapped: TextColumn;
  /** By position in the contract. */
  readonly #fields: readonly Leaf[];
  /** Positions of the fields that are INTEGER. */
  readonly #integers: readonly number[];
  readonly #lists: readonly List[];
  readonly #enriched: readonly { field: string; leaf: Leaf }[];
  readonly #timeAt: number;
  readonly #origin: { account: TextColumn; region: TextColumn } | null;
  /** Texts that many rows share, and where they lie. */
  readonly #shared = new Map<string, { from: number; length: number }>();

  constructor(contract: Contract) {
    const { fields, enriched, log } = contract;
    this.#project = projector(contract);
    const byPath = new Map<string, Leaf>();
    const lists = new Map<string, ListColumn>();
    const grow = (branches: Branch<{ path: string; type: FieldType }>[], path: string): Member[] =>
      branches.map(({ name, list, content }) => {
        const here = path === '' ? name : `${path}.${name}`;
        if (!Array.isArray(content)) {
          const leaf = this.#leaf(content.type);
          byPath.set(content.path, leaf);
          return { name, column: leaf };
        }
        const members = grow(content, here);
        if (!list) return { name, column: new StructColumn(members) };
        const column = new ListColumn(members);
        lists.set(here, column);
        return { name, column };
      });
    const columns = grow(nested(columnPaths(contract)), '');
    this.members = [{ name: 'position', column: this.#positions }, { name: 'id', column: this.#ids }, ...columns];

    const leaves = fields.map(({ column }) => byPath.get(column)!);
    this.#fields = leaves;
    this.#integers = fields.flatMap(({ type }, position) => (type === 'integer' ? [position] : []));
    this.#lists = [...lists].map(([path, column]) => ({
      column,
      members: fields.flatMap((field, position) =>
        field.column.startsWith(`${path}[].`) ? [{ position, leaf: leaves[position]! }] : [],
      ),
    }));
    this.#unmapped = byPath.get('unmapped') as TextColumn;
    this.#enriched = enriched.map(({ field }) => ({ field, leaf: byPath.get(field)! }));
    this.#timeAt = positionIn(contract, 'eventTime');
    this.#origin =
      log === 'vpcflow'
        ? {
            account: leaves[positionIn(contract, 'aws-account-id')] as TextColumn,
            region: leaves[positionIn(contract, 'aws-region')] as TextColumn,
          }
        : null;
  }

  #leaf(type: FieldType): Leaf {
    if (type === 'integer') return integerColumn();
    if (type === 'bigint') return bigintColumn();
    return type === 'double' ? doubleColumn() : new TextColumn(this.#texts);
  }

  get full(): boolean {
    return this.#rows === rowsPerChunk || this.#texts.length >= maxTextBytes;
  }

  put(position: number, event: LogEvent): void {
    const row = this.#rows;
    this.#positions.put(row, position);
    this.#ids.write(row, event.id);
    const { slices, enrichment } = event;
    if (slices && this.#fits(slices)) this.#putSlices(row, event, slices);
    else this.#putRecord(row, event);
    if (enrichment) this.#enrich(row, enrichment);
    this.#rows++;
  }

  /** Moves the rows into a chunk that has the columns' types. */
  moveTo(output: DuckDBDataChunk): void {
    const texts = this.#texts;
    const rows = this.#rows;
    output.rowCount = rows;
    const { chunk } = output;
    // The chunk's own memory, which every pointer leads into: while one of its columns has it, all have.
    const owner = duckdb.data_chunk_get_vector(chunk, 1);
    duckdb.vector_assign_string_element_len(owner, 0, texts.bytes.subarray(0, texts.length));
    const { buffer, byteOffset } = duckdb.vector_get_data(owner, bytesPerText);
    const text = new DataView(buffer, byteOffset, bytesPerText);
    // Nothing is to be pointed to that DuckDB did not take.
    if (text.getUint32(0, true) !== texts.length) throw new TypeError('DuckDB did not take the texts of a chunk');
    const address = { low: text.getUint32(8, true), high: text.getUint32(12, true) };
    for (const [i, { column }] of this.members.entries())
      column.copyTo(duckdb.data_chunk_get_vector(chunk, i), rows, address);
    this.clear();
  }

  clear(): void {
    // One more: of a row that failed in the middle there may be something.
    const rows = Math.min(this.#rows + 1, rowsPerChunk);
    for (const { column } of this.members) column.clear(rows);
    this.#texts.clear();
    this.#shared.clear();
    this.#rows = 0;
  }

  /** Whether every number is one of its column's. */
  #fits({ spots, at }: Slices): boolean {
    for (const position of this.#integers) {
      const spot = at + position * intsPerSlice;
      if (spots[spot + 2]! > nothing && spots[spot + 1]! - spots[spot]! > digitsOfInteger) return false;
    }
    return true;
  }

  #putSlices(row: number, event: LogEvent, slices: Slices): void {
    const { bytes, at, from, items, unmapped, origin } = slices;
    const fields = this.#fields;
    const moved = this.#texts.copy(bytes, from, slices.to) - from;
    for (let position = 0, spot = at; position < fields.length; position++, spot += intsPerSlice)
      if (position !== this.#timeAt) putSlice(fields[position]!, row, slices, spot, moved);
    if (this.#timeAt >= 0) put(fields[this.#timeAt]!, row, event.time);
    if (items > 0) this.#putItems(row, slices, moved);
    if (unmapped !== null) this.#unmapped.write(row, unmapped);
    if (origin === null) return;
    if (origin.account !== null) this.#share(this.#origin!.account, row, origin.account);
    if (origin.region !== null) this.#share(this.#origin!.region, row, origin.region);
  }

  /** Slices have one list at the most. */
  #putItems(row: number, slices: Slices, moved: number): void {
    const { at, items } = slices;
    const { column, members } = this.#lists[0]!;
    const first = column.put(row, items);
    let spot = at + this.#fields.length * intsPerSlice;
    for (let item = 0; item < items; item++)
      for (const { leaf } of members) {
        putSlice(leaf, first + item, slices, spot, moved);
        spot += intsPerSlice;
      }
  }

  #putRecord(row: number, { record }: LogEvent): void {
    const { values, unmapped } = this.#project(record);
    for (const [position, value] of values.entries()) {
      if (value === null || Array.isArray(value)) continue;
      put(this.#fields[position]!, row, value);
    }
    for (const { column, members } of this.#lists) {
      const lists = members.map(({ position }) => values[position]!) as Extract<FieldValue, unknown[]>[];
      if (!Array.isArray(lists[0])) continue;
      const first = column.put(row, lists[0].length);
      for (const [i, { leaf }] of members.entries())
        for (const [item, value] of lists[i]!.entries()) if (value !== null) put(leaf, first + item, value);
    }
    if (unmapped !== null) this.#unmapped.write(row, unmapped);
  }

  #enrich(row: number, enrichment: Enriched): void {
    for (const { field, leaf } of this.#enriched) {
      const value = enrichment[field];
      if (value === undefined) continue;
      if (leaf instanceof TextColumn) this.#share(leaf, row, value as string);
      else leaf.put(row, value as number);
    }
  }

  #share(column: TextColumn, row: number, text: string): void {
    let place = this.#shared.get(text);
    if (place === undefined) {
      const from = this.#texts.write(text);
      place = { from, length: this.#texts.length - from };
      this.#shared.set(text, place);
    }
    column.put(row, place.from, place.length);
  }
}

function put(leaf: Leaf, row: number, value: string | number): void {
  if (leaf instanceof TextColumn) leaf.write(row, value as string);
  else leaf.put(row, value as number);
}

/** What lies in a slice, if anything. `moved`: by how much the record's bytes lie further on in the chunk's texts. */
function putSlice(leaf: Leaf, row: number, { bytes, spots }: Slices, spot: number, moved: number): void {
  const kind = spots[spot + 2]!;
  if (kind <= nothing) return;
  const begin = spots[spot]!;
  const end = spots[spot + 1]!;
  if (!(leaf instanceof TextColumn)) leaf.put(row, numberAt(bytes, begin, end));
  else if (kind === escaped) leaf.write(row, unescaped(bytes, begin, end));
  else leaf.put(row, moved + begin, end - begin);
}

/** Of at most 15 digits. */
function numberAt(bytes: Buffer, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 10 + bytes[at]! - zero;
  return value;
}

const unescaped = (bytes: Buffer, from: number, to: number): string =>
  JSON.parse(bytes.toString('latin1', from - 1, to + 1)) as string;
