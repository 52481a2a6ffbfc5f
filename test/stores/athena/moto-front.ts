import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// biome-ignore lint/suspicious/noExplicitAny: a request as its sender wrote it
type Body = any;

/**
 * moto behind an address of its own, with what its Athena lacks: the metadata of tables and views and of the database
 * that statements make, texts in batches, updates, second pages. All else goes to moto.
 */
export async function motoFront(moto: string) {
  const calls: { action: string; body: Body }[] = [];
  const databases = new Set<string>();
  const tables = new Map<string, Body>();
  const updatedQueries = new Map<string, Body>();
  const updatedStatements = new Map<string, Body>();

  const ask = async (action: string, body: Body, headers: Record<string, string>): Promise<Body> => {
    const response = await fetch(moto, {
      method: 'POST',
      headers: { ...headers, 'x-amz-target': `AmazonAthena.${action}` },
      body: JSON.stringify(body),
    });
    return response.ok ? response.json() : null;
  };

  /** Those of a view's first SELECT. */
  const columnsOf = (sql: string) =>
    [...sql.slice(0, sql.indexOf('\nFROM')).matchAll(/"([^"]+)",?$/gm)].map(([, Name]) => ({ Name, Type: 'string' }));

  /** As the catalog would be after a statement. */
  const note = ({ QueryString: sql }: Body): void => {
    const table = /^CREATE EXTERNAL TABLE IF NOT EXISTS `([^`]+)`/.exec(sql)?.[1];
    const view = /^CREATE OR REPLACE VIEW "([^"]+)"/.exec(sql)?.[1];
    const definition = /'keytrail\.definition'='([^']+)'/.exec(sql)?.[1];
    const name = table ?? view;
    if (table !== undefined && !tables.has(table))
      tables.set(table, { Name: name, TableType: 'EXTERNAL_TABLE', Parameters: { 'keytrail.definition': definition } });
    if (view !== undefined) tables.set(view, { Name: view, TableType: 'VIRTUAL_VIEW', Columns: columnsOf(sql) });
    const dropped = /^DROP TABLE IF EXISTS `([^`]+)`/.exec(sql)?.[1];
    if (dropped !== undefined) tables.delete(dropped);
    const database = /^CREATE DATABASE IF NOT EXISTS `([^`]+)`/.exec(sql)?.[1];
    if (database !== undefined) databases.add(database);
  };

  const answers: Record<string, (body: Body, headers: Record<string, string>) => Promise<Body> | Body> = {
    GetDatabase: ({ DatabaseName }) => (databases.has(DatabaseName) ? { Database: { Name: DatabaseName } } : null),
    GetTableMetadata: ({ TableName }) => (tables.has(TableName) ? { TableMetadata: tables.get(TableName) } : null),
    ListTableMetadata: ({ Expression }) => ({
      TableMetadataList: [...tables.values()].filter(({ Name }) => new RegExp(`^(?:${Expression})$`).test(Name)),
    }),
    // moto fails where there are more than a page.
    ListNamedQueries: async ({ WorkGroup, NextToken = '0' }, headers) => {
      const { NamedQueryIds } = await ask('ListNamedQueries', { WorkGroup, MaxResults: 10_000 }, headers);
      const end = Number(NextToken) + 50;
      const more = end < NamedQueryIds.length ? { NextToken: String(end) } : {};
      return { NamedQueryIds: NamedQueryIds.slice(Number(NextToken), end), ...more };
    },
    BatchGetNamedQuery: async ({ NamedQueryIds }, headers) => ({
      NamedQueries: await Promise.all(
        NamedQueryIds.map(async (NamedQueryId: string) => {
          const { NamedQuery } = await ask('GetNamedQuery', { NamedQueryId }, headers);
          return { ...NamedQuery, ...updatedQueries.get(NamedQueryId) };
        }),
      ),
    }),
    UpdateNamedQuery: (body) => {
      updatedQueries.set(body.NamedQueryId, body);
      return {};
    },
    BatchGetPreparedStatement: async ({ WorkGroup, PreparedStatementNames }, headers) => {
      const found = await Promise.all(
        PreparedStatementNames.map(async (StatementName: string) => {
          const answer = await ask('GetPreparedStatement', { WorkGroup, StatementName }, headers);
          return answer && { ...answer.PreparedStatement, ...updatedStatements.get(StatementName) };
        }),
      );
      return { PreparedStatements: found.filter(Boolean) };
    },
    UpdatePreparedStatement: (body) => {
      updatedStatements.set(body.StatementName, body);
      return {};
    },
  };

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const sent = Buffer.concat(chunks);
    const { host: _, connection: __, 'content-length': ___, expect: ____, ...headers } = request.headers;
    const given = headers as Record<string, string>;
    const action = /^AmazonAthena\.(\w+)$/.exec(String(given['x-amz-target']))?.[1];
    if (action !== undefined) {
      const body = JSON.parse(sent.toString());
      calls.push({ action, body });
      if (action === 'StartQueryExecution') note(body);
      const answer = answers[action];
      if (answer) {
        const found = await answer(body, given);
        response.writeHead(found ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(
          JSON.stringify(found ?? { __type: 'MetadataException', Message: 'EntityNotFoundException: none' }),
        );
        return;
      }
    }
    const forwarded = await fetch(`${moto}${request.url}`, {
      method: request.method!,
      headers: given,
      ...(sent.length > 0 ? { body: sent } : {}),
    });
    response.writeHead(forwarded.status, { 'content-type': forwarded.headers.get('content-type') ?? 'text/plain' });
    response.end(Buffer.from(await forwarded.arrayBuffer()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** What was asked of Athena since the last time. */
    taken: () => calls.splice(0),
    /** A table that somebody else made. */
    addTable: (name: string) => tables.set(name, { Name: name, TableType: 'EXTERNAL_TABLE', Parameters: {} }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
