import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

const pairOf = (pair: string): [string, string] => {
  const [name = '', value = ''] = pair.split('=').map((part) => encoded(decodeURIComponent(part)));
  return [name, value];
};

export interface Signed {
  accessKeyId: string;
  day: string;
  region: string;
  service: string;
  /** Names of the headers under the signature. */
  headers: string[];
  /** Whether the signature is the one that this secret gives, and the body the one that was signed. */
  valid: boolean;
}

/**
 * Reads and checks the signature of a request as it came over the wire; null where there is none.
 * Source: "AWS Identity and Access Management: Create a signed AWS API request". Paths are encoded once more than they
 * are, as for every service but S3.
 */
export function readSignature(request: IncomingMessage, body: string, secret: string): Signed | null {
  const found =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)$/.exec(
      request.headers.authorization ?? '',
    );
  if (!found) return null;
  const [, accessKeyId, day, region, service, names, signature] = found as unknown as string[];
  const headers = names!.split(';');
  const [path = '', query = ''] = request.url!.split('?');
  const canonical = [
    request.method,
    path.split('/').map(encoded).join('/'),
    query
      .split('&')
      .filter(Boolean)
      .map(pairOf)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map((pair) => pair.join('='))
      .join('&'),
    ...headers.map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    names,
    sha256(body),
  ].join('\n');
  const time = String(request.headers['x-amz-date']);
  const text = ['AWS4-HMAC-SHA256', time, `${day}/${region}/${service}/aws4_request`, sha256(canonical)].join('\n');
  const key = [region!, service!, 'aws4_request'].reduce<Buffer>(hmac, hmac(`AWS4${secret}`, day!));
  const valid =
    hmac(key, text).toString('hex') === signature &&
    time.startsWith(day!) &&
    request.headers['x-amz-content-sha256'] === sha256(body);
  return { accessKeyId: accessKeyId!, day: day!, region: region!, service: service!, headers, valid };
}
