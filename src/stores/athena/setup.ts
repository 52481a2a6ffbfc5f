import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { AthenaClient, TableMetadata } from '@aws-sdk/client-athena';
import { KeytrailError } from '../../errors.js';
import { type AwsSettings, openClient, type Sdk } from './client.js';
import { pollDelay } from './engine.js';
import { queryFailure, requestFailure } from './failures.js';
import { type Done, putNamedQueries, putPreparedStatements } from './keep.js';
import { type Location, parseLocation } from './location.js';
import { namedQuery, preparedStatement, type Saved, type SavedQuestion } from './saved.js';
import { createDatabase, definitionProperty, dropTable, type LogTables } from './tables.js';
import { putWorkGroup, type WorkGroupSettings, workGroupRequest } from './workgroup.js';

export interface AthenaSetup extends WorkGroupSettings {
  logs: readonly LogTables[];
  questions: readonly SavedQuestion[];
}

/** The account's own data catalog. */
const catalog = 'AwsDataCatalog';

/** Athena takes five requests a second of the kinds that keep a text, and more for a moment: the SDK is to wait. */
const maxAttempts = 12;

const parsed = (store: string): Location => parseLocation(store.replace(/^athena:/, ''));

/** A statement that `setupAthena` has Athena run, or a request to its API, for a person to read. */
export type SetupStep = { sql: string } | { request: string; input: object };

/** What `setupAthena` does in an account that has nothing yet, in its order. Throws `usage` or `bad_contract`. */
export function setupSteps(store: string, { logs, questions, ...settings }: AthenaSetup): SetupStep[] {
  const location = parsed(store);
  const { workGroup, database } = location;
  return [
    { request: 'CreateWorkGroup', input: workGroupRequest(location, settings) },
    { sql: createDatabase(database) },
    ...logs.flatMap(({ tables, view }) => [...tables, view].map(({ sql }) => ({ sql }))),
    ...questions.map(namedQuery).map(({ name, description, sql }) => ({
      request: 'CreateNamedQuery',
      input: { Name: name, Description: description, Database: database, QueryString: sql, WorkGroup: workGroup },
    })),
    ...statementsOf(questions).map(({ name, description, sql }) => ({
      request: 'CreatePreparedStatement',
      input: { StatementName: name, Description: description, QueryStatement: sql, WorkGroup: workGroup },
    })),
  ];
}

/**
 * Makes what questions need: workgroup, database, tables, views, named queries, prepared statements. May be run again.
 * `tell` is given a line for each thing done, as it is done. Throws `usage`, `store_foreign` for a table that keytrail
 * did not make, `interrupted`, or another `store_…` error.
 */
export async function setupAthena(
  store: string,
  aws: AwsSettings,
  { logs, questions, ...settings }: AthenaSetup,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const location = parsed(store);
  const sdk = await import('@aws-sdk/client-athena');
  const client = await openClient(sdk, { ...aws, maxAttempts });
  const step = new Steps(sdk, client, location, signal);
  try {
    signal.throwIfAborted();
    tell(await putWorkGroup(sdk, client, location, settings));
    tell(await step.database());
    for (const log of logs) for (const line of await step.tables(log)) tell(line);
    if (questions.length === 0) return;
    const queries = await putNamedQueries(sdk, client, location, questions.map(namedQuery), signal);
    tell(`named queries: ${counted(queries)}`);
    const statements = await putPreparedStatements(sdk, client, location, statementsOf(questions), signal);
    tell(`prepared statements: ${counted(statements)}`);
  } catch (error) {
    throw failure(error, location, signal);
  } finally {
    client.destroy();
  }
}

const statementsOf = (questions: readonly SavedQuestion[]): Saved[] =>
  questions.map(preparedStatement).filter((saved) => saved !== null);

const counted = ({ created, updated, kept }: Done): string =>
  `${created} created, ${updated} brought up to date, ${kept} kept as they are`;

function failure(error: unknown, location: Location, signal: AbortSignal): KeytrailError {
  if (error instanceof KeytrailError) return error;
  if (signal.aborted)
    return new KeytrailError('interrupted', `interrupted while setting up ${location.uri}`, {
      hint: 'Run the same command again: what was made is kept.',
      cause: error,
    });
  const { code, message, hint, cause } = requestFailure(error, location);
  return new KeytrailError(code, message, {
    hint: code === 'store_denied' ? 'docs/athena.md lists the permissions that setup needs.' : (hint ?? ''),
    cause,
  });
}

class Steps {
  constructor(
    private readonly sdk: Sdk,
    private readonly client: AthenaClient,
    private readonly location: Location,
    private readonly signal: AbortSignal,
  ) {}

  async database(): Promise<string> {
    const { database } = this.location;
    const input = { CatalogName: catalog, DatabaseName: database };
    const found = await this.client.send(new this.sdk.GetDatabaseCommand(input)).catch(absent);
    if (found) return `database ${database}: kept as it is`;
    await this.run(createDatabase(database), `the database ${database}`);
    return `database ${database}: created`;
  }

  /** Tables are made anew where anything of their log changed: they hold no data. The view is put every time. */
  async tables({ tables, view, definition }: LogTables): Promise<string[]> {
    const seen = await this.metadata(view.name);
    if (seen && seen.TableType !== 'VIRTUAL_VIEW') throw this.foreign(view.name);
    const lines: string[] = [];
    let isKept = seen !== null;
    for (const { name, sql } of tables) {
      const found = await this.metadata(name);
      const made = found?.Parameters?.[definitionProperty];
      if (found && made === undefined) throw this.foreign(name);
      if (made === definition) lines.push(`table ${name}: kept as it is`);
      else {
        isKept = false;
        if (found) await this.run(dropTable(name), `the table ${name}`);
        await this.run(sql, `the table ${name}`);
        lines.push(`table ${name}: ${found ? 'brought up to date' : 'created'}`);
      }
    }
    await this.run(view.sql, `the view ${view.name}`);
    const stale = await this.stale(view.name, new Set(tables.map(({ name }) => name)));
    for (const name of stale) {
      await this.run(dropTable(name), `the table ${name}`);
      lines.push(`table ${name}: dropped, nothing lies there any more`);
    }
    const state = isKept ? 'kept as it is' : seen ? 'brought up to date' : 'created';
    return [...lines, `view ${view.name}: ${state}`];
  }

  /** Tables of earlier runs that the view reads no more. */
  private async stale(view: string, wanted: ReadonlySet<string>): Promise<string[]> {
    const names: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.client.send(
        new this.sdk.ListTableMetadataCommand({
          CatalogName: catalog,
          DatabaseName: this.location.database,
          Expression: `${view}_files_[0-9]+`,
          NextToken: token,
        }),
      );
      for (const { Name: name = '', Parameters = {} } of page.TableMetadataList ?? [])
        if (!wanted.has(name) && Parameters[definitionProperty] !== undefined) names.push(name);
      token = page.NextToken || undefined;
    } while (token !== undefined);
    return names;
  }

  private foreign(name: string): KeytrailError {
    const { database, workGroup } = this.location;
    return new KeytrailError(
      'store_foreign',
      `the database ${database} has a table ${name} that keytrail did not make`,
      {
        hint: `Name another database: athena:${workGroup}/DATABASE.`,
      },
    );
  }

  private async metadata(name: string): Promise<TableMetadata | null> {
    const input = { CatalogName: catalog, DatabaseName: this.location.database, TableName: name };
    const found = await this.client.send(new this.sdk.GetTableMetadataCommand(input)).catch(absent);
    return found?.TableMetadata ?? null;
  }

  /** Runs a statement to its end; one that was begun is not left halfway. */
  private async run(sql: string, what: string): Promise<void> {
    this.signal.throwIfAborted();
    const { database, workGroup } = this.location;
    const { QueryExecutionId: id = '' } = await this.client.send(
      new this.sdk.StartQueryExecutionCommand({
        QueryString: sql,
        ClientRequestToken: randomUUID(),
        // The database need not be there yet for the statement that makes it.
        ...(sql === createDatabase(database) ? {} : { QueryExecutionContext: { Database: database } }),
        WorkGroup: workGroup,
      }),
    );
    for (let poll = 0; ; poll++) {
      const { QueryExecution } = await this.client.send(
        new this.sdk.GetQueryExecutionCommand({ QueryExecutionId: id }),
      );
      const { State: state, StateChangeReason: reason } = QueryExecution?.Status ?? {};
      if (state === 'SUCCEEDED') return;
      if (state === 'FAILED' || state === 'CANCELLED') throw queryFailure(state, reason, what, id, this.location);
      await setTimeout(pollDelay(poll));
    }
  }
}

/** Null for what the catalog says it does not have. */
function absent(error: unknown): null {
  const { name, message } = error as Error;
  if (name === 'MetadataException' && /EntityNotFound|not found|does not exist/i.test(message)) return null;
  throw error;
}
