import { KeytrailError } from '../../errors.js';
import type { Engine } from '../store.js';
import { TrinoClient, type TrinoSettings } from './client.js';
import { TrinoEngine } from './engine.js';
import { parseLocation } from './location.js';

export interface TrinoOptions extends TrinoSettings {
  /** Stops the queries under way: `ask` then throws `interrupted`. */
  signal?: AbortSignal;
}

/**
 * Opens `trino:http://HOST:PORT/CATALOG/SCHEMA`, without the `trino:`. The schema has `cloudtrail_logs`,
 * `vpc_flow_logs`, `aws_config_items` and `guardduty_findings`, as tables or views. Sends nothing yet. Throws `usage`.
 */
export async function openTrino(rest: string, { signal, ...settings }: TrinoOptions = {}): Promise<Engine> {
  const location = parseLocation(rest);
  const secure = location.origin.startsWith('https:');
  // Over http anybody on the way could read it; Trino would not take it either.
  if (!secure && (settings.password ?? location.password) !== undefined)
    throw new KeytrailError('usage', `${location.uri} would get a password in clear text`, {
      hint: 'Give its https address.',
    });
  const { request } = await (secure ? import('node:https') : import('node:http'));
  return new TrinoEngine(new TrinoClient(request, location, settings), location, signal);
}
