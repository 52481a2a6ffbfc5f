import { KeytrailError } from '../errors.js';
import { fileName } from '../s3/file-name.js';
import type { ObjectSource } from '../s3/object-source.js';
import type { LogFolder, Stream, SurveyScope } from '../s3/survey.js';
import type { TablePlace } from '../stores/athena/tables.js';
import { flowHeader } from './flow-headers.js';

export interface Places {
  places: TablePlace[];
  /** What no place covers, each a sentence. */
  leftOut: string[];
}

const regionName = /^[a-z0-9-]{1,64}$/;
/** No file of a log is older; only AWS Config's places have no first day of their own. */
const beforeAll = '2010-01-01';

/**
 * Places of what a survey found. Flow logs are told apart by their fields, which one file of each was read for.
 * `root` is the URL of what keys begin in: `s3://bucket/`.
 */
export async function placesOf(
  source: ObjectSource,
  root: string,
  folders: readonly LogFolder[],
  scope: SurveyScope,
): Promise<Places> {
  const found: Places = { places: [], leftOut: [] };
  for (const folder of folders) {
    const where = `${root}${folder.base} ${folder.service}`;
    const streams = folder.streams.filter(({ region }) => regionName.test(region));
    for (const { prefix, region } of folder.streams)
      if (!regionName.test(region)) found.leftOut.push(`${JSON.stringify(prefix)} is no folder of a Region`);
    if (streams.length === 0) continue;
    if (folder.firstDay === null && folder.log !== 'config') {
      found.leftOut.push(`${where} has no folder of a day`);
      continue;
    }
    const place = (some: readonly Stream[], narrowed: boolean): TablePlace => ({
      log: folder.log,
      location: `${root}${folder.base}`,
      service: folder.service,
      hive: folder.hive,
      accounts: all(
        some.map(({ account }) => account),
        narrowed ? undefined : scope.accounts,
      ),
      regions: all(
        some.map(({ region }) => region),
        narrowed ? undefined : scope.regions,
      ),
      firstDay: folder.firstDay ?? beforeAll,
    });
    if (folder.log !== 'vpcflow') found.places.push(place(streams, false));
    else await flowPlaces(source, streams, place, found);
  }
  return found;
}

const all = (found: readonly string[], given: readonly string[] | undefined): string[] => [
  ...new Set(given !== undefined && given.length > 0 ? given : [...found].sort()),
];

/** Flow logs whose files read alike. */
interface Form {
  header: string[] | null;
  streams: Set<Stream>;
  /** Null: a file's name does not tell. */
  flowLogs: Set<string | null>;
}

async function flowPlaces(
  source: ObjectSource,
  streams: readonly Stream[],
  place: (some: readonly Stream[], narrowed: boolean) => TablePlace,
  { places, leftOut }: Places,
): Promise<void> {
  const forms = new Map<string, Form>();
  for (const stream of streams)
    for (const object of stream.samples) {
      const header = object.key.endsWith('.parquet') ? null : await headerOf(source, object, leftOut);
      if (header === undefined) continue;
      const key = header?.join(' ') ?? '';
      const form = forms.get(key) ?? { header, streams: new Set(), flowLogs: new Set() };
      forms.set(key, form);
      form.streams.add(stream);
      form.flowLogs.add(fileName(object.key).flowLog);
    }
  const [only] = forms.values();
  if (only && forms.size === 1) {
    places.push({ ...place(streams, false), header: only.header });
    return;
  }
  for (const { prefix, samples } of streams)
    if (samples.length === 0) leftOut.push(`${prefix} has no file on its first or last day to tell its fields by`);
  const parquet = forms.get('')?.streams ?? new Set<Stream>();
  const isMixed = parquet.size > 0;
  const hasBoth = (stream: Stream): boolean =>
    parquet.has(stream) && [...forms.values()].some(({ header, streams: some }) => header !== null && some.has(stream));
  for (const stream of streams.filter(hasBoth))
    leftOut.push(`${stream.prefix} holds text and Parquet, which no table reads both; keytrail ingest does`);
  for (const { header, streams: some, flowLogs } of forms.values()) {
    if (header !== null && flowLogs.has(null)) {
      leftOut.push(`files of the fields "${header.join(' ')}" lie beside others, and their names tell no flow log`);
      continue;
    }
    const covered = [...some].filter((stream) => !hasBoth(stream));
    const ids = header === null ? {} : { flowLogs: [...flowLogs].filter((id) => id !== null).sort() };
    // No table may meet a file of the other format: accounts times Regions must be exact, so an account is a place.
    for (const group of isMixed ? byAccount(covered) : [covered])
      if (group.length > 0) places.push({ ...place(group, true), header, ...ids });
  }
}

function byAccount(streams: readonly Stream[]): Stream[][] {
  const accounts = new Map<string, Stream[]>();
  for (const stream of streams) accounts.set(stream.account, [...(accounts.get(stream.account) ?? []), stream]);
  return [...accounts.values()];
}

/** Undefined for a file that can't be read as a flow log; it is told of. */
async function headerOf(
  source: ObjectSource,
  object: Stream['samples'][number],
  leftOut: string[],
): Promise<string[] | undefined> {
  try {
    return await flowHeader(source, object);
  } catch (error) {
    if (!(error instanceof KeytrailError) || error.code !== 'bad_object') throw error;
    leftOut.push(error.message);
    return undefined;
  }
}
