import { address } from './address.js';
import { html, type Markup, nothing } from './html.js';

export type Theme = 'auto' | 'light' | 'dark';

/** What every page shows around its own. */
export interface Frame {
  theme: Theme;
  store: string;
  /** What the case is, for links to other pages. */
  about: Readonly<Record<string, readonly string[]>>;
  /** This page's own address, to come back to. */
  here: string;
}

/** The pages that are named on every page. */
const navigation: readonly { text: string; path: readonly string[] }[] = [
  { text: 'Dashboards', path: ['dashboards'] },
  { text: 'Questions', path: [] },
  { text: 'Investigate', path: ['investigate'] },
  { text: 'Coverage', path: ['coverage'] },
];

const themes: readonly { theme: Theme; text: string }[] = [
  { theme: 'auto', text: 'System' },
  { theme: 'light', text: 'Light' },
  { theme: 'dark', text: 'Dark' },
];

const script = (name: string): Markup => html`<script type="module" src="${address(['assets', name])}"></script>`;

export interface LayoutOptions {
  /** Modules beside the one that every page has. */
  scripts?: readonly string[];
  /** As wide as the window, for what is looked at rather than read. */
  wide?: boolean;
}

/** A whole page. */
export function layout(
  title: string,
  main: Markup,
  frame: Frame,
  { scripts = [], wide = false }: LayoutOptions = {},
): Markup {
  const { theme, store, about, here } = frame;
  const links = navigation.map(({ text, path }) => {
    const current = here.split('?')[0] === address(path) ? html` aria-current="page"` : nothing;
    return html`<li><a href="${address(path, about)}"${current}>${text}</a></li>`;
  });
  const switches = themes.map(({ theme: to, text }) => {
    const current = to === theme ? html` aria-current="true"` : nothing;
    return html`<li><a href="${address(['theme'], { to, back: here })}"${current}>${text}</a></li>`;
  });
  return html`<!doctype html>
<html lang="en" data-theme="${theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="${theme === 'auto' ? 'light dark' : theme}">
<title>${title} – keytrail</title>
<link rel="stylesheet" href="/assets/style.css">
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
${['page.js', ...scripts].map(script)}
</head>
<body${wide ? html` class="wide"` : nothing}>
<a class="skip" href="#main">To the content</a>
<header>
<p class="brand"><a href="${address([], about)}">keytrail</a> <span class="store">${store}</span></p>
<nav aria-label="Pages"><ul>${links}</ul></nav>
<nav class="themes" aria-label="Colours"><ul>${switches}</ul></nav>
</header>
<main id="main" tabindex="-1">
${main}
</main>
<p id="live" class="unseen" role="status" aria-live="polite"></p>
<footer><p>Text from logs is shown as its writer put it: nothing in it is to be trusted. Control and bidirectional characters are spelt out.</p></footer>
</body>
</html>
`;
}

/** A command to be copied; nothing on a page runs it. */
export const commandMarkup = (command: string): Markup =>
  html`<div class="command"><code>${command}</code> <button type="button" class="copy" hidden="">Copy</button></div>`;

export const numeral = (value: number): string => value.toLocaleString('en-US');

export const plural = (count: number, noun: string): string => `${numeral(count)} ${noun}${count === 1 ? '' : 's'}`;

/** What can't be shown, and what to do. */
export function troublePage(title: string, message: string, hint: string | undefined, frame: Frame): Markup {
  const main = html`<h1>${title}</h1>
<div class="trouble" role="alert"><p>${message}</p>${hint === undefined ? nothing : html`<p>${hint}</p>`}</div>
<p><a href="${address([], frame.about)}">All questions</a></p>`;
  return layout(title, main, frame);
}
