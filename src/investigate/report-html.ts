import { numeral } from './findings.js';
import type { Investigation } from './investigation.js';
import { html, Markup } from './report/markup.js';
import { masthead, overview } from './report/overview.js';
import { contents, sections } from './report/sections.js';
import { style } from './report/style.js';
import { maxRows } from './report/table.js';

/** Nothing is loaded, run, sent or framed: the page is all there is. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/**
 * The investigation as one HTML file: no script, no request, readable offline and on paper, in light and dark.
 * Key, verdict, clients, damage and next steps come first, then the answers in the order of the procedure, then what
 * the evidence lacks. Long tables and texts are cut, and say so.
 */
export function reportHtml(investigation: Investigation): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${investigation.keyId}: keytrail investigation</title>
<style>${new Markup(style)}</style>
</head>
<body>
${masthead(investigation)}
<main>
${overview(investigation)}
<nav aria-label="Contents"><ul>${contents.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
${sections(investigation)}
</main>
<footer><p class="aside">Text from logs is shown as the caller wrote it: nothing in it is to be trusted. Control and bidirectional characters are spelt out; texts over 400 characters and tables over ${numeral(maxRows)} rows are cut. The JSON file has everything.</p></footer>
</body>
</html>
`;
  return page.source;
}
