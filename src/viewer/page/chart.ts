/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// Runs in the browser where something can be drawn; the table beside a drawing has the same.

import type { Course, Drawing } from '../drawing.js';
import { heightOf, optionOf } from './options.js';

/** What is used of ECharts, which the server has under this name. */
interface Chart {
  setOption(option: object): void;
  resize(): void;
  dispatchAction(action: object): void;
  on(event: string, heard: (what: Heard) => void): void;
}

interface Heard {
  dataIndex?: number;
  areas?: { coordRange: [number, number] }[];
}

const library = '/assets/echarts.js';

const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** A drag over a time axis narrows the page to it. */
function narrowing(chart: Chart, drawn: Course, page: string): void {
  chart.dispatchAction({
    type: 'takeGlobalCursor',
    key: 'brush',
    brushOption: { brushType: 'lineX', brushMode: 'single' },
  });
  chart.on('brushEnd', ({ areas }) => {
    const [first, last] = areas?.[0]?.coordRange ?? [];
    if (first === undefined || last === undefined) return;
    const to = new URL(page, location.origin);
    to.searchParams.set('from', iso(drawn.from + Math.max(0, first) * drawn.step));
    to.searchParams.set('to', iso(drawn.from + (last + 1) * drawn.step));
    location.assign(to);
  });
}

async function draw(element: HTMLElement): Promise<void> {
  const drawn = JSON.parse(element.dataset.drawing ?? 'null') as Drawing | null;
  if (!drawn) return;
  const same = element.parentElement?.querySelector<HTMLDetailsElement>('details.same');
  if (same) same.open = false;
  element.classList.add('ready');
  const height = heightOf(drawn);
  if (height !== null) element.style.height = `${height}px`;
  const { init } = (await import(library)) as { init(element: HTMLElement): Chart };
  const chart = init(element);
  const show = (): void => chart.setOption(optionOf(drawn));
  show();
  if (drawn.kind === 'line' && element.dataset.zoom) narrowing(chart, drawn, element.dataset.zoom);
  if (drawn.kind === 'bar' || drawn.kind === 'donut')
    chart.on('click', ({ dataIndex }) => {
      const to = drawn.links[dataIndex ?? -1];
      if (to != null) location.assign(to);
    });
  element.dataset.drawn = drawn.kind;
  new ResizeObserver(() => chart.resize()).observe(element);
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show);
}

/** Draws what is inside an element. */
export async function drawAll(within: Element): Promise<void> {
  const elements = [...within.querySelectorAll<HTMLElement>('[data-drawing]:not([data-drawn])')];
  await Promise.all(
    elements.map((element) =>
      draw(element).catch(() => {
        element.textContent = 'The chart could not be drawn; the table has the same.';
      }),
    ),
  );
}

void drawAll(document.body);
