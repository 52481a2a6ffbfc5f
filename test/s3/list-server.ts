import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ListServer {
  endpointUrl: string;
  /** The listing requests so far: prefix, and whether it asked for folders. */
  requests: { prefix: string; folders: boolean }[];
  close(): Promise<void>;
}

const inXml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Answers ListObjectsV2 for a bucket of these keys, as S3 does: in byte order, by prefix and delimiter, in pages. */
export async function listServer(keys: readonly string[], pageSize = 1000): Promise<ListServer> {
  const sorted = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const requests: ListServer['requests'] = [];
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url!, 'http://x');
    const prefix = searchParams.get('prefix') ?? '';
    const delimiter = searchParams.get('delimiter');
    requests.push({ prefix, folders: delimiter !== null });
    // What stands for itself, and what for all below it.
    const found = new Map<string, 'Contents' | 'CommonPrefixes'>();
    for (const key of sorted) {
      if (!key.startsWith(prefix)) continue;
      const end = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length);
      if (end < 0) found.set(key, 'Contents');
      else found.set(key.slice(0, end + 1), 'CommonPrefixes');
    }
    const start = Number(searchParams.get('continuation-token') ?? 0);
    const page = [...found].slice(start, start + pageSize);
    const more = start + pageSize < found.size;
    const items = page.map(([item, kind]) =>
      kind === 'CommonPrefixes'
        ? `<CommonPrefixes><Prefix>${inXml(encodeURIComponent(item))}</Prefix></CommonPrefixes>`
        : `<Contents><Key>${inXml(encodeURIComponent(item))}</Key><LastModified>2026-03-02T00:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>5</Size></Contents>`,
    );
    const token = more ? `<NextContinuationToken>${start + pageSize}</NextContinuationToken>` : '';
    response.end(
      `<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${more}</IsTruncated>${token}${items.join('')}</ListBucketResult>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpointUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
