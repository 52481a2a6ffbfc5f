import { printable } from '../../model/printable.js';
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

/** Text for a place in a drawing, where nothing wraps: what is spelt out counts as it is shown. */
export const cutText = (text: string, length: number): string => printable(printable(text, 2 * length), length);

const endpoints = ['.amazonaws.com', '.amazonaws.com.cn'];

/** `s3.amazonaws.com` is S3 to everybody. Not by an expression, which would search a long text from each of its places. */
export function serviceOf(eventSource: string): string {
  const ending = endpoints.find((each) => eventSource.endsWith(each));
  return ending === undefined ? eventSource : eventSource.slice(0, -ending.length);
}

const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Bytes as people say them: 1,839,708 is 1.8 MB. */
export function sizeText(bytes: number): string {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${(bytes / 1000 ** power).toLocaleString('en-US', { maximumFractionDigits: 1 })} ${units[power]}`;
}
