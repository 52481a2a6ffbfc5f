/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// Runs in the browser where an answer can be drawn; the table has the same rows.

interface Drawing {
  kind: 'line' | 'bar';
  title: string;
  labels: string[];
  values: number[];
}

/** What is used of ECharts, which the server has under this name. */
interface ECharts {
  init(element: HTMLElement): { setOption(option: object): void; resize(): void };
}

const library = '/assets/echarts.js';
const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function optionOf({ kind, labels, values }: Drawing): object {
  const line = { lineStyle: { color: colour('--line') } };
  const text = { color: colour('--soft') };
  const across = kind === 'line';
  const names = {
    type: 'category',
    data: across ? labels.map((label) => label.slice(0, 16).replace('T', ' ')) : labels,
    axisLabel: { ...text, hideOverlap: true, alignMinLabel: 'left', alignMaxLabel: 'right' },
    axisLine: line,
  };
  const amounts = { type: 'value', minInterval: 1, axisLabel: text, splitLine: line };
  const drawn = across
    ? { type: 'line', step: 'middle', showSymbol: false, areaStyle: { opacity: 0.15 } }
    : { type: 'bar', barMaxWidth: 22 };
  return {
    animation: false,
    // As drawn text, never as HTML: what a label says comes from logs.
    tooltip: { trigger: 'axis', renderMode: 'richText', confine: true },
    grid: { left: 8, right: 16, top: 14, bottom: across ? 44 : 8, containLabel: true },
    xAxis: across ? names : amounts,
    yAxis: across ? amounts : { ...names, inverse: true, axisLabel: { ...text, width: 320, overflow: 'truncate' } },
    ...(across
      ? {
          dataZoom: [
            { type: 'inside', zoomOnMouseWheel: 'ctrl' },
            { type: 'slider', height: 18, bottom: 6 },
          ],
        }
      : {}),
    series: [{ ...drawn, data: values, itemStyle: { color: colour('--bar') } }],
  };
}

async function draw(element: HTMLElement, from: string): Promise<void> {
  const response = await fetch(from);
  if (!response.ok) throw new Error(`the chart was not given: ${response.status}`);
  const drawing = (await response.json()) as Drawing | null;
  if (!drawing) return;
  const { init } = (await import(library)) as ECharts;
  const chart = init(element);
  const show = (): void => chart.setOption(optionOf(drawing));
  show();
  element.dataset.drawn = drawing.kind;
  window.addEventListener('resize', () => chart.resize());
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show);
}

for (const element of document.querySelectorAll<HTMLElement>('[data-series]'))
  draw(element, element.dataset.series ?? '').catch(() => {
    element.textContent = 'The chart could not be drawn; the table has the rows.';
  });

export {};
