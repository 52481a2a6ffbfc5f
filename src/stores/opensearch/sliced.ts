import { KeytrailError } from '../../errors.js';
import type { Contract } from '../../model/contract.js';
import type { LogEvent } from '../../model/event.js';
import { intsPerSlice, type Slices, sliceKinds } from '../../model/slices.js';
import type { Bytes } from './bytes.js';
import { documentSchema, documentVersion } from './names.js';
import { type Derived, derivedOf } from './sliced-derived.js';
import { enrichedValue, listOf, type Put, putTime, putterOf, putUnmapped, Unusual } from './sliced-values.js';

const [openBrace, closeBrace, comma] = [0x7b, 0x7d, 0x2c];
/** What a document has beside its record: names, and what is computed and added. */
const otherBytes = 16_384;
/** A record's bytes come at most so often: parameters as text, each quote with a backslash, and as an object. */
const timesOfRecord = 6;

interface Leaf {
  key: Buffer;
  put: Put;
  /** Of the slice without which there is nothing to write; -1: none decides that. */
  position: number;
}

interface Struct {
  key: Buffer;
  children: Map<string, Leaf | Struct>;
}

const keyOf = (name: string): Buffer => Buffer.from(`${JSON.stringify(name)}:`);

/** Writes an event's document from its slices, as `documentMapper` would make it; false: that one must. */
export type SlicedDocument = (event: LogEvent, slices: Slices, out: Bytes) => boolean;

/** Compiles a contract; null where something in it can't be had from slices. */
export function slicedDocument(contract: Contract): SlicedDocument | null {
  const root: Struct = { key: Buffer.alloc(0), children: new Map() };
  const add = (field: string, put: Put, position = -1): void => {
    const steps = field.split('.');
    const leaf = steps.pop()!;
    let level = root;
    for (const step of steps) {
      const inner = level.children.get(step) ?? { key: keyOf(step), children: new Map() };
      if ('put' in inner) throw new KeytrailError('bad_contract', `ECS field ${field}: ${step} is a leaf already`);
      level.children.set(step, inner);
      level = inner;
    }
    level.children.set(leaf, { key: keyOf(leaf), put, position });
  };

  const derived: Derived | undefined = derivedOf(contract);
  if (derived === undefined) return null;
  add('@timestamp', putTime);
  const lists = contract.fields.filter(({ raw }) => raw.includes('[]'));
  for (const [position, field] of contract.fields.entries())
    for (const { field: name, type } of field.ecs) {
      if (name === '@timestamp') continue;
      const item = lists.indexOf(field);
      if (item < 0) add(name, putterOf(position, field, type), position);
      else add(name, listOf(contract.fields.length, item, lists.length));
    }
  for (const { derive, ecs } of contract.derived) {
    if (ecs.field === '@timestamp') continue;
    const put = derived[derive];
    if (!put) return null;
    add(ecs.field, put);
  }
  for (const { field } of contract.enriched) add(field, enrichedValue(field));
  add('unmapped', putUnmapped);
  const schema = Buffer.from(String(documentVersion));
  add(documentSchema, (_event, _slices, out) => {
    out.put(schema);
    return true;
  });

  const compiled = compile(root);
  return (event, slices, out) => {
    out.reserve((slices.to - slices.from) * timesOfRecord + otherBytes);
    const begin = out.length;
    try {
      putStruct(compiled, event, slices, out);
      // The comma behind it.
      out.length--;
      return true;
    } catch (error) {
      if (!(error instanceof Unusual)) throw error;
      out.length = begin;
      return false;
    }
  };
}

interface Compiled {
  key: Buffer;
  /** Where, from the first slice on, the kind is that decides; -1: nowhere. */
  kindAt: number;
  put: Put | null;
  children: Compiled[];
}

const compile = ({ key, children }: Struct): Compiled => ({
  key,
  kindAt: -1,
  put: null,
  children: [...children.values()].map((child) => {
    if (!('put' in child)) return compile(child);
    const { key, put, position } = child;
    return { key, put, kindAt: position < 0 ? -1 : position * intsPerSlice + 2, children: [] };
  }),
});

/** Each value is followed by a comma; an object's last one becomes its end. False, and nothing written: it is empty. */
function putStruct({ children }: Compiled, event: LogEvent, slices: Slices, out: Bytes): boolean {
  out.byte(openBrace);
  const begin = out.length;
  for (let i = 0; i < children.length; i++) {
    const child = children[i]!;
    if (child.kindAt >= 0 && slices.spots[slices.at + child.kindAt]! <= sliceKinds.null) continue;
    const before = out.length;
    out.put(child.key);
    if (child.put === null) {
      if (!putStruct(child, event, slices, out)) out.length = before;
    } else if (child.put(event, slices, out)) out.byte(comma);
    else out.length = before;
  }
  if (out.length === begin) return false;
  out.buffer[out.length - 1] = closeBrace;
  out.byte(comma);
  return true;
}
