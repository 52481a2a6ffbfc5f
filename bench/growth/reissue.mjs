/** Trails of any size: the files of one, again and again, each time some days earlier and with other ids. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

const [inflate, deflate] = [promisify(gunzip), promisify(gzip)];
/** As many as there are threads for deflating. */
const filesAtOnce = 4;
/** Longer than the scenario, so that no two copies share a day. */
const daysApart = 4;

const earlier = (day, days) => new Date(Date.parse(day) - days * 86_400_000).toISOString().slice(0, 10);

/** The text of a file as its copy number `copy` has it, and its number of records. */
function reissue(text, copy) {
  let records = 0;
  const start = copy.toString(16).padStart(4, '0');
  const changed = text
    .replace(/"eventID":"[0-9a-f]{4}/g, (found) => {
      records++;
      // The first digits, so that ids come in no order.
      const mixed = Number.parseInt(found.slice(-4), 16) ^ Number.parseInt(start, 16);
      return `"eventID":"${mixed.toString(16).padStart(4, '0')}`;
    })
    .replace(/"eventTime":"([\d-]{10})/g, (_, day) => `"eventTime":"${earlier(day, copy * daysApart)}`);
  return { records, text: changed };
}

function keyOf(key, copy) {
  const [, year, month, day] = /\/(\d{4})\/(\d\d)\/(\d\d)\//.exec(key);
  const then = earlier(`${year}-${month}-${day}`, copy * daysApart);
  return key
    .replace(`/${year}/${month}/${day}/`, `/${then.replaceAll('-', '/')}/`)
    .replace(`_${year}${month}${day}T`, `_${then.replaceAll('-', '')}T`);
}

/** By the random end of its name: a part of a trail is of all its accounts and days. */
const byName = (a, b) => (basename(a).slice(-24) < basename(b).slice(-24) ? -1 : 1);

/** Writes `events` records or a few more below a folder, from copy number `from` on; returns how many. */
async function write({ directory, keys }, events, made, from) {
  const files = keys.toSorted(byName);
  let records = 0;
  for (let at = 0; records < events; at += filesAtOnce) {
    const some = Array.from({ length: filesAtOnce }, async (_, next) => {
      const key = files[(at + next) % files.length];
      const copy = from + Math.floor((at + next) / files.length);
      const found = reissue((await inflate(await readFile(join(directory, key)))).toString('latin1'), copy);
      const path = join(made, keyOf(key, copy));
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, await deflate(Buffer.from(found.text, 'latin1'), { level: 1 }));
      return found.records;
    });
    for (const count of await Promise.all(some)) records += count;
  }
  return records;
}

/**
 * A trail of some `events` made of `base` (see data.mjs), kept beside it. `from`: the number of its first copy; trails
 * that share none have no event in common.
 */
export async function trailOf(base, events, tell, from = 0) {
  const directory = `${base.directory}-growth-${events}-${from}`;
  const told = join(directory, 'records');
  if (!existsSync(told)) {
    tell(`making ${events} records in ${directory} …`);
    const made = `${directory}.${process.pid}`;
    const records = await write(base, events, made, from);
    await writeFile(join(made, 'records'), String(records));
    await rename(made, directory).catch(() => rm(made, { recursive: true }));
  }
  return { directory, records: Number(await readFile(told, 'utf8')) };
}
