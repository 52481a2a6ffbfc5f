import type { KeytrailError } from '../errors.js';
import type { Markup } from './html.js';

/** What a browser gets; headers that every answer has are the server's. */
export interface Reply {
  status: number;
  type: string;
  body: string | Buffer;
  headers?: Record<string, string>;
}

export const pageReply = (page: Markup, status = 200): Reply => ({
  status,
  type: 'text/html; charset=utf-8',
  body: page.source,
});

/** Elsewhere in this viewer. */
export const redirect = (to: string, headers: Record<string, string> = {}): Reply => ({
  status: 303,
  type: 'text/plain; charset=utf-8',
  body: '',
  headers: { ...headers, Location: to },
});

export function statusOf({ code }: KeytrailError): number {
  if (code === 'unknown_question') return 404;
  if (code === 'usage' || code === 'bad_parameter' || code === 'scan_limit') return 400;
  return 503;
}
