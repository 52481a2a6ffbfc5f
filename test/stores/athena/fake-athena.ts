import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyOf, passOn } from '../opensearch/proxy.js';

export interface Call {
  /** `StartQueryExecution` … */
  action: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked
  body: any;
}

export type Reply = { status?: number; body: unknown };

/**
 * Athena's JSON protocol on a port of its own, for what moto can't do: queries that wait, fail or are cancelled,
 * results of several pages, refusals. `answer` sees each call and all before it, but those for a table's description,
 * which are answered from `tables`. Requests for other services go on to `others`.
 */
export async function fakeAthena(
  answer: (call: Call, calls: readonly Call[]) => Reply,
  tables: Readonly<Record<string, object>> = {},
  others?: string,
) {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const text = await bodyOf(request);
    const target = String(request.headers['x-amz-target']);
    if (others !== undefined && !target.startsWith('AmazonAthena.')) {
      const passed = await passOn(others, request, text);
      response.writeHead(passed.status, { 'content-type': 'application/xml' }).end(passed.text);
      return;
    }
    const action = target.replace('AmazonAthena.', '');
    const call = { action, body: JSON.parse(text) };
    const reply = (): Reply => {
      if (action !== 'GetTableMetadata') {
        calls.push(call);
        return answer(call, calls);
      }
      const table = tables[call.body.TableName];
      return table ? { body: { TableMetadata: table } } : refusal('MetadataException', 'EntityNotFoundException');
    };
    const { status = 200, body } = reply();
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: (action?: string) => calls.filter((call) => action === undefined || call.action === action),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A ResultSet of these columns; the texts are the rows, the header among them where there is one. */
export const resultSet = (columns: Record<string, string>, rows: readonly (readonly (string | null)[])[]) => ({
  ResultSetMetadata: { ColumnInfo: Object.entries(columns).map(([Name, Type]) => ({ Name, Type })) },
  Rows: rows.map((texts) => ({ Data: texts.map((text) => (text === null ? {} : { VarCharValue: text })) })),
});

export const refusal = (type: string, message: string, status = 400): Reply => ({
  status,
  body: { __type: type, Message: message },
});
