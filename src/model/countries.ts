import { readFileSync } from 'node:fs';
import { packagePath } from './paths.js';

/** The middle of a country, in whole degrees. */
export interface Country {
  code: string;
  latitude: number;
  longitude: number;
}

let loaded: Country[] | undefined;

/** ingest/countries.csv, by code (ISO 3166-1). */
export function countries(): readonly Country[] {
  loaded ??= readFileSync(packagePath('ingest/countries.csv'), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [code = '', latitude, longitude] = line.split(',');
      return { code, latitude: Number(latitude), longitude: Number(longitude) };
    });
  return loaded;
}

const earthKm = 6371;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** The way between two, along the surface, in whole kilometres: as queries/impossible-travel/athena.sql computes it. */
export function distanceKm(a: Country, b: Country): number {
  const latitude = Math.sin(radians(b.latitude - a.latitude) / 2) ** 2;
  const longitude = Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  const arc = latitude + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * longitude;
  return Math.floor(2 * earthKm * Math.asin(Math.sqrt(Math.min(arc, 1))));
}
