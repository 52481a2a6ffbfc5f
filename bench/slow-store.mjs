import { createServer } from 'node:http';

/** What `_bulk` answers: every document is new. Requests are read in pieces, and nothing of them is kept. */
function answerTo(request, reply, answerMs, onDocument) {
  const actions = [];
  let action = null;
  let rest = null;
  request.on('data', (piece) => {
    let start = 0;
    for (let end = piece.indexOf(0x0a); end >= 0; end = piece.indexOf(0x0a, start)) {
      let line = piece.subarray(start, end);
      if (rest !== null) line = Buffer.concat([rest, line]);
      rest = null;
      if (action === null) {
        action = Buffer.from(line);
        actions.push(/^\{"(\w+)"/.exec(line.toString('latin1', 0, 20))[1]);
      } else {
        onDocument(action, line);
        action = null;
      }
      start = end + 1;
    }
    if (start === piece.length) return;
    const left = piece.subarray(start);
    rest = rest === null ? left : Buffer.concat([rest, left]);
  });
  request.on('end', () => {
    const body = { errors: false, items: actions.map((action) => ({ [action]: { status: 201 } })) };
    const answer = () => reply.end(JSON.stringify(body));
    if (answerMs > 0) setTimeout(answer, answerMs);
    else answer();
  });
}

/**
 * As much of OpenSearch as an ingest talks to, on the loopback, which takes `answerMs` over each `_bulk`: by default, a
 * tenth of what keytrail could make of it, so that the reader is held back all the time. `onDocument` is told the two
 * lines of each document, as bytes.
 */
export async function startSlowStore({ answerMs = 150, onDocument = () => undefined } = {}) {
  let written = 0;
  const told = (action, document) => {
    if (action.includes('"create"')) written++;
    onDocument(action, document);
  };
  const server = createServer((request, reply) => {
    const [path] = request.url.split('?');
    reply.setHeader('content-type', 'application/json');
    if (path === '/_bulk') {
      answerTo(request, reply, answerMs, told);
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
