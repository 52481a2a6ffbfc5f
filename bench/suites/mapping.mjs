import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bodiesOf } from '../bodies.mjs';
import { cpuOf, keytrail, runScript } from '../children.mjs';
import { startOpenSearch } from '../services.mjs';

const index = 'bench';
const bodyBytes = 7e6;
const freeForm = ['request_parameters', 'response_elements', 'additional_eventdata'];
const searchable = { type: 'keyword', doc_values: false, ignore_above: 8191 };

const trailOf = ({ properties }) => properties.aws.properties.cloudtrail.properties;
const withObjects = ({ flattened: _, ...trail }) => {
  for (const name of freeForm) if (trail[name] !== undefined) trail[name] = JSON.parse(trail[name]);
  return trail;
};

/** `path=value` of every leaf, as flat_object has it in its terms. */
function* leaves(value, path) {
  if (value === null) return;
  if (Array.isArray(value)) for (const item of value) yield* leaves(item, path);
  else if (typeof value === 'object')
    for (const [name, inner] of Object.entries(value)) yield* leaves(inner, path === '' ? name : `${path}.${name}`);
  else yield `${path}=${value}`;
}

function withTerms({ flattened: _, ...trail }) {
  for (const name of freeForm) {
    const terms = trail[name] === undefined ? [] : [...leaves(JSON.parse(trail[name]), '')];
    if (terms.length > 0) trail[`${name}_terms`] = [...new Set(terms)];
  }
  return trail;
}

/** What is done to the mapping of `aws.cloudtrail` and to a document's part below it; what is not named stays. */
const variants = [
  { name: 'keytrail’s' },
  { name: 'keytrail’s, codec default', codec: 'default' },
  {
    name: 'plain ECS: flat_object on request, response, additional data and resources; codec default',
    codec: 'default',
    map: (fields) => {
      delete fields.flattened;
      delete fields.arns;
      for (const name of [...freeForm, 'resources']) fields[name] = { type: 'flat_object' };
    },
    document: ({ arns: _, ...trail }) => withObjects(trail),
  },
  {
    name: 'terms path=value without doc values, beside the text; codec default',
    codec: 'default',
    map: (fields) => {
      delete fields.flattened;
      for (const name of freeForm) fields[`${name}_terms`] = searchable;
    },
    document: withTerms,
  },
  {
    name: 'free-form parts as text, not indexed; codec default',
    codec: 'default',
    map: (fields) => {
      delete fields.flattened;
    },
    document: ({ flattened: _, ...trail }) => trail,
  },
];

async function documentsOf(files) {
  const documents = [];
  for (const file of files) {
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    for (let at = 0; at < lines.length; at += 2) documents.push([JSON.parse(lines[at]).create._id, lines[at + 1]]);
  }
  return documents;
}

async function write(documents, folder, number, change = (trail) => trail) {
  const files = [];
  let text = '';
  const end = async () => {
    files.push(join(folder, `${number}-${files.length}`));
    await writeFile(files.at(-1), text);
    text = '';
  };
  for (const [_id, json] of documents) {
    const document = JSON.parse(json);
    document.aws.cloudtrail = change(document.aws.cloudtrail);
    text += `${JSON.stringify({ create: { _index: index, _id } })}\n${JSON.stringify(document)}\n`;
    if (text.length > bodyBytes) await end();
  }
  if (text !== '') await end();
  return files;
}

async function call(node, method, path, body) {
  const headers = { 'content-type': 'application/json' };
  const reply = await fetch(`${node.url}${path}`, { method, headers, body: body && JSON.stringify(body) });
  const answer = await reply.json();
  if (!reply.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  return answer;
}

/** Seven mappings take their time. */
const most = 100_000;

/** What a node takes of the same events under other mappings, ready-made bodies over two connections. */
export async function mapping({ data, records, rounds, tell }) {
  const bodies = await bodiesOf(await data('cloudtrail', Math.min(records.cloudtrail, most)));
  const documents = await documentsOf(bodies.files);
  const folder = dirname(bodies.files[0]);
  const node = await startOpenSearch();
  try {
    await keytrail(['setup', 'opensearch', '--store', `opensearch:${node.url}`]);
    const found = await call(node, 'GET', '/_index_template/keytrail-cloudtrail');
    const { settings, mappings } = found.index_templates[0].index_template.template;
    const contenders = [];
    for (const [number, { name, codec, map, document }] of variants.entries()) {
      const changed = structuredClone(mappings);
      map?.(trailOf(changed));
      const own = { index: { ...settings.index, ...(codec ? { codec } : {}) } };
      const files = await write(documents, folder, number, document);
      contenders.push({ name, files, body: { settings: own, mappings: changed }, rates: [], costs: [], sizes: [] });
    }
    // The first round is the node's own start.
    for (let round = -1; round < rounds; round++)
      for (const { name, files, body, rates, costs, sizes } of contenders) {
        await call(node, 'DELETE', `/${index}?ignore_unavailable=true`);
        await call(node, 'PUT', `/${index}`, body);
        const before = cpuOf(node.pid);
        const { seconds } = JSON.parse((await runScript('push.mjs', [node.url, '2', ...files])).output);
        const cost = ((cpuOf(node.pid) - before) / documents.length) * 1e6;
        await call(node, 'POST', `/${index}/_flush?force=true`);
        await call(node, 'POST', `/${index}/_refresh`);
        const { count } = await call(node, 'GET', `/${index}/_count`);
        if (count !== documents.length) throw new Error(`${count} of ${documents.length} documents arrived`);
        const { _all } = await call(node, 'GET', `/${index}/_stats/store`);
        tell(`${name}: ${(documents.length / seconds).toFixed(0)} a second, ${cost.toFixed(1)} µs of the node each`);
        if (round < 0) continue;
        rates.push(documents.length / seconds);
        costs.push(cost);
        sizes.push(_all.primaries.store.size_in_bytes / documents.length);
      }
    const plain = contenders[2];
    return contenders.flatMap(({ name, rates, costs, sizes }) => [
      {
        measure: `node’s ceiling, ${name}`,
        unit: 'events/s',
        values: rates,
        against: { name: 'plain ECS', values: plain.rates },
        ...(name === 'keytrail’s' ? { target: '≥ 1.5' } : {}),
      },
      {
        measure: `its CPU, ${name}`,
        unit: 'µs/event',
        values: costs,
        against: { name: 'plain ECS', values: plain.costs },
      },
      {
        measure: `disk, ${name}`,
        unit: 'bytes/event',
        values: sizes,
        against: { name: 'plain ECS', values: plain.sizes },
      },
    ]);
  } finally {
    await node.stop();
    await bodies.remove();
  }
}
