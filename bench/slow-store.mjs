import { createServer } from 'node:http';

/** A tenth of what keytrail could make of it: so the reader is held back all the time. */
const answerMs = 150;

/** What `_bulk` answers: every document is new. It is read in pieces, and nothing of it is kept. */
function answerTo(request, reply, count) {
  const items = [];
  let line = '';
  let isDocument = false;
  request.setEncoding('utf8');
  request.on('data', (piece) => {
    let start = 0;
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', start)) {
      if (!isDocument) items.push(Object.keys(JSON.parse(line + piece.slice(start, end)))[0]);
      isDocument = !isDocument;
      line = '';
      start = end + 1;
    }
    if (!isDocument) line += piece.slice(start);
  });
  request.on('end', () => {
    count(items.filter((action) => action === 'create').length);
    const body = { errors: false, items: items.map((action) => ({ [action]: { status: 201 } })) };
    setTimeout(() => reply.end(JSON.stringify(body)), answerMs);
  });
}

/** As much of OpenSearch as an ingest talks to, on the loopback, which takes its time over each `_bulk`. */
export async function startSlowStore() {
  let written = 0;
  const server = createServer((request, reply) => {
    const [path] = request.url.split('?');
    reply.setHeader('content-type', 'application/json');
    if (path === '/_bulk') {
      answerTo(request, reply, (documents) => {
        written += documents;
      });
      return;
    }
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      if (path.endsWith('/_mget')) {
        const { docs } = JSON.parse(Buffer.concat(chunks).toString());
        reply.end(JSON.stringify({ docs: docs.map((doc) => ({ ...doc, found: false })) }));
      } else if (path.startsWith('/_index_template/') && request.method === 'GET') {
        reply.statusCode = 404;
        reply.end('{}');
      } else reply.end('{}');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    written: () => written,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
