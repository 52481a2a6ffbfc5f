/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// Runs in the browser on a dashboard: puts each panel's own page where the panel stands, a few at a time.

import { drawAll } from './chart.js';

/** The browser has six connections to a host: other windows need some, too. */
const atOnce = 3;

const live = document.getElementById('live');

/** The panel as its page has it; where that can't be had, why. */
async function panelAt(from: string, id: string): Promise<Element | string> {
  const response = await fetch(from).catch(() => null);
  if (!response) return 'The viewer does not answer. Does keytrail serve still run?';
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  return page.getElementById(id) ?? 'The viewer was started anew: open the address that it printed.';
}

async function load(panel: HTMLElement): Promise<void> {
  const link = panel.querySelector<HTMLAnchorElement>('a.load');
  if (!link) return;
  panel.setAttribute('aria-busy', 'true');
  const found = await panelAt(link.href, panel.id);
  if (typeof found === 'string') {
    panel.setAttribute('aria-busy', 'false');
    const trouble = document.createElement('p');
    trouble.className = 'trouble';
    trouble.textContent = found;
    panel.querySelector('.trouble')?.remove();
    panel.append(trouble);
    return;
  }
  const focused = panel.contains(document.activeElement);
  panel.replaceWith(found);
  await drawAll(found);
  if (focused && found instanceof HTMLElement) {
    found.tabIndex = -1;
    found.focus();
  }
}

async function loadAll(panels: HTMLElement[]): Promise<void> {
  // Panels of one question one after another: the viewer has its answer then, however large it is.
  const questions = panels.map(({ dataset }) => dataset.question);
  const place = ({ dataset }: HTMLElement): number => questions.indexOf(dataset.question);
  const queue = panels.sort((a, b) => place(a) - place(b)).values();
  const lane = async (): Promise<void> => {
    // The lanes share the iterator: each takes the next panel.
    for (const panel of queue) await load(panel);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  if (live && panels.length > 0) live.textContent = 'All panels are there.';
  document.documentElement.dataset.loaded = '';
}

const withLink = (selector: string): HTMLElement[] =>
  [...document.querySelectorAll<HTMLElement>(selector)].filter((panel) => panel.querySelector('a.load'));

document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a.load, a.load-all') : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const panel = link.closest<HTMLElement>('.panel');
  if (panel) void load(panel);
  else {
    link.closest('.costs')?.remove();
    void loadAll(withLink('.panel'));
  }
});

void loadAll(withLink('.panel[data-wait]'));
