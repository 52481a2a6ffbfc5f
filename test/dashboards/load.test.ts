import { expect, test } from 'vitest';
import { allDashboards, checkDashboards, parseDashboard } from '../../src/dashboards/load.js';

const page = (panel: string, filters = '[time, account, region, key]'): string => `
title: A dashboard
description: What it answers.
filters: ${filters}
panels:
  - { id: one, title: One panel, ${panel} }
`;

const check = (text: string): void => checkDashboards([parseDashboard('page', text), ...allDashboards()]);

test('the dashboards of the pack load, and are what the procedure asks for', () => {
  expect(allDashboards().map(({ id }) => id)).toEqual([
    'credential-overview',
    'data-exposure',
    'ingestion-health',
    'key-investigation',
    'logins',
    'network-exposure',
    'privilege-and-persistence',
  ]);
});

test('what a panel does not say has its default', () => {
  const [panel] = parseDashboard('page', page('question: key-owner, draw: number, y: events')).panels;
  expect(panel).toMatchObject({ width: 'quarter', measure: 'sum', top: 15, series: null, drill: {}, parameters: {} });
  expect(panel?.columns[0]).toBe('access_key_id');
});

test.each([
  ['question: key-owners, draw: table', /one: there is no question key-owners/],
  ['question: key-owner, draw: tables', /panels\.0\.draw must be equal to one of/],
  ['question: key-owner, draw: bar', /a bar needs x/],
  ['question: key-owner, draw: donut, x: arn, series: arn', /a donut has no series/],
  ['question: key-owner, draw: bar, x: name', /key-owner has no column name/],
  ['question: key-owner, draw: table, columns: [name]', /key-owner has no column name/],
  ['question: key-owner, draw: line, x: arn', /arn is no time/],
  ['question: key-owner, draw: map, x: events', /events is no country/],
  ['question: key-owner, draw: bar, x: arn, y: first_seen', /first_seen is no number/],
  ['question: ip-pivot, draw: table', /ip-pivot needs ip, which is neither given nor a filter/],
  ['question: destroy, draw: table, parameters: { m: 3 }', /destroy has no parameter "m"/],
  ['question: destroy, draw: table, parameters: { n: many }', /whole number/],
  ['question: beacon, draw: table', /reads more than CloudTrail/],
  [
    'question: key-owner, draw: table, drill: { name: { dashboard: logins, filter: account } }',
    /no column name to drill/,
  ],
  ['question: key-owner, draw: table, drill: { arn: { dashboard: nowhere, filter: key } }', /no dashboard nowhere/],
  ['question: key-owner, draw: table, drill: { arn: { dashboard: logins, filter: key } }', /logins has no filter key/],
  [
    'question: key-owner, draw: table, drill: { arn: { question: ip-pivot, parameter: address } }',
    /no parameter address/,
  ],
  [
    'question: key-owner, draw: table, drill: { events: { question: ip-pivot, parameter: ip } }',
    /events is a integer, ip of/,
  ],
])('%s is refused', (panel, message) => {
  expect(() => check(page(panel))).toThrow(message);
});

test('a key that must be given comes from the filter, or the panel is refused', () => {
  const panel = 'question: actions-used, draw: bar, x: event_name';
  expect(() => check(page(panel))).not.toThrow();
  expect(() => check(page(panel, '[time]'))).toThrow(/actions-used needs key/);
});

test('two panels of one id are refused', () => {
  const twice = `${page('question: key-owner, draw: table')}  - { id: one, title: Again, question: key-owner, draw: table }\n`;
  expect(() => check(twice)).toThrow(/two panels are called one/);
});
