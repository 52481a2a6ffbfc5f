import type { AthenaClient, TableMetadata } from '@aws-sdk/client-athena';
import { contractOf } from '../../model/contract.js';
import type { LogName } from '../../model/event.js';
import { type PartitionColumn, partitionColumns } from '../sql/partitions.js';
import type { LogPlace } from '../store.js';
import type { Sdk } from './client.js';
import type { Location } from './location.js';

const catalogName = 'AwsDataCatalog';

const columnsOf = ({ Columns = [], PartitionKeys = [] }: TableMetadata): PartitionColumn[] => {
  const names = new Set([...Columns, ...PartitionKeys].map(({ Name }) => Name));
  return partitionColumns.filter((name) => names.has(name));
};

/** What the Glue catalog says of the tables that questions read: by which columns they are pruned, where files lie. */
export class Catalog {
  readonly #columns = new Map<LogName, Promise<readonly PartitionColumn[]>>();

  constructor(
    private readonly sdk: Sdk,
    private readonly client: AthenaClient,
    private readonly location: Location,
    private readonly signal: AbortSignal,
  ) {}

  /** Columns to prune by; none where the table has none, or the catalog may not be read: then all of it is. */
  partitions(log: LogName): Promise<readonly PartitionColumn[]> {
    let columns = this.#columns.get(log);
    if (!columns) {
      // A table that is not there fails the question, with a message for people.
      columns = this.#table(contractOf(log).table).then(columnsOf, () => []);
      this.#columns.set(log, columns);
    }
    return columns;
  }

  /** The folders that a question of a log reads, from the table of that name or from those behind its view. */
  async places(log: LogName): Promise<LogPlace[]> {
    const { table } = contractOf(log);
    const pruned = (await this.partitions(log)).length > 0;
    const places: LogPlace[] = [];
    let token: string | undefined;
    do {
      const page = await this.client.send(
        new this.sdk.ListTableMetadataCommand({
          CatalogName: catalogName,
          DatabaseName: this.location.database,
          WorkGroup: this.location.workGroup,
          Expression: `${table}(_files_[0-9]+)?`,
          ...(token === undefined ? {} : { NextToken: token }),
        }),
        { abortSignal: this.signal },
      );
      for (const { Parameters = {} } of page.TableMetadataList ?? [])
        if (Parameters.location?.startsWith('s3://')) places.push({ location: Parameters.location, pruned });
      token = page.NextToken;
    } while (token !== undefined);
    return places;
  }

  async #table(name: string): Promise<TableMetadata> {
    const { TableMetadata } = await this.client.send(
      new this.sdk.GetTableMetadataCommand({
        CatalogName: catalogName,
        DatabaseName: this.location.database,
        TableName: name,
        WorkGroup: this.location.workGroup,
      }),
      { abortSignal: this.signal },
    );
    return TableMetadata ?? { Name: name };
  }
}
