/// <reference lib="dom" />
// How ECharts is told what to draw. What a label says comes from logs: it is drawn as text, never set as HTML.

import type { Bars, Course, Drawing, Places } from '../drawing.js';

const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const palette = (): string[] => Array.from({ length: 10 }, (_, place) => colour(`--s${place + 1}`));

const shortest = 140;
const barHeight = 23;
const legendHeight = 30;
const axisHeight = 34;

/** A drawing as high as what is in it; others are as high as the style sheet says. */
export function heightOf(drawn: Drawing): number | null {
  if (drawn.kind !== 'bar') return null;
  const legend = drawn.layers.length > 1 ? legendHeight : 0;
  return Math.max(shortest, drawn.labels.length * barHeight + axisHeight + legend);
}

/** `1.2M` on an axis; the tooltip has the whole number. */
const compact = new Intl.NumberFormat('en-US', { notation: 'compact' });
const numeral = (value: number): string => value.toLocaleString('en-US');

/** ECharts takes `{style|text}` in a tooltip for a style of its own. */
const plain = (text: string): string => text.replace(/\{(\w+)\|/g, '{$1 |');

interface Pointed {
  seriesName?: string;
  name: string;
  value: number | [number, number, number];
}

const common = () => ({
  animation: false,
  color: palette(),
  textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
});

const tooltip = (formatter: (pointed: Pointed[]) => string, trigger: 'axis' | 'item') => ({
  trigger,
  renderMode: 'richText',
  confine: true,
  backgroundColor: colour('--card'),
  borderColor: colour('--line'),
  textStyle: { color: colour('--ink'), fontSize: 12.5 },
  axisPointer: { type: 'shadow', shadowStyle: { color: colour('--shade') } },
  formatter: (pointed: Pointed | Pointed[]) => plain(formatter(Array.isArray(pointed) ? pointed : [pointed])),
});

/** The largest first, without what is nothing. */
const layersText = (pointed: Pointed[]): string =>
  [
    pointed[0]?.name ?? '',
    ...pointed
      .filter(({ value }) => Number(value) !== 0)
      .sort((a, b) => Number(b.value) - Number(a.value))
      .map(({ seriesName, value }) =>
        // ECharts names a series that has no name by itself.
        seriesName?.startsWith('series\0') ? numeral(Number(value)) : `${numeral(Number(value))}  ${seriesName}`,
      ),
  ].join('\n');

const legendOf = (more: object) => ({
  type: 'scroll',
  itemWidth: 10,
  itemHeight: 10,
  icon: 'roundRect',
  textStyle: { color: colour('--soft'), fontSize: 12, width: 190, overflow: 'truncate' },
  pageTextStyle: { color: colour('--soft') },
  pageIconColor: colour('--link'),
  pageIconInactiveColor: colour('--line'),
  ...more,
});

const axes = () => {
  const line = { lineStyle: { color: colour('--line') } };
  const text = { color: colour('--soft'), fontSize: 12 };
  return {
    names: { type: 'category', axisLine: line, axisTick: { show: false }, axisLabel: text },
    amounts: {
      type: 'value',
      minInterval: 1,
      axisLabel: { ...text, hideOverlap: true, formatter: (value: number) => compact.format(value) },
      splitLine: line,
    },
  };
};

const series = ({ layers, stacked }: Bars | Course, more: object): object[] =>
  layers.map(({ name, values }) => ({
    type: 'bar',
    ...(stacked ? { stack: 'all' } : {}),
    ...(name === null ? {} : { name }),
    data: values,
    ...more,
  }));

function bar(drawn: Bars): object {
  const { labels, layers, links } = drawn;
  const { names, amounts } = axes();
  const several = layers.length > 1;
  return {
    ...common(),
    tooltip: tooltip(layersText, 'axis'),
    ...(several ? { legend: legendOf({ top: 0, left: 0, right: 0 }) } : {}),
    grid: { left: 4, right: 20, top: several ? legendHeight : 4, bottom: 4, containLabel: true },
    xAxis: amounts,
    yAxis: {
      ...names,
      data: labels,
      inverse: true,
      triggerEvent: true,
      axisLabel: { ...names.axisLabel, color: colour('--ink'), interval: 0, width: 240, overflow: 'truncate' },
    },
    series: series(drawn, { barMaxWidth: 15, cursor: links.some((link) => link !== null) ? 'pointer' : 'default' }),
  };
}

const dayMs = 86_400_000;

function timeLabels({ from, step, layers }: Course): string[] {
  const count = layers[0]?.values.length ?? 0;
  return Array.from({ length: count }, (_, place) => {
    const iso = new Date(from + place * step).toISOString();
    return step >= dayMs ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
  });
}

function line(drawn: Course): object {
  const { names, amounts } = axes();
  const several = drawn.layers.length > 1;
  return {
    ...common(),
    tooltip: tooltip(layersText, 'axis'),
    ...(several ? { legend: legendOf({ top: 0, left: 0, right: 0 }) } : {}),
    grid: { left: 4, right: 12, top: several ? legendHeight + 6 : 10, bottom: 4, containLabel: true },
    xAxis: {
      ...names,
      data: timeLabels(drawn),
      axisLabel: {
        ...names.axisLabel,
        lineHeight: 15,
        hideOverlap: true,
        alignMinLabel: 'left',
        alignMaxLabel: 'right',
        // Day and month over the time: years are told by the tooltip.
        formatter: (label: string) => (label.length > 10 ? `${label.slice(11)}\n${label.slice(5, 10)}` : label),
      },
    },
    yAxis: amounts,
    toolbox: { show: false },
    // A drag marks a range; its tools would be images, which the page has none of.
    brush: {
      xAxisIndex: 0,
      brushStyle: { color: colour('--shade'), borderColor: colour('--amberline'), borderWidth: 1 },
    },
    series: series(drawn, { barCategoryGap: '12%', barMaxWidth: 40 }),
  };
}

function donut({ labels, layers, links }: Bars): object {
  const values = layers[0]?.values ?? [];
  const all = values.reduce((sum, value) => sum + value, 0);
  const text = ([pointed]: Pointed[]): string => {
    const value = Number(pointed?.value ?? 0);
    return `${pointed?.name}\n${numeral(value)}  ${Math.round((value / all) * 100)} %`;
  };
  return {
    ...common(),
    tooltip: tooltip(text, 'item'),
    legend: legendOf({ orient: 'vertical', left: '50%', top: 'middle', height: '94%' }),
    series: [
      {
        type: 'pie',
        radius: ['52%', '84%'],
        center: ['24%', '50%'],
        label: { show: false },
        itemStyle: { borderColor: colour('--card'), borderWidth: 2 },
        data: labels.map((name, place) => ({
          name,
          value: values[place],
          cursor: links[place] == null ? 'default' : 'pointer',
        })),
      },
    ],
  };
}

const circle = { least: 9, most: 46 };
const most = 8;

const placeText = (pointed: Pointed[]): string =>
  pointed.map(({ name, value }) => `${name}\n${numeral(Array.isArray(value) ? value[2] : value)}`).join('\n');

function map({ places, ground }: Places): object {
  const highest = places.reduce((sum, { value }) => Math.max(sum, value), 1);
  const axis = { type: 'value', axisLabel: { show: false }, axisTick: { show: false }, axisLine: { show: false } };
  const lines = { show: true, lineStyle: { color: colour('--code') } };
  return {
    ...common(),
    tooltip: tooltip(placeText, 'item'),
    grid: { left: 0, right: 0, top: 0, bottom: 0 },
    xAxis: { ...axis, min: -180, max: 180, interval: 30, splitLine: lines },
    yAxis: { ...axis, min: -60, max: 90, interval: 30, splitLine: lines },
    series: [
      {
        type: 'scatter',
        silent: true,
        symbolSize: 4,
        itemStyle: { color: colour('--line') },
        data: ground,
      },
      {
        type: 'scatter',
        cursor: 'default',
        itemStyle: { color: colour('--bar'), opacity: 0.75, borderColor: colour('--card') },
        symbolSize: ([, , value]: number[]) =>
          circle.least + (circle.most - circle.least) * Math.sqrt((value ?? 0) / highest),
        data: places.map(({ name, longitude, latitude, value }, place) => ({
          name,
          value: [longitude, latitude, value],
          label: {
            show: place < most,
            formatter: `${name} ${numeral(value)}`,
            position: 'right',
            color: colour('--ink'),
            textBorderColor: colour('--card'),
            textBorderWidth: 3,
          },
        })),
        labelLayout: { hideOverlap: true },
      },
    ],
  };
}

export function optionOf(drawn: Drawing): object {
  switch (drawn.kind) {
    case 'bar':
      return bar(drawn);
    case 'line':
      return line(drawn);
    case 'donut':
      return donut(drawn);
    case 'map':
      return map(drawn);
  }
}
