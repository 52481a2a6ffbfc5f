import { html, type Markup } from './markup.js';

const isoTime = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.0+)?Z$/;

/** A time as people read it; the page says once that all are UTC. Text that is no time stays as it is. */
export function timeText(time: string | null): string {
  if (time === null || time === '') return '–';
  const parts = isoTime.exec(time);
  return parts ? `${parts[1]} ${parts[2]}` : time;
}

/** Ids and addresses up to this long are easier to compare unbroken. */
const unbroken = /^[!-~]{1,36}$/;

export const isShort = (text: string): boolean => unbroken.test(text);

/** Something as the logs write it: ids, names, addresses. */
export const literal = (text: string): Markup =>
  isShort(text) ? html`<code class="whole">${text}</code>` : html`<code>${text}</code>`;
