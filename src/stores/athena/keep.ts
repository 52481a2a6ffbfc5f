import type { AthenaClient } from '@aws-sdk/client-athena';
import type { Sdk } from './client.js';
import type { Location } from './location.js';
import type { Saved } from './saved.js';

/** What a run did to things of a kind. */
export interface Done {
  created: number;
  updated: number;
  kept: number;
}

/** Texts that BatchGetNamedQuery and BatchGetPreparedStatement give at once. */
const batch = 50;

const batches = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / batch) }, (_, at) => items.slice(at * batch, (at + 1) * batch));

/** Named queries have ids of Athena's; by name and database one is known again. */
export async function putNamedQueries(
  sdk: Sdk,
  client: AthenaClient,
  { workGroup, database }: Location,
  wanted: readonly Saved[],
  signal: AbortSignal,
): Promise<Done> {
  const ids: string[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(new sdk.ListNamedQueriesCommand({ WorkGroup: workGroup, NextToken: token }));
    ids.push(...(page.NamedQueryIds ?? []));
    token = page.NextToken || undefined;
  } while (token !== undefined);
  const there = new Map<string, { id: string } & Omit<Saved, 'name'>>();
  for (const some of batches(ids)) {
    const { NamedQueries = [] } = await client.send(new sdk.BatchGetNamedQueryCommand({ NamedQueryIds: some }));
    for (const { Name = '', NamedQueryId: id = '', Database, QueryString: sql = '', Description = '' } of NamedQueries)
      if (Database === database) there.set(Name, { id, sql, description: Description });
  }
  const done: Done = { created: 0, updated: 0, kept: 0 };
  for (const { name, description, sql } of wanted) {
    signal.throwIfAborted();
    const found = there.get(name);
    if (!found) {
      const input = {
        Name: name,
        Description: description,
        Database: database,
        QueryString: sql,
        WorkGroup: workGroup,
      };
      await client.send(new sdk.CreateNamedQueryCommand(input));
      done.created++;
    } else if (found.sql !== sql || found.description !== description) {
      const input = { NamedQueryId: found.id, Name: name, Description: description, QueryString: sql };
      await client.send(new sdk.UpdateNamedQueryCommand(input));
      done.updated++;
    } else done.kept++;
  }
  return done;
}

export async function putPreparedStatements(
  sdk: Sdk,
  client: AthenaClient,
  { workGroup }: Location,
  wanted: readonly Saved[],
  signal: AbortSignal,
): Promise<Done> {
  const there = new Map<string, Omit<Saved, 'name'>>();
  for (const some of batches(wanted)) {
    const names = some.map(({ name }) => name);
    const { PreparedStatements = [] } = await client.send(
      new sdk.BatchGetPreparedStatementCommand({ WorkGroup: workGroup, PreparedStatementNames: names }),
    );
    for (const { StatementName = '', QueryStatement = '', Description = '' } of PreparedStatements)
      there.set(StatementName, { sql: QueryStatement, description: Description });
  }
  const done: Done = { created: 0, updated: 0, kept: 0 };
  for (const { name, description, sql } of wanted) {
    signal.throwIfAborted();
    const found = there.get(name);
    const input = { WorkGroup: workGroup, StatementName: name, QueryStatement: sql, Description: description };
    if (!found) {
      await client.send(new sdk.CreatePreparedStatementCommand(input));
      done.created++;
    } else if (found.sql !== sql || found.description !== description) {
      await client.send(new sdk.UpdatePreparedStatementCommand(input));
      done.updated++;
    } else done.kept++;
  }
  return done;
}
