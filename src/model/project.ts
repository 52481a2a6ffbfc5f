import type { Contract, Field } from './contract.js';
import type { RawRecord } from './event.js';
import { addMember, ExactNumber, earlierMembers, isExact, writeExact } from './exact-json.js';

/** The value of one field: a primitive, or for `name[].leaf` a list with one entry per struct. */
export type FieldValue = string | number | null | (string | number | null)[];

export interface Projection {
  /** By position in `contract.fields`; null where the record lacks the field. */
  values: FieldValue[];
  /** JSON of everything that no field took, or null: unknown names, and values of another type than the contract's. */
  unmapped: string | null;
}

type Node =
  | { kind: 'leaf'; position: number; field: Field }
  | { kind: 'struct'; children: Map<string, Node> }
  | { kind: 'list'; children: Map<string, Node>; positions: number[] };

function grow(contract: Contract): Map<string, Node> {
  const root = new Map<string, Node>();
  contract.fields.forEach((field, position) => {
    const steps = field.raw.split('.');
    let children = root;
    let list: Extract<Node, { kind: 'list' }> | null = null;
    steps.forEach((step, depth) => {
      const name = step.replace('[]', '');
      if (depth === steps.length - 1) {
        children.set(name, { kind: 'leaf', position, field });
        list?.positions.push(position);
        return;
      }
      let node = children.get(name);
      if (!node) {
        node = step.endsWith('[]')
          ? { kind: 'list', children: new Map(), positions: [] }
          : { kind: 'struct', children: new Map() };
        children.set(name, node);
      }
      if (node.kind === 'leaf') throw new TypeError(`${field.raw}: ${name} is a leaf already`);
      if (node.kind === 'list') list = node;
      children = node.children;
    });
  });
  return root;
}

/** JSON that every engine takes: half a surrogate pair, which no UTF-8 can hold, becomes U+FFFD. */
function jsonText(value: unknown, exact: boolean): string {
  const text = exact ? writeExact(value) : JSON.stringify(value);
  if (!/\\ud[89a-f]/i.test(text)) return text;
  return text.replace(/\\(u[dD][89a-fA-F][0-9a-fA-F]{2}|[\s\S])/g, (whole, escaped: string) =>
    escaped.length === 5 ? '\\ufffd' : whole,
  );
}

/** The value as the field's type, or undefined where it is of another type. */
function coerce(given: unknown, type: Field['type'], exact: boolean): string | number | undefined {
  if (type === 'json') return jsonText(given, exact);
  const value = given instanceof ExactNumber ? (isText(type) ? given.text : given.value) : given;
  switch (type) {
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? value : undefined;
    case 'bigint':
      return Number.isSafeInteger(value) ? (value as number) : undefined;
    case 'double':
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
    default:
      if (typeof value === 'string') return value;
      return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
  }
}

const isText = (type: Field['type']): boolean => type === 'string' || type === 'timestamp';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);

/** Takes a struct apart; returns what is left over, or undefined when nothing is. */
function take(
  record: Record<string, unknown>,
  children: Map<string, Node>,
  put: (position: number, value: string | number) => void,
  values: FieldValue[],
  exact: boolean,
): Record<string, unknown> | undefined {
  let left: Record<string, unknown> | undefined;
  if (exact)
    for (const [name, value] of earlierMembers(record)) {
      left ??= Object.create(null) as Record<string, unknown>;
      addMember(left, name, value);
    }
  for (const name of Object.keys(record)) {
    const value = record[name];
    if (value === null || value === undefined) continue;
    const node = children.get(name);
    let rest: unknown = value;
    if (node?.kind === 'leaf') {
      const coerced = coerce(value, node.field.type, exact);
      if (coerced !== undefined) {
        put(node.position, coerced);
        continue;
      }
    } else if (node?.kind === 'struct' && isObject(value)) {
      rest = take(value, node.children, put, values, exact);
      if (rest === undefined) continue;
    } else if (node?.kind === 'list' && Array.isArray(value)) {
      rest = takeList(value, node, values, exact);
      if (rest === undefined) continue;
    }
    left ??= Object.create(null) as Record<string, unknown>;
    if (exact) addMember(left, name, rest);
    else left[name] = rest;
  }
  return left;
}

function takeList(
  items: unknown[],
  node: Extract<Node, { kind: 'list' }>,
  values: FieldValue[],
  exact: boolean,
): unknown[] | undefined {
  const left: unknown[] = [];
  const columns = new Map(node.positions.map((position) => [position, [] as (string | number | null)[]]));
  for (const item of items) {
    for (const column of columns.values()) column.push(null);
    const rest = isObject(item)
      ? take(
          item,
          node.children,
          (position, value) => {
            const column = columns.get(position)!;
            column[column.length - 1] = value;
          },
          values,
          exact,
        )
      : item;
    if (rest !== undefined && rest !== null) left.push(rest);
  }
  for (const [position, column] of columns) values[position] = column;
  return left.length > 0 ? left : undefined;
}

/** Compiles a contract into the function that takes a record apart. Nothing of the record is lost. */
export function projector(contract: Contract): (record: RawRecord) => Projection {
  const root = grow(contract);
  const width = contract.fields.length;
  return (record) => {
    const values: FieldValue[] = new Array(width).fill(null);
    const exact = isExact(record);
    const left = take(
      record,
      root,
      (position, value) => {
        values[position] = value;
      },
      values,
      exact,
    );
    return { values, unmapped: left === undefined ? null : jsonText(left, exact) };
  };
}
