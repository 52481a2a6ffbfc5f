import { KeytrailError } from '../errors.js';
import { rowOrder } from '../model/cell.js';
import { countries, distanceKm } from '../model/countries.js';
import type { BoundQuestion, Row } from '../model/question.js';
import type { Engine } from '../stores/store.js';
import { questionById } from './load.js';

const maxPlaces = 1_000_000;

/** Rows of the question `impossible-travel`, from those of `countries-used`: each identity's places in their order. */
export async function impossibleTravel(engine: Engine, { question, scope, values }: BoundQuestion): Promise<Row[]> {
  const places = await engine.ask({
    question: questionById('countries-used'),
    scope,
    values: { limit: maxPlaces + 1 },
  });
  if (places.length > maxPlaces)
    throw new KeytrailError('store_failed', `${question.id} has more than ${maxPlaces} places to compare`, {
      hint: 'Narrow the scope: a key, a shorter time range, fewer accounts or Regions.',
    });
  const byCode = new Map(countries().map((country) => [country.code, country]));
  const rows = places.flatMap((here, place): Row[] => {
    const there = places[place - 1];
    if (!there || there.identity !== here.identity || there.country === here.country) return [];
    const [from, to] = [byCode.get(there.country as string), byCode.get(here.country as string)];
    if (!from || !to) return [];
    const km = distanceKm(from, to);
    const pause = Date.parse(here.first_seen as string) - Date.parse(there.last_seen as string);
    const seconds = Math.max(Math.floor(pause / 1000), 0);
    if (km < Number(values.km) || km * 3600 <= Number(values.kmh) * seconds) return [];
    return [
      {
        identity: here.identity!,
        from_country: there.country!,
        from_ip: there.source_ip!,
        left_at: there.last_seen!,
        to_country: here.country!,
        to_ip: here.source_ip!,
        arrived_at: here.first_seen!,
        km,
        seconds,
      },
    ];
  });
  return rows.sort(rowOrder(question.order)).slice(0, Number(values.limit));
}
