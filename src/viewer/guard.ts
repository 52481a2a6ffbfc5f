import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Wrong tokens that an address may give within `windowMs`. */
export const wrongTokens = 10;
const windowMs = 60_000;
const mostAddresses = 1000;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** In the same time whatever the text is. */
const same = (text: string, secret: Buffer): boolean => timingSafeEqual(digest(text), secret);

/** Counts failures by address in a sliding window. */
class Failures {
  readonly #times = new Map<string, number[]>();

  #recent(address: string, now: number): number[] {
    return (this.#times.get(address) ?? []).filter((time) => now - time < windowMs);
  }

  tooMany(address: string, now: number): boolean {
    return this.#recent(address, now).length >= wrongTokens;
  }

  add(address: string, now: number): void {
    const times = [...this.#recent(address, now), now];
    this.#times.delete(address);
    this.#times.set(address, times);
    const [oldest] = this.#times.keys();
    if (this.#times.size > mostAddresses && oldest !== undefined) this.#times.delete(oldest);
  }
}

/** Who may ask: `pass`, or why not. `enter` has given the token just now, and gets the cookie. */
export type Verdict = 'pass' | 'enter' | 'stranger' | 'cross-site' | 'wrong-host' | 'too-many';

const hostName = (host: string): string => host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');

export interface GuardOptions {
  /** What the address that is printed has in it. */
  token: string;
  /** What the server listens on, as given. */
  host: string;
  now(): Date;
}

/**
 * Decides who may ask. A page of another site that had its own name point here (DNS rebinding) sends that name as Host:
 * only addresses, `localhost` and the name listened on are answered. Cookies don't tell ports apart, so that another
 * server on this machine counts as the same site: what a browser says of a request's origin is heard, too.
 */
export class Guard {
  readonly #token: Buffer;
  readonly #session = randomBytes(32).toString('base64url');
  readonly #failures = new Failures();

  constructor(private readonly options: GuardOptions) {
    this.#token = digest(options.token);
  }

  verdict(request: IncomingMessage, url: URL, port: number): Verdict {
    if (!this.#isOurs(request.headers.host)) return 'wrong-host';
    const address = request.socket.remoteAddress ?? '';
    const now = this.options.now().getTime();
    const token = url.searchParams.get('token');
    const cookie = cookieOf(request, cookieName(port));
    if (token === null && cookie === undefined) return 'stranger';
    if (token === null && this.#isSession(cookie)) return isForeign(request) ? 'cross-site' : 'pass';
    if (this.#failures.tooMany(address, now)) return 'too-many';
    if (token !== null && same(token, this.#token)) return 'enter';
    this.#failures.add(address, now);
    return 'stranger';
  }

  cookie(port: number): string {
    return `${cookieName(port)}=${this.#session}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** Takes a cookie of an earlier run away, so that it isn't counted again and again. */
  static forget(port: number): string {
    return `${cookieName(port)}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`;
  }

  #isSession(cookie: string | undefined): boolean {
    return cookie !== undefined && same(cookie, digest(this.#session));
  }

  #isOurs(host: string | undefined): boolean {
    if (host === undefined) return false;
    const name = hostName(host).toLowerCase();
    return isIP(name) !== 0 || name === 'localhost' || name === this.options.host.toLowerCase();
  }
}

/** Servers on other ports of a host share its cookies: a name of its own keeps two viewers apart. */
const cookieName = (port: number): string => `keytrail_${port}`;

function cookieOf(request: IncomingMessage, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=');
    if (key === name) return value.join('=');
  }
  return undefined;
}

/** The value of a cookie that is no secret. */
export const plainCookie = (request: IncomingMessage, name: string): string | undefined => cookieOf(request, name);

/** A browser says where a request comes from; what is no browser says nothing. */
function isForeign({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}
