import type { DuckDBDataChunk } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { type Contract, type FieldType, positionIn } from '../../../model/contract.js';
import type { Enriched, LogEvent } from '../../../model/event.js';
import { type FieldValue, projector } from '../../../model/project.js';
import { intsPerSlice, type Slices, sliceKinds } from '../../../model/slices.js';
import { type Branch, nested } from '../../sql/types.js';
import { columnPaths } from '../schema.js';
import { Texts } from './texts.js';
import {
  BigintColumn,
  bytesPerText,
  DoubleColumn,
  IntegerColumn,
  ListColumn,
  type Member,
  rowsPerChunk,
  StructColumn,
  TextColumn,
} from './vectors.js';

type NumberColumn = IntegerColumn | BigintColumn | DoubleColumn;
type Leaf = TextColumn | NumberColumn;

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

/**
 * Rows of a contract's table under construction, up to a chunk of DuckDB's: the `position` that each was given, and the
 * table's columns. What an event has slices for is copied as it lies in the record, once, and pointed to.
 */
export class RowChunk {
  readonly members: readonly Member[];
  #rows = 0;
  readonly #texts = new Texts();
  readonly #positions = new IntegerColumn();
  readonly #ids = new TextColumn(this.#texts);
  readonly #project: ReturnType<typeof projector>;
  readonly #unmapped: TextColumn;
  /** By position in the contract; null for those of the other kind, and for a list's. */
  readonly #textFields: readonly (TextColumn | null)[];
  readonly #numberFields: readonly (NumberColumn | null)[];
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
    const leaves = new Map<string, Leaf>();
    const lists = new Map<string, ListColumn>();
    const grow = (branches: Branch<{ path: string; type: FieldType }>[], path: string): Member[] =>
      branches.map(({ name, list, content }) => {
        const here = path === '' ? name : `${path}.${name}`;
        if (!Array.isArray(content)) {
          const leaf = this.#leaf(content.type);
          leaves.set(content.path, leaf);
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

    const leafOf = (position: number): Leaf => leaves.get(fields[position]!.column)!;
    const inList = fields.map(({ column }) => column.includes('[]'));
    const texts = fields.map((_, position) => {
      const leaf = leafOf(position);
      return !inList[position] && leaf instanceof TextColumn ? leaf : null;
    });
    this.#textFields = texts;
    this.#numberFields = fields.map((_, position) => {
      const leaf = leafOf(position);
      return !inList[position] && !(leaf instanceof TextColumn) ? leaf : null;
    });
    this.#integers = fields.flatMap((_, position) => (leafOf(position) instanceof IntegerColumn ? [position] : []));
    this.#lists = [...lists].map(([path, column]) => ({
      column,
      members: fields.flatMap((field, position) =>
        field.column.startsWith(`${path}[].`) ? [{ position, leaf: leafOf(position) }] : [],
      ),
    }));
    this.#unmapped = leaves.get('unmapped') as TextColumn;
    this.#enriched = enriched.map(({ field }) => ({ field, leaf: leaves.get(field)! }));
    this.#timeAt = positionIn(contract, 'eventTime');
    this.#origin =
      log === 'vpcflow'
        ? {
            account: texts[positionIn(contract, 'aws-account-id')]!,
            region: texts[positionIn(contract, 'aws-region')]!,
          }
        : null;
  }

  #leaf(type: FieldType): Leaf {
    if (type === 'integer') return new IntegerColumn();
    if (type === 'bigint') return new BigintColumn();
    return type === 'double' ? new DoubleColumn() : new TextColumn(this.#texts);
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
    const { bytes, spots, at, from, items, unmapped, origin } = slices;
    const textFields = this.#textFields;
    const moved = this.#texts.copy(bytes, from, slices.to) - from;
    for (let position = 0, spot = at; position < textFields.length; position++, spot += intsPerSlice) {
      const kind = spots[spot + 2]!;
      if (kind <= nothing || position === this.#timeAt) continue;
      const begin = spots[spot]!;
      const text = textFields[position]!;
      if (text === null) this.#numberFields[position]!.put(row, numberAt(bytes, begin, spots[spot + 1]!));
      else if (kind === escaped) text.write(row, unescaped(bytes, begin, spots[spot + 1]!));
      else text.put(row, moved + begin, spots[spot + 1]! - begin);
    }
    if (this.#timeAt >= 0) textFields[this.#timeAt]!.write(row, event.time);
    if (items > 0) this.#putItems(row, slices, moved);
    if (unmapped !== null) this.#unmapped.write(row, unmapped);
    if (origin === null) return;
    if (origin.account !== null) this.#share(this.#origin!.account, row, origin.account);
    if (origin.region !== null) this.#share(this.#origin!.region, row, origin.region);
  }

  /** Slices have one list at the most. */
  #putItems(row: number, { bytes, spots, at, items }: Slices, moved: number): void {
    const { column, members } = this.#lists[0]!;
    const first = column.put(row, items);
    let spot = at + this.#textFields.length * intsPerSlice;
    for (let item = 0; item < items; item++)
      for (const { leaf } of members) {
        const kind = spots[spot + 2]!;
        const begin = spots[spot]!;
        const end = spots[spot + 1]!;
        spot += intsPerSlice;
        if (kind <= nothing) continue;
        if (!(leaf instanceof TextColumn)) leaf.put(first + item, numberAt(bytes, begin, end));
        else if (kind === escaped) leaf.write(first + item, unescaped(bytes, begin, end));
        else leaf.put(first + item, moved + begin, end - begin);
      }
  }

  #putRecord(row: number, { record }: LogEvent): void {
    const { values, unmapped } = this.#project(record);
    for (const [position, value] of values.entries()) {
      if (value === null || Array.isArray(value)) continue;
      put(this.#textFields[position] ?? this.#numberFields[position]!, row, value);
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

/** Of at most 15 digits. */
function numberAt(bytes: Buffer, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 10 + bytes[at]! - zero;
  return value;
}

const unescaped = (bytes: Buffer, from: number, to: number): string =>
  JSON.parse(bytes.toString('latin1', from - 1, to + 1)) as string;
