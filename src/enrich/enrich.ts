import type { Enriched, LogName, RawRecord } from '../model/event.js';
import { classify } from './address.js';
import { parseAgent } from './agent.js';
import { remembered } from './cache.js';
import { type DatabaseFiles, type DatabaseState, type Databases, openDatabases } from './databases.js';

export interface Enrichment {
  /** What there is to enrich with, and what there is not: to be said, never left silent. */
  readonly databases: readonly DatabaseState[];
  /** The values that the contract's `enriched` names, those that are known. */
  enrich(log: LogName, record: RawRecord): Enriched;
}

/** Addresses and agents repeat: an hour of an account's trail has a few hundred of either. */
const rememberedTexts = 20_000;
const maxNameLength = 256;
const nothing: Enriched = {};

const inside = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/** `country_code` in ip-location-db's files, `country.iso_code` in MaxMind's and DB-IP's own. */
function countryOf({ country }: Databases, ip: string): string | null {
  const found = country?.(ip);
  const code = inside(found, 'country_code') ?? inside(inside(found, 'country'), 'iso_code');
  return typeof code === 'string' && /^[A-Z]{2}$/.test(code) ? code : null;
}

function systemOf({ asn }: Databases, ip: string): { number: number | null; name: string | null } {
  const found = asn?.(ip);
  const number = inside(found, 'autonomous_system_number');
  const name = inside(found, 'autonomous_system_organization');
  return {
    number: typeof number === 'number' && Number.isSafeInteger(number) ? number : null,
    name: typeof name === 'string' && name !== '' ? name.slice(0, maxNameLength) : null,
  };
}

function addressFields(databases: Databases, side: 'source' | 'destination', text: string): Enriched {
  const { class: kind, ip } = classify(text);
  const fields: Enriched = { [`keytrail.${side}.class`]: kind };
  if (ip === null) return fields;
  const country = countryOf(databases, ip);
  if (country !== null) fields[`${side}.geo.country_iso_code`] = country;
  const { number, name } = systemOf(databases, ip);
  if (number !== null) fields[`${side}.as.number`] = number;
  if (name !== null) fields[`${side}.as.organization.name`] = name;
  return fields;
}

function agentFields(text: string): Enriched {
  const agent = parseAgent(text);
  if (!agent) return nothing;
  const fields: Enriched = { 'user_agent.name': agent.name };
  if (agent.version !== null) fields['user_agent.version'] = agent.version;
  if (agent.os !== null) fields['user_agent.os.name'] = agent.os;
  return fields;
}

/** Compiles databases into the function that enriches a record; it does no I/O. */
export function enricher(databases: Databases): Enrichment['enrich'] {
  const source = remembered(rememberedTexts, (text) => addressFields(databases, 'source', text));
  const destination = remembered(rememberedTexts, (text) => addressFields(databases, 'destination', text));
  const agent = remembered(rememberedTexts, agentFields);
  const both = joiner();
  const of = (fields: (text: string) => Enriched, value: unknown): Enriched =>
    typeof value === 'string' && value !== '' ? fields(value) : nothing;
  const byLog: Partial<Record<LogName, (record: RawRecord) => Enriched>> = {
    cloudtrail: (record) => both(of(source, record.sourceIPAddress), of(agent, record.userAgent)),
    vpcflow: (record) => both(of(source, record.srcaddr), of(destination, record.dstaddr)),
  };
  return (log, record) => byLog[log]?.(record) ?? nothing;
}

/** Joins fields; those of one place come with few others, so that the same two are often joined. */
function joiner(): (first: Enriched, second: Enriched) => Enriched {
  let joined = new WeakMap<Enriched, WeakMap<Enriched, Enriched>>();
  let pairs = 0;
  return (first, second) => {
    if (first === nothing || second === nothing) return first === nothing ? second : first;
    let others = joined.get(first);
    if (!others) {
      others = new WeakMap();
      joined.set(first, others);
    }
    let both = others.get(second);
    if (!both) {
      if (pairs++ > rememberedTexts) {
        joined = new WeakMap();
        pairs = 0;
      }
      both = { ...first, ...second };
      others.set(second, both);
    }
    return both;
  };
}

/** Loads what there is to enrich with. Throws `usage` for a named file that can't be read. */
export async function openEnrichment(files: DatabaseFiles = {}): Promise<Enrichment> {
  const { states, ...databases } = await openDatabases(files);
  return { databases: states, enrich: enricher(databases) };
}
