import { randomBytes } from 'node:crypto';
import { KeytrailError, reasonOf } from '../../errors.js';
import { ndjson } from './objects.js';
import type { SavedObject } from './types.js';

export interface ImportOptions {
  username?: string;
  password?: string;
  /** Certificates (PEM) to trust instead of Node's own. */
  ca?: string;
  signal?: AbortSignal;
}

export interface Imported {
  /** Without any secret. */
  url: string;
  count: number;
  /** What Dashboards did not take, and why. */
  failed: { type: string; id: string; reason: string }[];
}

const timeoutMs = 120_000;
/** An answer that is longer is none of Dashboards'. */
const longestAnswer = 16_000_000;

interface Target {
  url: URL;
  /** Without user and password. */
  shown: string;
  authorization: string | null;
}

function targetOf(text: string, { username, password }: ImportOptions): Target {
  // The text itself is never repeated: it may hold a password.
  const wrong = (what: string): KeytrailError =>
    new KeytrailError('usage', `--dashboards-url ${what}`, {
      hint: 'Give the address of OpenSearch Dashboards with its base path, such as https://logs.example:5601 or https://DOMAIN/_dashboards.',
    });
  if (!URL.canParse(text)) throw wrong('is no URL');
  const { protocol, origin, pathname, search, hash, username: user, password: secret } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') throw wrong('is neither http nor https');
  if (search !== '' || hash !== '') throw wrong('has more than a base path');
  const shown = `${origin}${pathname.replace(/\/+$/, '')}`;
  const name = username ?? decodeURIComponent(user);
  const word = username === undefined ? decodeURIComponent(secret) : (password ?? '');
  return {
    url: new URL(`${shown}/api/saved_objects/_import?overwrite=true`),
    shown,
    authorization: name === '' ? null : `Basic ${Buffer.from(`${name}:${word}`).toString('base64')}`,
  };
}

/** One file in a form, as a browser would send it (RFC 7578). */
function formOf(text: string): { type: string; body: Buffer } {
  const boundary = `keytrail-${randomBytes(16).toString('hex')}`;
  const head =
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="keytrail.ndjson"\r\n` +
    'Content-Type: application/ndjson\r\n\r\n';
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.from(`${head}${text}\r\n--${boundary}--\r\n`),
  };
}

async function send(
  target: Target,
  text: string,
  { ca, signal }: ImportOptions,
): Promise<{ status: number; text: string }> {
  const { request } = await (target.url.protocol === 'https:' ? import('node:https') : import('node:http'));
  const { type, body } = formOf(text);
  const limit = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    const sent = request(
      target.url,
      {
        method: 'POST',
        headers: {
          'osd-xsrf': 'true',
          'content-type': type,
          'content-length': body.length,
          ...(target.authorization === null ? {} : { authorization: target.authorization }),
        },
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
        ...(ca === undefined ? {} : { ca }),
      },
      (answer) => {
        const parts: Buffer[] = [];
        let length = 0;
        answer.on('data', (part: Buffer) => {
          length += part.length;
          if (length > longestAnswer) answer.destroy(new Error('its answer does not end'));
          parts.push(part);
        });
        answer.on('error', reject);
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

// biome-ignore lint/suspicious/noExplicitAny: an answer of whatever shape
type Json = any;

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page, not Dashboards' answer.
    return null;
  }
}

function refusal(shown: string, status: number, body: Json): KeytrailError {
  const what = `OpenSearch Dashboards at ${shown}`;
  const reason = typeof body?.message === 'string' ? `: ${body.message.slice(0, 300)}` : '';
  if (status === 401)
    return new KeytrailError('store_denied', `${what} does not take this user and password`, {
      hint: 'Set KEYTRAIL_DASHBOARDS_USERNAME and KEYTRAIL_DASHBOARDS_PASSWORD.',
    });
  if (status === 403)
    return new KeytrailError('store_denied', `${what} does not let this user write saved objects${reason}`, {
      hint: 'Give the user a role that may write to the tenant.',
    });
  return new KeytrailError('store_failed', `${what} answers ${status}${reason}`, {
    hint: 'Check the address and its base path; dashboards/generated/dashboards.ndjson can also be imported by hand.',
  });
}

function failureOf({ type, id, error }: Json): Imported['failed'][number] {
  const references = (error?.references ?? []).map((one: Json) => `${one?.type}/${one?.id}`);
  const reason = [error?.type, error?.message, references.join(', ')].filter(Boolean).join(': ');
  return { type: String(type), id: String(id), reason: reason || 'no reason given' };
}

/**
 * Puts saved objects into OpenSearch Dashboards, over those of the same ids. Throws `usage` or a `store_…` error.
 * Source: "OpenSearch Dashboards: Saved objects APIs", Import.
 */
export async function importObjects(
  location: string,
  objects: readonly SavedObject[],
  options: ImportOptions,
): Promise<Imported> {
  const target = targetOf(location, options);
  const { status, text } = await send(target, ndjson(objects), options).catch((error: unknown) => {
    if (options.signal?.aborted) throw options.signal.reason;
    throw new KeytrailError(
      'store_unreachable',
      `cannot reach OpenSearch Dashboards at ${target.shown}: ${reasonOf(error)}`,
      {
        hint: /certificate|self.signed|issuer/i.test(reasonOf(error))
          ? 'Give the certificate of its authority: --ca FILE.'
          : 'Check that it runs, its address, and http or https.',
        cause: error,
      },
    );
  });
  const body = parsed(text);
  if (status !== 200) throw refusal(target.shown, status, body);
  if (typeof body?.success !== 'boolean' || typeof body.successCount !== 'number')
    throw new KeytrailError('store_failed', `${target.shown} answers, but not as OpenSearch Dashboards does`, {
      hint: 'Check the address and its base path: it is not the one of the REST API.',
    });
  return { url: target.shown, count: body.successCount, failed: (body.errors ?? []).map(failureOf) };
}
