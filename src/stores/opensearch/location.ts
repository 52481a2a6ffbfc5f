import { KeytrailError } from '../../errors.js';

export interface Location {
  /** Without credentials and query: what the client connects to. */
  url: string;
  /** `url`, and the other nodes of the cluster: any that lives is asked. */
  nodes: string[];
  /** `opensearch:URL`, with `?prefix=` and `?nodes=` where given; never a secret. */
  uri: string;
  username: string | undefined;
  password: string | undefined;
  /** First part of every index and template name, or ''. */
  prefix: string;
}

const shape =
  'opensearch:https://host:9200, opensearch:https://user:password@host:9200 or opensearch:http://host:9200?prefix=team&nodes=host2:9200,host3:9200';

// The text itself is never repeated: it may hold a password.
const wrong = (what: string): KeytrailError =>
  new KeytrailError('usage', `the OpenSearch store's location ${what}`, { hint: `Write ${shape}.` });

/** Takes `opensearch:URL`, or the URL alone, apart. Throws `usage`. */
export function parseLocation(location: string): Location {
  const text = location.replace(/^opensearch:/, '');
  if (!URL.canParse(text)) throw wrong('is no opensearch:URL');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw wrong('is neither http nor https');
  if (url.hash !== '') throw wrong('has a part after #; escape # in a password as %23');
  for (const name of url.searchParams.keys())
    if (name !== 'prefix' && name !== 'nodes') throw wrong('has a parameter other than prefix and nodes');
  const prefix = url.searchParams.get('prefix') ?? '';
  // A prefix that starts like an index would fall under that index's own pattern.
  if (prefix !== '' && (!/^[a-z0-9][a-z0-9_-]{0,63}$/.test(prefix) || prefix.startsWith('keytrail')))
    throw wrong('has a prefix that is not 1 to 64 lower case letters, digits, - and _, or that starts with keytrail');
  const path = url.pathname.replace(/\/+$/, '');
  const address = `${url.origin}${path}`;
  const others = (url.searchParams.get('nodes') ?? '').split(',').filter(Boolean);
  const nodes = others.map((host) => otherNode(host, url.protocol, path));
  const shown = [
    ...(prefix === '' ? [] : [`prefix=${prefix}`]),
    ...(others.length === 0 ? [] : [`nodes=${others.join(',')}`]),
  ];
  return {
    url: address,
    nodes: [address, ...nodes],
    uri: `opensearch:${address}${shown.length === 0 ? '' : `?${shown.join('&')}`}`,
    username: decoded(url.username),
    password: decoded(url.password),
    prefix,
  };
}

function otherNode(host: string, protocol: string, path: string): string {
  const text = `${protocol}//${host}`;
  if (/[/?#@\s]/.test(host) || !URL.canParse(text)) throw wrong('has nodes that are not host or host:port');
  return `${new URL(text).origin}${path}`;
}

function decoded(part: string): string | undefined {
  if (part === '') return undefined;
  try {
    return decodeURIComponent(part);
  } catch {
    throw wrong('has a user or password with a % that starts no escape; write % as %25');
  }
}
