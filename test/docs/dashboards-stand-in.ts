import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Takes any import as OpenSearch Dashboards says that it does; a real one can't be started here. */
export async function dashboardsStandIn() {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = { 'content-type': request.headers['content-type'] ?? '' };
    const file = (await new Response(Buffer.concat(chunks), { headers }).formData()).get('file') as File;
    const objects = (await file.text()).trimEnd().split('\n');
    const successResults = objects.map((line) => {
      const { type, id } = JSON.parse(line);
      return { type, id, meta: {} };
    });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ success: true, successCount: objects.length, successResults }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
