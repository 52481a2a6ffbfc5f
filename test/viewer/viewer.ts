import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatAnswer } from '../../src/cli/output/index.js';
import { openDuckDb } from '../../src/stores/duckdb/index.js';
import { openViewer, type Viewer, type ViewerOptions } from '../../src/viewer/server.js';
import { ingestAll, type QuestionCase, writeCase } from '../queries/cases.js';

export const token = 'a-token-of-this-test';

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface Opened {
  viewer: Viewer;
  /** What was no fault of the asker's. */
  faults: unknown[];
  /** Asks for exactly this path, with the cookie unless other headers are given. */
  ask(path: string, more?: { method?: string; headers?: Record<string, string> }): Promise<Reply>;
  /** The cookie that the token was exchanged for. */
  cookie: string;
  close(): Promise<void>;
}

/** Sends the path as it is, where `fetch` would tidy it up. */
function send(port: number, path: string, method: string, headers: Record<string, string>): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** A viewer on a DuckDB store of these records. */
export async function openOn(
  records: QuestionCase,
  more: Partial<ViewerOptions> | ((file: string) => Partial<ViewerOptions>) = {},
): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), 'keytrail-viewer-'));
  const file = join(folder, 'x.duckdb');
  await writeCase(join(folder, 'logs'), records);
  const store = await openDuckDb(file, 'write');
  await store.prepare();
  await ingestAll(join(folder, 'logs'), store);
  await store.close();
  const faults: unknown[] = [];
  const viewer = await openViewer({
    open: async () => {
      const engine = await openDuckDb(file, 'read');
      return { engine, check: async () => undefined, close: () => engine.close() };
    },
    store: `duckdb:${file}`,
    host: '127.0.0.1',
    port: 0,
    token,
    version: '0.0.0',
    now: () => new Date(),
    exported: (answer, question, format) =>
      formatAnswer(answer, question, format, { width: Number.POSITIVE_INFINITY, colour: false }).out,
    onFault: (error) => faults.push(error),
    ...(typeof more === 'function' ? more(file) : more),
  });
  const port = Number(new URL(viewer.url).port);
  const { headers } = await send(port, `/?token=${token}`, 'GET', {});
  const cookie = (headers['set-cookie']?.[0] ?? '').split(';')[0]!;
  return {
    viewer,
    faults,
    cookie,
    ask: (path, { method = 'GET', headers = { cookie } } = {}) => send(port, path, method, headers),
    close: async () => {
      await viewer.close();
      await rm(folder, { recursive: true });
    },
  };
}
