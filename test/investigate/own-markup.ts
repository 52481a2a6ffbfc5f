import type { Page } from './page.js';

/** Elements of a report, and the attributes that they may have. */
const ours: Readonly<Record<string, readonly string[]>> = {
  html: ['lang'],
  head: [],
  meta: ['charset', 'http-equiv', 'content', 'name'],
  title: [],
  style: [],
  body: [],
  header: [],
  main: [],
  nav: ['aria-label'],
  footer: [],
  section: ['class', 'id', 'aria-labelledby'],
  h1: [],
  h2: ['id'],
  h3: ['id'],
  div: ['class', 'role', 'aria-label', 'tabindex'],
  p: ['class'],
  span: ['class'],
  b: ['class'],
  strong: [],
  code: ['class'],
  a: ['href', 'class'],
  ul: ['class'],
  ol: [],
  li: ['id'],
  dl: ['class'],
  dt: [],
  dd: [],
  details: [],
  summary: [],
  table: ['class'],
  caption: ['class'],
  thead: [],
  tbody: [],
  tr: ['class'],
  th: ['scope', 'class', 'title'],
  td: ['class'],
  figure: ['class'],
  g: ['class'],
  path: ['class', 'd'],
  circle: ['class', 'cx', 'cy', 'r'],
  text: ['class', 'x', 'y'],
  figcaption: [],
  svg: ['viewBox', 'role', 'aria-label', 'width', 'height'],
  rect: ['class', 'x', 'y', 'width', 'height', 'rx'],
};

/** Elements and attributes that this program does not write. */
export const strangers = ({ elements }: Page): string[] =>
  elements.flatMap(({ name, attributes }) =>
    Object.hasOwn(ours, name)
      ? Object.keys(attributes)
          .filter((attribute) => !ours[name]!.includes(attribute))
          .map((attribute) => `${name} ${attribute}`)
      : [name],
  );

export const named = ({ elements }: Page, name: string) => elements.filter((element) => element.name === name);
