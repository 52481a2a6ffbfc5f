import { bodiesOf } from '../bodies.mjs';
import { cpuOf, keytrail, runScript } from '../children.mjs';
import { aws, startOpenSearch, startS3, upload } from '../services.mjs';
import { median } from '../table.mjs';

const connections = [1, 2, 4];
/** More say the same, and each round writes them four times. */
const most = 400_000;
const titles = { cloudtrail: 'CloudTrail', vpcflow: 'flow rows' };

async function call(node, method, path) {
  const reply = await fetch(`${node.url}${path}`, { method });
  const body = await reply.json();
  if (!reply.ok) throw new Error(`${method} ${path}: ${JSON.stringify(body)}`);
  return body;
}

/** Has `work` fill an empty node; its result, with what the node spent, once every record is there. */
async function filled(node, data, work) {
  await call(node, 'DELETE', '/keytrail-*?expand_wildcards=all');
  const before = cpuOf(node.pid);
  const done = await work();
  const nodeCpu = cpuOf(node.pid) - before;
  await call(node, 'POST', `/keytrail-${data.log}-*/_refresh`);
  const { count } = await call(node, 'GET', `/keytrail-${data.log}-*/_count`);
  if (count !== data.records) throw new Error(`${count} of ${data.records} records arrived`);
  return {
    rate: data.records / done.seconds,
    cpu: (done.cpu / data.records) * 1e6,
    nodeCpu: (nodeCpu / data.records) * 1e6,
  };
}

/**
 * From S3 into a node, against pushing the same documents, ready-made, into the same node; alternately, `rounds` times.
 * `seconds` of the ingest are those of its process, start and end included; those of the pusher begin with its first
 * request.
 */
export async function opensearch({ data, records, rounds, tell }) {
  const node = await startOpenSearch();
  const s3 = await startS3();
  const rows = [];
  try {
    await keytrail(['setup', 'opensearch', '--store', `opensearch:${node.url}`]);
    for (const log of ['cloudtrail', 'vpcflow']) {
      const input = await data(log, Math.min(records[log], most));
      const source = await upload(s3, input);
      const bodies = await bodiesOf(input);
      const push = (count) => async () => {
        const { output, cpu } = await runScript('push.mjs', [node.url, String(count), ...bodies.files]);
        return { seconds: JSON.parse(output).seconds, cpu };
      };
      const args = ['ingest', source, '--endpoint-url', s3.url, '--log', log, '--store', `opensearch:${node.url}`];
      const contenders = [
        ...connections.map((count) => ({ name: `pushed over ${count}`, work: push(count) })),
        { name: 'keytrail', work: () => keytrail(args, { env: aws }) },
      ];
      const results = new Map(contenders.map(({ name }) => [name, []]));
      // A node compiles its hot code as it goes: the first runs are at half its speed.
      for (let round = -1; round < rounds; round++)
        for (const { name, work } of contenders) {
          const result = await filled(node, input, work);
          const { rate, cpu, nodeCpu } = result;
          tell(
            `${titles[log]}, ${name}: ${rate.toFixed(0)} a second; CPU ${cpu.toFixed(1)} µs, node ${nodeCpu.toFixed(1)} µs each${round < 0 ? ' (warming up)' : ''}`,
          );
          if (round >= 0) results.get(name).push(result);
        }
      await bodies.remove();
      const of = (name, what) => results.get(name).map((result) => result[what]);
      const unit = 'events/s';
      const pushed = connections.map((count) => ({
        name: `pushed, ${count} connections`,
        values: of(`pushed over ${count}`, 'rate'),
      }));
      const best = pushed.reduce((a, b) => (median(b.values) > median(a.values) ? b : a));
      for (const { name, values } of pushed) rows.push({ measure: `${titles[log]}, ${name}`, unit, values });
      rows.push({
        measure: `S3 → OpenSearch, ${titles[log]}`,
        unit,
        values: of('keytrail', 'rate'),
        against: best,
        target: '≥ 0.90',
      });
      rows.push({
        measure: `its CPU beside a busy node, ${titles[log]}`,
        unit: 'µs/event',
        values: of('keytrail', 'cpu'),
      });
      rows.push({
        measure: `the node’s CPU, ${titles[log]}`,
        unit: 'µs/event',
        values: of('keytrail', 'nodeCpu'),
        against: { name: best.name, values: of(best.name.replace(/pushed, (\d+).*/, 'pushed over $1'), 'nodeCpu') },
      });
    }
  } finally {
    await node.stop();
    await s3.stop();
  }
  return rows;
}
