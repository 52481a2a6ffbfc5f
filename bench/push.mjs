/**
 * node bench/push.mjs URL CONNECTIONS FILE…: sends ready-made bulk bodies, a file each, as fast as the node takes them.
 * Nothing else is done: what this reaches is the node's ceiling. The clock starts when all of them are in memory.
 */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { json } from 'node:stream/consumers';

const [url, connections, ...files] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const bodies = files.map((file) => readFileSync(file));

function send(body) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-ndjson', 'content-length': body.length };
    const path = '/_bulk?filter_path=errors,error,items.*.error.reason';
    request(`${url}${path}`, { method: 'POST', agent, headers }, (reply) =>
      json(reply).then((answer) => {
        if (answer.errors === false) resolve();
        else reject(new Error(JSON.stringify(answer).slice(0, 500)));
      }, reject),
    )
      .on('error', reject)
      .end(body);
  });
}

const began = performance.now();
const worker = async () => {
  for (let body = bodies.shift(); body; body = bodies.shift()) await send(body);
};
await Promise.all(Array.from({ length: Number(connections) }, worker));
console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000 }));
agent.destroy();
