import { countries } from '../../model/countries.js';
import type { SearchQuestion } from '../../stores/opensearch/chain-parts.js';
import { hitSource } from '../../stores/opensearch/columns.js';
import type { OpenScopeSearch } from '../../stores/opensearch/context-search.js';
import type { Panel } from '../types.js';
import { columnExpression, rowName, typeOf } from './columns.js';
import { inContext } from './context.js';
import { dashboardsIndex } from './index-patterns.js';
import { clickable, nameless, narrowing } from './narrow.js';

type Json = Record<string, unknown>;

/** Rows of a table: more of them are not read on a dashboard. */
const tableRows = 20;

/** Of a cell that can be clicked, on light and dark. */
const linkColour = '#0078d4';

/** What Vega calls the answer, which is one value. */
const answerName = 'answer';

/** The hits or buckets of an answer. Of no index at all, OpenSearch answers without aggregations. */
const rowsIn = (answer: string, hits: boolean): string =>
  hits ? `${answer}.hits.hits` : `(${answer}.aggregations ? ${answer}.aggregations.rows.buckets : [])`;

/** The columns that a drawing reads. */
function columnsOf({ draw, columns, x, y, series }: Panel): string[] {
  if (draw === 'table') return columns;
  return [...new Set([x, y, series].filter((column) => column !== null))];
}

const words = (column: string): string => column.replaceAll('_', ' ');

/** The total of a group, or how many there are. */
function measured({ y, measure }: Panel): { op: string; field?: string; as: string } {
  if (y === null) return { op: 'count', as: 'value' };
  return { op: measure, field: y, as: 'value' };
}

const measureWords = { sum: '', distinct: 'different ', max: 'highest ' } as const;

const measureTitle = ({ y, measure }: Panel): string => (y === null ? 'rows' : `${measureWords[measure]}${words(y)}`);

/** A name for what has none: it must not vanish from a chart. */
const named = (column: string): Json => ({
  calculate: `isValid(datum[${JSON.stringify(column)}]) ? toString(datum[${JSON.stringify(column)}]) : '${nameless}'`,
  as: column,
});

/** Groups of x with their measure, and only the largest of them. */
function largest(panel: Panel, groups: string[]): Json[] {
  const x = panel.x!;
  return [
    ...groups.map(named),
    { aggregate: [measured(panel)], groupby: groups },
    { joinaggregate: [{ op: 'sum', field: 'value', as: 'total' }], groupby: [x] },
    {
      window: [{ op: 'dense_rank', as: 'rank' }],
      sort: [
        { field: 'total', order: 'descending' },
        { field: x, order: 'ascending' },
      ],
    },
    { filter: `datum.rank <= ${panel.top}` },
  ];
}

const tooltip = (panel: Panel, columns: readonly string[]): Json[] => [
  ...columns.map((field) => ({ field, type: 'nominal', title: words(field) })),
  { field: 'value', type: 'quantitative', title: measureTitle(panel), format: ',' },
];

/** A pointer that looks like a hand where a click does something. */
const hand = (panel: Panel, question: SearchQuestion): Json =>
  clickable(panel, question).size > 0 ? { cursor: 'pointer' } : {};

function bar(panel: Panel, { question }: OpenScopeSearch): Json {
  const x = panel.x!;
  const { series } = panel;
  const groups = series === null ? [x] : [x, series];
  return {
    transform: largest(panel, groups),
    mark: { type: 'bar', ...hand(panel, question) },
    encoding: {
      y: {
        field: x,
        type: 'nominal',
        title: null,
        sort: { field: 'total', op: 'max', order: 'descending' },
        axis: { labelLimit: 260 },
      },
      x: { field: 'value', type: 'quantitative', title: measureTitle(panel), stack: 'zero' },
      ...(series === null ? {} : { color: { field: series, type: 'nominal', title: words(series) } }),
      tooltip: tooltip(panel, groups),
    },
  };
}

function donut(panel: Panel, { question }: OpenScopeSearch): Json {
  const x = panel.x!;
  return {
    transform: largest(panel, [x]),
    mark: { type: 'arc', innerRadius: 50, ...hand(panel, question) },
    encoding: {
      theta: { field: 'value', type: 'quantitative', stack: true },
      color: { field: x, type: 'nominal', title: words(x) },
      tooltip: tooltip(panel, [x]),
    },
  };
}

function line(panel: Panel): Json {
  const { x, series, every } = panel;
  const groups = series === null ? [] : [series];
  return {
    transform: [
      { filter: `isValid(datum[${JSON.stringify(x)}])` },
      ...groups.map(named),
      { timeUnit: every === 'day' ? 'utcyearmonthdate' : 'utcyearmonthdatehours', field: x, as: 'step' },
      { aggregate: [measured(panel)], groupby: ['step', ...groups] },
    ],
    mark: { type: 'line', point: true },
    encoding: {
      x: { field: 'step', type: 'temporal', title: 'UTC', scale: { type: 'utc' } },
      y: { field: 'value', type: 'quantitative', title: measureTitle(panel) },
      ...(series === null ? {} : { color: { field: series, type: 'nominal', title: words(series) } }),
      tooltip: [
        { field: 'step', type: 'temporal', title: 'UTC', format: '%Y-%m-%d %H:%M', formatType: 'utc' },
        ...tooltip(panel, groups),
      ],
    },
  };
}

/** Of no rows there is no group to measure: a 0 stands in for it. */
function number(panel: Panel, { question }: OpenScopeSearch): Json {
  const rows = rowsIn(`data('${answerName}')[0]`, question.opensearch.rows.from === 'hits');
  const mark = { type: 'text', fontSize: 44, fontWeight: 'bold' };
  return {
    layer: [
      {
        transform: [{ aggregate: [measured(panel)] }],
        mark,
        encoding: { text: { field: 'value', type: 'quantitative', format: ',' } },
      },
      {
        data: { values: [{}] },
        transform: [{ filter: `length(${rows}) === 0` }],
        mark,
        encoding: { text: { value: '0' } },
      },
    ],
  };
}

const places = (): Json => ({
  values: ['code,latitude,longitude', ...countries().map((one) => `${one.code},${one.latitude},${one.longitude}`)].join(
    '\n',
  ),
  format: { type: 'csv', parse: { latitude: 'number', longitude: 'number' } },
});

/** Circles in the middle of each country: no tiles and no outlines are asked of any other host. */
function map(panel: Panel): Json {
  const x = panel.x!;
  return {
    projection: { type: 'equalEarth' },
    layer: [
      { data: { graticule: { step: [30, 30] } }, mark: { type: 'geoshape', filled: false, stroke: '#bbb' } },
      {
        transform: [
          { filter: `isValid(datum[${JSON.stringify(x)}])` },
          { aggregate: [measured(panel)], groupby: [x] },
          {
            lookup: x,
            from: { data: places(), key: 'code', fields: ['latitude', 'longitude'] },
          },
          { filter: 'isValid(datum.latitude)' },
        ],
        mark: { type: 'circle', opacity: 0.7 },
        encoding: {
          longitude: { field: 'longitude', type: 'quantitative' },
          latitude: { field: 'latitude', type: 'quantitative' },
          size: { field: 'value', type: 'quantitative', title: measureTitle(panel), scale: { range: [40, 1500] } },
          tooltip: tooltip(panel, [x]),
        },
      },
    ],
  };
}

/** Cells of text in rows and columns, the question's first rows. */
function table(panel: Panel, { question }: OpenScopeSearch): Json {
  const times = panel.columns.filter((column) => typeOf(question, column) === 'timestamp');
  const order = question.order.map((key) => ({
    field: key.replace(/^-/, ''),
    order: key.startsWith('-') ? 'descending' : 'ascending',
  }));
  const links = [...clickable(panel, question).keys()];
  const isLink = `datum.cell !== '' && indexof(${JSON.stringify(links)}, datum.column) >= 0`;
  return {
    transform: [
      { window: [{ op: 'row_number', as: 'row' }], sort: order.filter(({ field }) => panel.columns.includes(field)) },
      { filter: `datum.row <= ${tableRows}` },
      ...times.map((column) => ({
        calculate: `isValid(datum[${JSON.stringify(column)}]) ? utcFormat(datum[${JSON.stringify(column)}], '%Y-%m-%d %H:%M:%S') : null`,
        as: column,
      })),
      { fold: panel.columns, as: ['column', 'cell'] },
      { calculate: "isValid(datum.cell) ? toString(datum.cell) : ''", as: 'cell' },
    ],
    mark: { type: 'text', align: 'left', limit: 170, fontSize: 11, ...hand(panel, question) },
    encoding: {
      x: {
        field: 'column',
        type: 'nominal',
        sort: panel.columns,
        title: null,
        scale: { type: 'point', padding: 0, align: 0 },
        axis: {
          orient: 'top',
          labelAngle: 0,
          labelAlign: 'left',
          labelFontWeight: 'bold',
          domain: false,
          ticks: false,
        },
      },
      y: { field: 'row', type: 'ordinal', title: null, axis: null },
      text: { field: 'cell', type: 'nominal' },
      tooltip: { field: 'cell', type: 'nominal' },
      ...(links.length > 0 ? { color: { condition: { test: isLink, value: linkColour } } } : {}),
    },
  };
}

const drawings = { bar, donut, line, number, map, table };

/**
 * A panel as a Vega-Lite specification that asks the question's own search, in Dashboards' time and filters; null where
 * a column can't be read by one. Source: "OpenSearch Dashboards: Vega", "Vega-Lite documentation".
 */
export function vegaLite(panel: Panel, search: OpenScopeSearch, prefix = ''): Json | null {
  const calculated = columnsOf(panel).map((column) => ({
    calculate: columnExpression(search.question, column),
    as: column,
  }));
  if (calculated.some(({ calculate }) => calculate === null)) return null;
  const drawing = drawings[panel.draw](panel, search);
  const hits = search.question.opensearch.rows.from === 'hits';
  const paths = hits ? columnsOf(panel).map((column) => hitSource(search.question, column).path) : [];
  const body = {
    ...search.body,
    query: inContext(search),
    // Ten thousand whole records are much to fetch for a chart.
    ...(hits ? { _source: paths.length > 0 ? paths : false } : {}),
  };
  const { transform = [], ...rest } = drawing as { transform?: Json[] };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    autosize: { type: 'fit', contains: 'padding' },
    width: 'container',
    height: 'container',
    data: {
      name: answerName,
      url: { index: dashboardsIndex(search.question.opensearch.log, prefix), body },
    },
    transform: [{ calculate: rowsIn('datum', hits), as: rowName }, { flatten: [rowName] }, ...calculated, ...transform],
    ...narrowing(panel, search.question, prefix),
    ...rest,
    // Of no rows, Vega warns of axes without an extent: an empty panel says as much.
    config: { view: { stroke: null }, kibana: { hideWarnings: true } },
  };
}
