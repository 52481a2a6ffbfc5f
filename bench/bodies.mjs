import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keytrail } from './children.mjs';
import { startSlowStore } from './slow-store.mjs';

/** Between 5 and 10 MB, where a node takes most. */
const bodyBytes = 7e6;

/** The documents that keytrail makes of data, as bulk bodies in files: what it sends to a store that takes anything. */
export async function bodiesOf(data) {
  const folder = await mkdtemp(join(tmpdir(), 'keytrail-bench-bodies-'));
  const wanted = `"keytrail-${data.log}-`;
  let file = null;
  let bytes = 0;
  let count = 0;
  const put = (line) => {
    if (file === null) file = openSync(join(folder, `${String(++count).padStart(5, '0')}.ndjson`), 'w');
    bytes += writeSync(file, line) + writeSync(file, '\n');
  };
  const store = await startSlowStore({
    answerMs: 0,
    onDocument(action, document) {
      if (!action.includes(wanted)) return;
      put(action);
      put(document);
      if (bytes < bodyBytes) return;
      closeSync(file);
      file = null;
      bytes = 0;
    },
  });
  try {
    await keytrail(['ingest', data.directory, '--log', data.log, '--store', `opensearch:${store.url}`]);
  } finally {
    await store.stop();
    if (file !== null) closeSync(file);
  }
  const files = (await readdir(folder)).sort().map((name) => join(folder, name));
  return { files, remove: () => rm(folder, { recursive: true }) };
}
