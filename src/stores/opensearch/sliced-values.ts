import { isIP } from 'node:net';
import type { EcsType, Field } from '../../model/contract.js';
import type { Enriched, LogEvent } from '../../model/event.js';
import { intsPerSlice, type Slices, sliceKinds, textAt } from '../../model/slices.js';
import type { Bytes } from './bytes.js';
import { putFlat } from './sliced-flat.js';

/** Thrown where a document needs more than slices. */
export class Unusual extends Error {}
const unusual = new Unusual('not for slices');

/** Writes a value, or nothing where there is none. */
export type Put = (event: LogEvent, slices: Slices, out: Bytes) => boolean;

const { null: nothing, text, true: yes, false: no, number, json, hollow } = sliceKinds;
const quote = 0x22;

const [trueBytes, falseBytes] = [Buffer.from('true'), Buffer.from('false')];

/** A slice as a text. Empty ones are left out. */
function putText(slices: Slices, spot: number, out: Bytes): boolean {
  const { bytes, spots } = slices;
  const [from, to, kind] = [spots[spot]!, spots[spot + 1]!, spots[spot + 2]!];
  if (from === to) return false;
  out.byte(quote);
  if (kind === json || kind === hollow) out.escaped(bytes, from, to);
  else out.copy(bytes, from, to);
  out.byte(quote);
  return true;
}

const spotOf = ({ at }: Slices, position: number): number => at + position * intsPerSlice;

const putKeyword =
  (position: number): Put =>
  (_event, slices, out) => {
    const spot = spotOf(slices, position);
    return slices.spots[spot + 2]! > nothing && putText(slices, spot, out);
  };

const putBoolean =
  (position: number): Put =>
  (_event, slices, out) => {
    const spot = spotOf(slices, position);
    const kind = slices.spots[spot + 2]!;
    if (kind <= nothing) return false;
    const value = kind === yes || (kind === text && textAt(slices, position) === 'true');
    if (!value && kind !== no && textAt(slices, position) !== 'false') throw unusual;
    out.put(value ? trueBytes : falseBytes);
    return true;
  };

const digitsOf = { integer: 9, long: 15, epoch: 11 };

/** Text that is no address has another target, which keeps it. */
const putAddress =
  (position: number): Put =>
  (_event, slices, out) => {
    const address = textAt(slices, position);
    if (address === null || isIP(address) === 0) return false;
    return putText(slices, spotOf(slices, position), out);
  };

const flatObject =
  (position: number): Put =>
  (_event, { bytes, spots, at }, out) => {
    const spot = at + position * intsPerSlice;
    const kind = spots[spot + 2]!;
    if (kind !== json && kind !== hollow) return false;
    const put = putFlat(bytes, spots[spot]!, spots[spot + 1]!, kind === json, out);
    if (put === undefined) throw unusual;
    return put;
  };

/** Of at most so many digits, which any field of its type takes. */
const putNumber =
  (position: number, maxDigits: number): Put =>
  (_event, slices, out) => {
    const spot = spotOf(slices, position);
    const { bytes, spots } = slices;
    if (spots[spot + 2] !== number || spots[spot + 1]! - spots[spot]! > maxDigits) throw unusual;
    out.copy(bytes, spots[spot]!, spots[spot + 1]!);
    return true;
  };

/** What writes a field of a contract as one of its ECS targets. */
export function putterOf(position: number, { ecs, type: fieldType }: Field, type: EcsType): Put {
  switch (type) {
    case 'keyword':
    case 'raw':
      return putKeyword(position);
    case 'ip':
      if (ecs.length > 1) return putAddress(position);
      break;
    case 'boolean':
      return putBoolean(position);
    case 'integer':
    case 'long':
    case 'epoch':
      return putNumber(position, digitsOf[type === 'integer' || fieldType === 'integer' ? 'integer' : type]);
    case 'flat_object':
      return flatObject(position);
  }
  return (_event, slices) => {
    if (slices.spots[spotOf(slices, position) + 2]! > nothing) throw unusual;
    return false;
  };
}

const nullBytes = Buffer.from('null');
const [openBracket, closeBracket, comma] = [0x5b, 0x5d, 0x2c];

/** A field of a list's items: a list as long, null where an item lacks it; left out where all do. */
export const listOf =
  (fields: number, item: number, itemWidth: number): Put =>
  (_event, slices, out) => {
    let any = false;
    out.byte(openBracket);
    for (let i = 0; i < slices.items; i++) {
      const spot = spotOf(slices, fields + i * itemWidth + item);
      if (slices.spots[spot + 2]! > nothing && putText(slices, spot, out)) any = true;
      else out.put(nullBytes);
      out.byte(comma);
    }
    out.buffer[out.length - 1] = closeBracket;
    return any;
  };

export const putTime: Put = ({ time }, _slices, out) => {
  out.byte(quote);
  out.text(time);
  out.byte(quote);
  return true;
};

export const putUnmapped: Put = (_event, { unmapped }, out) => {
  if (unmapped === null) return false;
  out.text(JSON.stringify(unmapped));
  return true;
};

/** All of a document's together have room beside its record. */
const maxEnriched = 1024;

/** A value from a database, which may be any text. Events share what was found for an address and an agent. */
export function enrichedValue(field: string): Put {
  const written = new WeakMap<Enriched, Buffer>();
  return ({ enrichment }, _slices, out) => {
    if (enrichment === undefined) return false;
    let bytes = written.get(enrichment);
    if (bytes === undefined) {
      bytes = bytesOf(enrichment[field]);
      if (bytes.length > maxEnriched) throw unusual;
      written.set(enrichment, bytes);
    }
    out.put(bytes);
    return bytes.length > 0;
  };
}

const noBytes = Buffer.alloc(0);
const rememberedValues = 10_000;
const values = new Map<string | number, Buffer>();

function bytesOf(value: string | number | undefined): Buffer {
  if (value === undefined) return noBytes;
  let bytes = values.get(value);
  if (bytes === undefined) {
    if (values.size >= rememberedValues) values.clear();
    bytes = Buffer.from(JSON.stringify(value));
    values.set(value, bytes);
  }
  return bytes;
}
