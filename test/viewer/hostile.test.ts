import { afterAll, beforeAll, expect, it } from 'vitest';
import { allDashboards } from '../../src/dashboards/load.js';
import { allQuestions } from '../../src/queries/load.js';
import { hostileTexts, megabyte, unsafe } from '../investigate/hostile.js';
import { type Page, readPage } from '../investigate/page.js';
import { type Opened, openOn } from './viewer.js';

const key = 'AKIAIOSFODNN7EXAMPLE';
/** The same text in every field that a caller has a say in. */
const record = (text: string, position: number) => ({
  eventID: `${text.slice(0, 100)}${position}`,
  eventSource: 's3.amazonaws.com',
  eventName: text,
  awsRegion: text,
  sourceIPAddress: text,
  userAgent: text,
  errorCode: text,
  errorMessage: text,
  requestParameters: { bucketName: text, [text.slice(0, 200)]: text, deep: [{ arn: `arn:aws:s3:::${text}` }] },
  responseElements: { text },
  resources: [{ ARN: `arn:aws:s3:::${text}`, accountId: text, type: text }],
  userIdentity: {
    type: 'IAMUser',
    accessKeyId: key,
    userName: text,
    arn: `arn:aws:iam::111122223333:user/${text}`,
    principalId: text,
  },
  neverSeen: { [text.slice(0, 200)]: text },
});

const finding = (text: string, position: number) => ({
  schemaVersion: '2.0',
  accountId: '111122223333',
  region: 'us-east-1',
  id: `${position}${text.slice(0, 100)}`,
  type: text,
  severity: 5,
  updatedAt: '2026-03-02T08:00:00Z',
  title: text,
  description: text,
  resource: { accessKeyDetails: { accessKeyId: key, userName: text }, instanceDetails: { instanceId: text } },
  service: { action: { awsApiCallAction: { api: text, remoteIpDetails: { ipAddressV4: text } } }, count: text },
});

const item = (text: string, position: number) => ({
  configurationItemCaptureTime: '2026-03-02T08:00:00Z',
  configurationStateId: String(position),
  configurationItemStatus: text,
  awsAccountId: '111122223333',
  awsRegion: 'us-east-1',
  resourceType: text,
  resourceId: `${position}${text.slice(0, 100)}`,
  resourceName: text,
  ARN: `arn:aws:s3:::${text}`,
  relatedEvents: [text],
  configuration: { [text.slice(0, 200)]: text },
});

/** Of a flow record a field ends at a blank. */
const flow = (text: string): string => {
  const word = text.replace(/\s/g, '_').slice(0, 200);
  return `${word} ${word} 203.0.113.66 10.0.0.5 4444 22 6 9 900 1772438400 1772438460 ACCEPT OK`;
};

/** As much as a record may hold, in one of its fields. */
const long = { eventID: 'long', userAgent: megabyte, userIdentity: { type: 'IAMUser', accessKeyId: key } };
const records = [...hostileTexts.map(record), long];

let opened: Opened;
beforeAll(async () => {
  opened = await openOn({
    cloudtrail: records,
    guardduty: hostileTexts.map(finding),
    config: hostileTexts.map(item),
    vpcflow: `account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n${hostileTexts.map((text) => `${flow(text)}\n`).join('')}`,
    asks: [],
  });
});
afterAll(() => opened.close());

/** Reads a page as a browser would, and looks for what must be on none. */
function checked(source: string, where: string): Page {
  const page = readPage(source);
  const attributes = page.elements.flatMap(({ attributes }) => Object.entries(attributes));
  const words = attributes.flatMap(([, value]) => [value]).concat(page.text);
  expect(
    words.filter((word) => unsafe.test(word.replace(/[\n\t]/g, ' '))),
    where,
  ).toEqual([]);
  expect(
    attributes.filter(([name]) => name.startsWith('on') || name === 'style'),
    where,
  ).toEqual([]);
  const places = attributes.filter(([name]) => ['href', 'src', 'action', 'data-zoom'].includes(name));
  expect(
    places.filter(([, to]) => !/^(?:\/(?!\/)|#)/.test(to)),
    where,
  ).toEqual([]);
  const scripts = page.elements.filter(({ name }) => name === 'script').map(({ attributes }) => attributes.src);
  expect(
    scripts.filter((src) => !src?.startsWith('/assets/')),
    where,
  ).toEqual([]);
  expect(
    page.elements.some(({ name }) => ['img', 'style', 'object', 'embed', 'base', 'b'].includes(name)),
    where,
  ).toBe(false);
  return page;
}

/** Every text in JSON. */
const textsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(textsIn)
      : [];

const linksOf = (page: Page, start: string): string[] =>
  page.elements.flatMap(({ name, attributes }) =>
    name === 'a' && attributes.href?.startsWith(start) ? [attributes.href] : [],
  );

it('shows hostile texts as text in every answer, and follows each link from them', async () => {
  const links = new Set<string>();
  for (const { id, parameters } of allQuestions()) {
    const own = parameters
      .filter((parameter) => parameter.default === undefined)
      .map(({ name, type }) => `&${name}=${type === 'timestamp' ? '2026-03-01' : '198.51.100.10'}`);
    const path = `/question/${id}?ask=1&key=${key}&from=2026-03-01${own.join('')}`;
    const { status, body } = await opened.ask(path);
    expect(status, path).toBe(200);
    // Cells are cut: no page is as long as a text.
    expect(body.length, path).toBeLessThan(300_000);
    const page = checked(body, path);
    for (const link of linksOf(page, '/pivot').slice(0, 3)) links.add(link);
  }
  expect(links.size).toBeGreaterThan(0);
  for (const link of links) checked((await opened.ask(link)).body, link);
  expect(opened.faults).toEqual([]);
});

it('shows hostile texts as text on every dashboard, in drawings as in tables', async () => {
  let drawn = 0;
  for (const { id, panels } of allDashboards()) {
    const all = await opened.ask(`/dashboard/${id}?all=1&key=${key}`);
    expect(all.status, id).toBe(200);
    expect(all.body.length, id).toBeLessThan(500_000);
    const page = checked(all.body, id);
    expect(page.elements.filter(({ name }) => name === 'article')).toHaveLength(panels.length);
    for (const { attributes } of page.elements) {
      if (attributes['data-drawing'] === undefined) continue;
      drawn++;
      const texts = textsIn(JSON.parse(attributes['data-drawing']));
      expect(
        texts.filter((text) => unsafe.test(text)),
        id,
      ).toEqual([]);
      // A label is cut, a link is one of this viewer.
      expect(
        texts.filter((text) => text.length > 70 && !/^\/(?!\/)[\x21-\x7e]*$/.test(text)),
        id,
      ).toEqual([]);
    }
    for (const panel of panels) checked((await opened.ask(`/dashboard/${id}/${panel.id}?key=${key}`)).body, panel.id);
  }
  expect(drawn).toBeGreaterThan(10);
  expect(opened.faults).toEqual([]);
});

it('shows the whole of a record by its link, exactly', async () => {
  const answer = checked((await opened.ask(`/question/key-timeline?ask=1&key=${key}`)).body, 'key-timeline');
  const links = linksOf(answer, '/record');
  expect(links).toHaveLength(records.length);
  const shown: string[] = [];
  for (const link of links) {
    const { status, body } = await opened.ask(link);
    expect(status, link).toBe(200);
    const page = checked(body, link);
    const json = page.text.slice(page.text.indexOf('{'), page.text.lastIndexOf('}') + 1);
    shown.push(json);
  }
  // The megabyte is there from end to end.
  expect(Math.max(...shown.map((json) => json.length))).toBeGreaterThan(megabyte.length);
  const quoted = shown.find((json) => json.includes('a \\"quoted\\", comma'))!;
  expect(JSON.parse(quoted)).toMatchObject({
    userAgent: 'a "quoted", comma',
    requestParameters: { bucketName: 'a "quoted", comma' },
    resources: [{ ARN: 'arn:aws:s3:::a "quoted", comma', type: 'a "quoted", comma' }],
    unmapped: { neverSeen: { 'a "quoted", comma': 'a "quoted", comma' } },
  });
});

it('shows findings, items and flows as text, whole behind their links', async () => {
  for (const [id, least] of [
    ['guardduty-findings', hostileTexts.length],
    ['config-history', hostileTexts.length],
    ['internet-accepted', 1],
  ] as const) {
    const page = checked((await opened.ask(`/question/${id}?ask=1&from=2026-03-01`)).body, id);
    expect(page.elements.filter(({ name }) => name === 'tr').length, id).toBeGreaterThan(least);
    for (const link of linksOf(page, '/record')) {
      const { status, body } = await opened.ask(link);
      // The events that items are related to are in no log here.
      expect(status, link).toBe(link.includes('log=cloudtrail') ? 404 : 200);
      checked(body, link);
    }
  }
  expect(opened.faults).toEqual([]);
});

it('takes hostile texts in an address for texts', async () => {
  for (const text of hostileTexts) {
    const word = encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'));
    for (const path of [
      `/?search=${word}&key=${word}&from=${word}`,
      `/question/key-owner?ask=1&key=${word}&sort=${word}&page=${word}`,
      `/question/ip-pivot?ask=1&ip=${word}`,
      `/pivot?kind=arn&value=${word}`,
      `/record?id=${word}&at=${word}`,
      `/investigate?id=${word}`,
      `/question/${word}`,
      `/coverage?from=${word}`,
      `/dashboard/key-investigation?key=${word}&from=${word}&accounts=${word}&regions=${word}`,
      `/dashboard/key-investigation?regions=${word}&all=1`,
      `/dashboard/${word}`,
      `/dashboard/logins/${word}`,
      `/dashboard/logins/origins?regions=${word}`,
      `/${word}`,
    ]) {
      const { status, body, headers } = await opened.ask(path);
      expect(status, path).toBeLessThan(500);
      expect(headers['content-type'], path).toMatch(/^text\/html/);
      checked(body, path);
    }
  }
  expect(opened.faults).toEqual([]);
});

it('puts no text of an address into a command to be copied, unless it is a key', async () => {
  const commandOf = async (value: string) =>
    /keytrail contain plan [^<]*/.exec(
      (await opened.ask(`/pivot?kind=key&value=${encodeURIComponent(value)}`)).body,
    )?.[0];
  expect(await commandOf(key)).toContain(`keytrail contain plan ${key} --store`);
  expect(await commandOf(`${key}; touch x`)).toBeUndefined();
});

it('draws and exports hostile texts harmlessly', async () => {
  const page = checked((await opened.ask(`/question/key-clients?ask=1&key=${key}`)).body, 'key-clients');
  const drawn = page.elements.flatMap(({ attributes }) => attributes['data-drawing'] ?? []);
  const { labels } = JSON.parse(drawn[0]!) as { labels: string[] };
  expect(labels.length).toBeGreaterThan(10);
  expect(labels.filter((label) => unsafe.test(label) || label.length > 60)).toEqual([]);
  const csv = await opened.ask(`/export/key-clients.csv?key=${key}`);
  expect(csv.headers['content-disposition']).toBe('attachment; filename="key-clients.csv"');
  expect(csv.body.split('\r\n').filter((line) => /^[=+@-]/.test(line))).toEqual([]);
});
