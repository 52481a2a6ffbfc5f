import { KeytrailError } from '../../errors.js';

export interface Location {
  /** Scheme, host and port: what is connected to. */
  origin: string;
  catalog: string;
  schema: string;
  username: string | undefined;
  password: string | undefined;
  /** `trino:http://HOST:PORT/CATALOG/SCHEMA`, without any secret. */
  uri: string;
}

const shape = 'trino:http://host:8080/CATALOG/SCHEMA, or trino:https://user:password@host:8443/CATALOG/SCHEMA';

// The text itself is never repeated: it may hold a password.
const wrong = (what: string): KeytrailError =>
  new KeytrailError('usage', `the Trino location ${what}`, { hint: `Write ${shape}.` });

/** What goes into a header as it is, and what anybody calls a catalog or a schema. */
const nameOf = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** Takes `http://host:port/CATALOG/SCHEMA` apart. Throws `usage`. */
export function parseLocation(rest: string): Location {
  if (!URL.canParse(rest)) throw wrong('has no http or https URL');
  const url = new URL(rest);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw wrong('is neither http nor https');
  if (url.search !== '' || url.hash !== '')
    throw wrong('has a part after ? or #; escape them in a password as %3F and %23');
  const [catalog = '', schema = '', ...more] = url.pathname.replace(/^\/|\/$/g, '').split('/');
  if (more.length > 0 || !nameOf.test(catalog) || !nameOf.test(schema)) throw wrong('names no catalog and schema');
  return {
    origin: url.origin,
    catalog,
    schema,
    username: decoded(url.username),
    password: decoded(url.password),
    uri: `trino:${url.origin}/${catalog}/${schema}`,
  };
}

function decoded(part: string): string | undefined {
  if (part === '') return undefined;
  try {
    return decodeURIComponent(part);
  } catch {
    throw wrong('has a user or password with a % that starts no escape; write % as %25');
  }
}
