import { isIP } from 'node:net';
import { KeytrailError } from '../../errors.js';
import type { Contract, EcsTarget, EcsType } from '../../model/contract.js';
import { derivations } from '../../model/derive.js';
import type { LogEvent, RawRecord } from '../../model/event.js';
import { type FieldValue, projector } from '../../model/project.js';
import { flatten, wellFormed } from './flat.js';

type Document = Record<string, unknown>;
type Scalar = Exclude<FieldValue, readonly unknown[] | null>;

const timestampField = '@timestamp';
/** The years 1 to 9999, in seconds. */
const minEpoch = -62_135_596_800;
const maxEpoch = 253_402_300_799;

/** `YYYY-MM-DDTHH:mm:ssZ`, of a day that exists. */
export function isTime(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return false;
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString().slice(0, 19) === text.slice(0, 19);
}

/** The value as its OpenSearch type takes it, or undefined where the node would refuse it. */
function convert(value: Scalar, type: EcsType): unknown {
  switch (type) {
    case 'ip':
      return typeof value === 'string' && isIP(value) !== 0 ? value : undefined;
    case 'boolean':
      return value === 'true' ? true : value === 'false' ? false : undefined;
    case 'date':
      return typeof value === 'string' && isTime(value) ? value : undefined;
    case 'epoch':
      return typeof value === 'number' && value >= minEpoch && value <= maxEpoch ? value : undefined;
    case 'integer':
    case 'long':
    case 'double':
      // The contract's own type has bounded it already.
      return typeof value === 'number' ? value : undefined;
    default:
      return wellFormed(String(value));
  }
}

/** A list keeps its length, null for what is absent: `resources.arn[1]` and `resources.type[1]` are one resource. */
function convertAny(value: FieldValue | readonly string[], type: EcsType): unknown {
  if (value === null || value === '') return undefined;
  if (!Array.isArray(value)) return convert(value as Scalar, type);
  const list = value.map((item) => (item === null || item === '' ? null : (convert(item, type) ?? null)));
  return list.some((item) => item !== null) ? list : undefined;
}

function setter(field: string): (document: Document, value: unknown) => void {
  const steps = field.split('.');
  const leaf = steps.pop()!;
  return (document, value) => {
    let level = document;
    for (const step of steps) {
      level[step] ??= {};
      level = level[step] as Document;
    }
    level[leaf] = value;
  };
}

const reader = (path: string) => {
  const steps = path.split('.');
  return (record: RawRecord): unknown =>
    steps.reduce<unknown>(
      (value, step) => (typeof value === 'object' && value !== null ? (value as RawRecord)[step] : undefined),
      record,
    );
};

const compileTarget = ({ field, type }: EcsTarget) => ({ type, set: setter(field) });

/** A value that no target of its field could take: it stays, under its raw name, with what is unmapped. */
function keepBeside(unmapped: string | null, misfits: ReadonlyMap<string, FieldValue>): string | null {
  if (misfits.size === 0) return unmapped;
  const added = JSON.stringify(Object.fromEntries(misfits));
  // As text: read and written again, it would not be what the log has.
  return unmapped === null ? added : `${unmapped.slice(0, -1)},${added.slice(1)}`;
}

/**
 * Compiles a contract into the function that makes an event's document, which a node with the contract's
 * template always accepts. Empty strings are left out. Nothing else of the record is lost.
 */
export function documentMapper(contract: Contract): (event: LogEvent) => Document {
  const project = projector(contract);
  const fields = contract.fields.map((field) => ({
    name: field.raw,
    isTime: field.ecs.some(({ field }) => field === timestampField),
    targets: field.ecs
      .filter(({ field, type }) => field !== timestampField && type !== 'flat_object')
      .map(compileTarget),
  }));
  const flattened = contract.fields.flatMap(({ raw, ecs }) =>
    ecs.filter(({ type }) => type === 'flat_object').map(({ field }) => ({ read: reader(raw), set: setter(field) })),
  );
  const derived = contract.derived
    .filter(({ ecs }) => ecs.field !== timestampField)
    .map(({ derive, ecs }) => {
      const derivation = derivations[contract.log][derive];
      if (!derivation) throw new KeytrailError('bad_contract', `ingest/${contract.log}: nothing is called ${derive}`);
      return { derive: derivation, ...compileTarget(ecs) };
    });
  const enriched = contract.enriched.map(({ field }) => ({ field, set: setter(field) }));

  return (event) => {
    const { values, unmapped } = project(event.record);
    const document: Document = { [timestampField]: event.time };
    const misfits = new Map<string, FieldValue>();
    for (const [position, { name, isTime, targets }] of fields.entries()) {
      const value = values[position] ?? null;
      if (value === null || value === '') continue;
      if (isTime) {
        if (value !== event.time) misfits.set(name, value);
        continue;
      }
      let kept = targets.length === 0 || Array.isArray(value);
      for (const { type, set } of targets) {
        const converted = convertAny(value, type);
        if (converted === undefined) continue;
        set(document, converted);
        kept = true;
      }
      if (!kept) misfits.set(name, value);
    }
    for (const { read, set } of flattened) {
      const flat = flatten(read(event.record));
      if (flat) set(document, flat);
    }
    for (const { derive, type, set } of derived) {
      const converted = convertAny(derive(event.record), type);
      if (converted !== undefined) set(document, converted);
    }
    if (event.enrichment)
      for (const { field, set } of enriched) {
        const value = event.enrichment[field];
        if (value !== undefined) set(document, value);
      }
    const rest = keepBeside(unmapped, misfits);
    if (rest !== null) document.unmapped = rest;
    return document;
  };
}
