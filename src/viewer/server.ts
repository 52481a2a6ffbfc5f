import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KeytrailError, reasonOf } from '../errors.js';
import { caseOf } from './address.js';
import { Answers } from './answers.js';
import { assetReply } from './assets.js';
import { GivenUp } from './gate.js';
import { Guard, plainCookie, type Verdict } from './guard.js';
import { type Frame, type Theme, troublePage } from './layout.js';
import { Lender, type Opened } from './lender.js';
import { pageReply, type Reply, redirect } from './reply.js';
import { reply } from './routes.js';
import type { Site, Visit } from './site.js';

export interface ViewerOptions {
  /** Opens what is asked; called again whenever it was given back. */
  open(): Promise<Opened>;
  /** The store's name, without any secret. */
  store: string;
  host: string;
  /** 0: a free one. */
  port: number;
  token: string;
  version: string;
  now(): Date;
  exported: Site['exported'];
  /** Told of what is no fault of the user's. */
  onFault(error: unknown): void;
}

export interface Viewer {
  /** With the token in it. */
  url: string;
  close(): Promise<void>;
}

/** After so long without a question the store is given back. */
const idleMs = 5000;
/** No address of this viewer is longer. */
const longestAddress = 8192;

/** Only what this server sends is loaded, and nothing on a page runs, styles or submits but its own files. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const standing: Readonly<Record<string, string>> = {
  'Content-Security-Policy': policy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

const plain = (status: number, body: string, headers: Record<string, string> = {}): Reply => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: `${body}\n`,
  headers,
});

const themeCookie = 'keytrail_theme';
const themeOf = (text: string | undefined | null): Theme => (text === 'light' || text === 'dark' ? text : 'auto');

const nobody: Frame = { theme: 'auto', store: '', about: {}, here: '/' };

const refusals: Readonly<Record<Exclude<Verdict, 'pass' | 'enter'>, Reply>> = {
  stranger: pageReply(
    troublePage(
      'Not for you',
      'This viewer is only for who started it.',
      'Open the address that keytrail serve printed.',
      nobody,
    ),
    403,
  ),
  // A cookie that isn't sent across sites is sent once a link of this site is followed.
  'cross-site': pageReply(
    troublePage(
      'From another site',
      'A page elsewhere led here.',
      'Open the address again in a new tab, or begin at the start page.',
      nobody,
    ),
    403,
  ),
  'wrong-host': plain(421, 'This viewer has another name.'),
  'too-many': plain(429, 'Too many wrong tokens. Wait a minute.', { 'Retry-After': '60' }),
};

/** The address without the token, to be in no history, bookmark or link. */
function withoutToken(url: URL): string {
  const query = new URLSearchParams(url.searchParams);
  query.delete('token');
  const text = query.toString();
  return `/${url.pathname.replace(/^\/+/, '')}${text === '' ? '' : `?${text}`}`;
}

/** A place on this server, whatever is asked for; such as a header can hold. */
const ownPlace = (text: string | null): string =>
  text !== null && /^\/(?![/\\])[^\\\P{ASCII}\p{C}]*$/u.test(text) ? text : '/';

class Server {
  readonly #guard: Guard;
  readonly #site: Site;
  readonly #lender: Lender;
  readonly #http = createServer((request, response) => {
    this.#serve(request, response).catch((error: unknown) => {
      this.options.onFault(error);
      response.destroy();
    });
  });

  constructor(private readonly options: ViewerOptions) {
    const { token, host, now, version, exported } = options;
    this.#guard = new Guard({ token, host, now });
    this.#lender = new Lender(options.open, idleMs);
    this.#site = { lender: this.#lender, answers: new Answers(this.#lender, now), version, now, exported };
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  async listen(): Promise<void> {
    const { host, port } = this.options;
    // A store that can't be had is told before anything is promised.
    await this.#lender.lend(async () => undefined);
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(port, host, resolve);
    }).catch((error: unknown) => {
      throw new KeytrailError('usage', `can't listen on ${host}:${port}: ${reasonOf(error)}`, {
        hint: 'Take --port 0 for a free one.',
        cause: error,
      });
    });
  }

  async close(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
    await this.#lender.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    // Each panel of a page that waits for its turn listens.
    setMaxListeners(Number.POSITIVE_INFINITY, gone.signal);
    response.once('close', () => gone.abort());
    const { status, type, body, headers } = await this.#reply(request, gone.signal).catch((error: unknown) => {
      // There is nobody to tell.
      if (error instanceof GivenUp) return plain(503, 'Given up.');
      this.options.onFault(error);
      return plain(500, 'This is a fault of keytrail. The terminal in which it runs says more.');
    });
    response.writeHead(status, {
      ...standing,
      'Content-Type': type,
      ...(status === 304 ? {} : { 'Content-Length': Buffer.byteLength(body) }),
      ...headers,
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  async #reply(request: IncomingMessage, signal: AbortSignal): Promise<Reply> {
    const target = request.url ?? '/';
    // Not as `new URL(target, base)` reads it: `//host/` would be a host.
    if (!target.startsWith('/') || target.length > longestAddress || !URL.canParse(`http://viewer.invalid${target}`))
      return plain(400, 'This is no address of the viewer.');
    const url = new URL(`http://viewer.invalid${target}`);
    const verdict = this.#guard.verdict(request, url, this.port);
    if (verdict === 'enter') return redirect(withoutToken(url), { 'Set-Cookie': this.#guard.cookie(this.port) });
    if (verdict !== 'pass') {
      const refusal = refusals[verdict];
      return verdict === 'stranger' ? { ...refusal, headers: { 'Set-Cookie': Guard.forget(this.port) } } : refusal;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return plain(405, 'Pages are only read here.', { Allow: 'GET, HEAD' });
    const path = pathOf(url.pathname);
    if (!path) return plain(400, 'This is no address of the viewer.');
    if (path[0] === 'theme') return this.#theme(url.searchParams);
    if (path[0] === 'assets')
      return (
        (await assetReply(path.slice(1).join('/'), request.headers['if-none-match'])) ??
        plain(404, 'There is no such file.')
      );
    return reply({ ...this.#visit(request, url, path), signal }, this.#site);
  }

  #theme(query: URLSearchParams): Reply {
    const cookie = `${themeCookie}=${themeOf(query.get('to'))}; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000`;
    return redirect(ownPlace(query.get('back')), { 'Set-Cookie': cookie });
  }

  #visit(request: IncomingMessage, url: URL, path: readonly string[]): Omit<Visit, 'signal'> {
    const { store } = this.options;
    const query = url.searchParams;
    const theme = themeOf(plainCookie(request, themeCookie));
    return { path, query, frame: { theme, store, about: caseOf(query), here: withoutToken(url) } };
  }
}

/** The parts of a path; null where it is no text. */
function pathOf(pathname: string): string[] | null {
  try {
    return pathname.slice(1).split('/').map(decodeURIComponent);
  } catch {
    // An escape that stands for no character.
    return null;
  }
}

/** Serves pages on a store, to whoever has the token, until it is closed. */
export async function openViewer(options: ViewerOptions): Promise<Viewer> {
  const server = new Server(options);
  await server.listen();
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${server.port}/?token=${options.token}`,
    close: () => server.close(),
  };
}
