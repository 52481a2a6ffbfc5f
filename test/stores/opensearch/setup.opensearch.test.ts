import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import type { ParameterValue, Question } from '../../../src/model/question.js';
import { allQuestions } from '../../../src/queries/load.js';
import { bindQuestion, parametersOf } from '../../../src/queries/parameters.js';
import { boundPart, partsOf } from '../../../src/stores/opensearch/chain-parts.js';
import type { IsmPolicy } from '../../../src/stores/opensearch/ism.js';
import { renderSearch } from '../../../src/stores/opensearch/search-template.js';
import { type StoredQuestion, setupOpenSearch, setupRequests } from '../../../src/stores/opensearch/setup.js';
import { opensearchOrSkip } from '../../services/index.js';
import { type Body, call, eventOf, withStore } from './node.js';
import { bodyOf, passOn } from './proxy.js';

const defaultsOf = (question: Question): ReadonlyMap<string, ParameterValue> =>
  new Map(
    parametersOf(question).flatMap(({ name, default: value }) =>
      value === undefined ? [] : [[name === 'key' ? 'keyIds' : name, value] as const],
    ),
  );

const questions: StoredQuestion[] = allQuestions().map((question) => ({ question, defaults: defaultsOf(question) }));

const dropScripts = async (node: string, prefix: string): Promise<void> => {
  const requests = setupRequests(`opensearch:${node}?prefix=${prefix}`, { questions });
  const scripts = requests.filter(({ path }) => path.startsWith('_scripts/'));
  await Promise.all(scripts.map(({ path }) => call(node, 'DELETE', `/${path}`)));
};

test('months that are there get the alias, and all may be done again', async (context) => {
  const node = opensearchOrSkip(context);
  await withStore(node, async ({ store, prefix }) => {
    await store.write('cloudtrail', [eventOf('a'), eventOf('b', {}, '2025-01-01T00:00:00Z')]);
    const alias = `${prefix}-keytrail-cloudtrail`;
    await call(node, 'DELETE', `/${alias}-2026.03/_alias/${alias}`);
    const location = `opensearch:${node}?prefix=${prefix}`;
    for (let time = 0; time < 2; time += 1) {
      const lines = await setupOpenSearch(location, {}, { questions: questions.slice(0, 1), retentionDays: 90 });
      expect(lines).toContain(`index template ${alias}: kept as it is`);
      expect(lines).toContain(`alias ${alias}: 2 months now, and each one to come`);
      expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^retention ${alias}-\\*: NOT SET, this cluster`)));
      await call(node, 'POST', `/${alias}/_refresh`);
      expect((await call(node, 'GET', `/${alias}/_count`)).body.count).toBe(2);
    }
    await dropScripts(node, prefix);
  });
});

/** Of one question, everything that it takes, hostile where it is text. */
function given(question: Question): { params: Body; texts: Record<string, string[]> } {
  const hostile = '"},{{from}} \\ </script> é';
  const params: Body = {
    from: '2026-01-01T00:00:00Z',
    to: '2026-02-01T00:00:00Z',
    accounts: ['111122223333', '444455556666'],
  };
  if (question.key !== 'none') params.key = ['AKIAIOSFODNN7EXAMPLE'];
  for (const { name, type, min } of question.parameters) {
    if (type === 'string[]') params[name] = [hostile.replaceAll(',', ''), 'b'];
    else if (type === 'integer[]') params[name] = [min ?? 1, 22];
    else if (type === 'integer') params[name] = min ?? 7;
    else if (type === 'timestamp') params[name] = '2026-01-15T00:00:00Z';
    else params[name] = hostile;
  }
  params.limit = 17;
  return {
    params,
    texts: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, [value].flat().map(String)])),
  };
}

test('a stored question is the one that the command line asks, with its defaults', async (context) => {
  const node = opensearchOrSkip(context);
  await withStore(node, async ({ prefix }) => {
    const location = `opensearch:${node}?prefix=${prefix}`;
    await setupOpenSearch(location, {}, { questions });
    for (const { question } of questions.filter(({ question }) => question.opensearch !== null)) {
      // Of a chain the last search, which takes what the others find.
      const last = partsOf(question).at(-1)!;
      const id = `${prefix}-keytrail-${question.id}`;
      const full = given(question);
      const key = question.key === 'required' ? { key: ['AKIAIOSFODNN7EXAMPLE'] } : {};
      const required = Object.fromEntries(
        question.parameters.filter((one) => one.default === undefined).map(({ name }) => [name, full.params[name]]),
      );
      const few = { ...key, ...required, ...(question.views.includes('baseline') ? { from: full.params.from } : {}) };
      const fewTexts = Object.fromEntries(
        Object.entries(few).map(([name, value]) => [name, [value].flat().map(String)]),
      );
      for (const [params, texts] of [
        [full.params, full.texts],
        [few, fewTexts],
      ] as const) {
        const { body } = await call(node, 'POST', '/_render/template', { id, params });
        expect(body.template_output, `${id} ${JSON.stringify(params)}`).toEqual(
          renderSearch(boundPart(bindQuestion(question, texts, new Date()), last, new Map())),
        );
        const found = await call(node, 'POST', `/${prefix}-keytrail-cloudtrail*/_search/template`, { id, params });
        expect(found.status, JSON.stringify(found.body)).toBe(200);
      }
    }
    await dropScripts(node, prefix);
  });

  // A node compiles each of a hundred searches by itself.
}, 90_000);

test('what a question needs is not left out in silence, and a value without brackets counts', async (context) => {
  const node = opensearchOrSkip(context);
  await withStore(node, async ({ store, prefix }) => {
    const userIdentity = (accessKeyId: string) => ({ userIdentity: { accessKeyId } });
    await store.write('cloudtrail', [eventOf('a', userIdentity('AKIAONE')), eventOf('b', userIdentity('AKIATWO'))]);
    const some = questions.filter(({ question }) => ['actions-used', 'key-owner', 'new-ip'].includes(question.id));
    await setupOpenSearch(`opensearch:${node}?prefix=${prefix}`, {}, { questions: some });
    await call(node, 'POST', `/${prefix}-keytrail-cloudtrail/_refresh`);
    const search = (id: string, params: Body) =>
      call(node, 'POST', `/${prefix}-keytrail-cloudtrail/_search/template`, { id: `${prefix}-keytrail-${id}`, params });
    for (const [id, missing, params] of [
      ['actions-used', 'key', {}],
      ['new-ip-who', 'from', {}],
      ['new-ip-known', 'baseline_from', { from: '2026-03-01T00:00:00Z' }],
    ] as const) {
      const { status, body } = await search(id, params);
      expect(status).toBe(400);
      expect(JSON.stringify(body)).toContain(`this question needs the parameter ${missing}`);
    }
    for (const key of ['AKIAONE', ['AKIAONE']]) {
      const owners = (await search('key-owner', { key })).body.aggregations.rows.buckets;
      expect(owners.map((bucket: { key: Body }) => bucket.key.access_key_id)).toEqual(['AKIAONE']);
      const actions = (await search('actions-used', { key })).body.aggregations.rows.buckets;
      expect(actions.map((bucket: Body) => bucket.doc_count)).toEqual([1]);
    }
    await dropScripts(node, prefix);
  });
});

test('the printed requests do the same as running it', async (context) => {
  const node = opensearchOrSkip(context);
  await withStore(node, async ({ prefix }) => {
    const location = `opensearch:${node}?prefix=${prefix}`;
    await call(node, 'DELETE', `/_index_template/${prefix}-*`);
    for (const { method, path, body } of setupRequests(location, { questions })) {
      const { status, body: answer } = await call(node, method, `/${path}`, body as Body);
      expect(status, JSON.stringify(answer)).toBe(200);
    }
    const lines = await setupOpenSearch(location, {}, { questions });
    expect(lines.filter((line) => line.startsWith('index template'))).toEqual(
      expect.arrayContaining([`index template ${prefix}-keytrail-ledger: kept as it is`]),
    );
    expect(lines.join('\n')).not.toMatch(/created|brought up to date/);
    await dropScripts(node, prefix);
  });
}, 90_000);

/**
 * Index State Management before a node that has none: the requests of the page "OpenSearch documentation: ISM API",
 * and of an index no more than which policy it follows. What the plugin then does with an index is not shown here.
 */
async function ismFront(node: string, followed: Map<string, string>) {
  const policies = new Map<string, { body: IsmPolicy; version: number }>();
  const calls: string[] = [];
  const server = createServer(async (request, response) => {
    const text = await bodyOf(request);
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const url = new URL(request.url!, 'http://node');
    const [, action, name = ''] = /^\/_plugins\/_ism\/(\w+)\/(.+)$/.exec(decodeURIComponent(url.pathname)) ?? [];
    if (action === undefined) {
      const passed = await passOn(node, request, text);
      answer(passed.status, JSON.parse(passed.text));
      return;
    }
    const policy = policies.get(name);
    if (request.method !== 'GET') calls.push(`${request.method} ${action} ${name}`);
    if (action === 'explain') {
      const explained = Object.fromEntries(
        [...followed].map(([index, id]) => [
          index,
          { 'index.plugins.index_state_management.policy_id': id || null, index, enabled: id ? true : null },
        ]),
      );
      answer(200, { ...explained, total_managed_indices: [...followed.values()].filter(Boolean).length });
    } else if (action !== 'policies') {
      for (const index of name.split(',')) followed.set(index, JSON.parse(text).policy_id);
      answer(200, { updated_indices: name.split(',').length, failures: false, failed_indices: [] });
    } else if (request.method === 'GET') {
      if (policy) answer(200, { _id: name, _seq_no: policy.version, _primary_term: 1, ...policy.body });
      else answer(404, { error: { type: 'status_exception', reason: 'Policy not found' }, status: 404 });
    } else if (policy && url.searchParams.get('if_seq_no') !== String(policy.version))
      answer(409, { error: { type: 'version_conflict_engine_exception', reason: 'exists' }, status: 409 });
    else {
      policies.set(name, { body: JSON.parse(text), version: (policy?.version ?? 6) + 1 });
      answer(policy ? 200 : 201, { _id: name });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    policies,
    calls,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

test('retention is put, changed, and left alone where somebody chose another', async (context) => {
  const node = opensearchOrSkip(context);
  const followed = new Map([
    ['month-1', ''],
    ['month-2', 'their-own'],
  ]);
  const front = await ismFront(node, followed);
  try {
    await withStore(
      front.url,
      async ({ prefix }) => {
        const name = `${prefix}-keytrail-cloudtrail`;
        const location = `opensearch:${front.url}?prefix=${prefix}`;
        const age = () => front.policies.get(name)?.body.policy.states[0]?.transitions[0];
        for (const days of [90, 400]) {
          const lines = await setupOpenSearch(location, {}, { questions: [], retentionDays: days });
          expect(lines.join('\n')).toContain(`retention ${name}: months are deleted`);
          expect(age()).toMatchObject({ conditions: { min_index_age: `${days + 31}d` } });
        }
        const ours = front.calls.filter((one) => one.includes(name) || one.includes('month'));
        expect(ours.filter((one) => one.startsWith('PUT'))).toEqual([`PUT policies ${name}`, `PUT policies ${name}`]);
        expect(front.calls[1]).toBe('POST add month-1');
        expect(front.calls).toContain('POST change_policy month-1');
        expect(front.calls.join('\n')).not.toContain('month-2');
        expect(followed.get('month-2')).toBe('their-own');
      },
      {},
      node,
    );
  } finally {
    await front.close();
  }
});
