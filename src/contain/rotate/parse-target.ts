import { resolve } from 'node:path';
import { KeytrailError } from '../../errors.js';
import type { ContainClients } from '../clients.js';
import { FileTarget } from './credentials-file.js';
import { FunctionTarget, type Patience } from './function.js';
import { ParameterTarget } from './parameters.js';
import { SecretTarget } from './secrets-manager.js';
import type { Target } from './target.js';

const forms = [
  'secretsmanager:REGION/NAME[#ID,SECRET]',
  'ssm:REGION/ID-PARAMETER,SECRET-PARAMETER',
  'lambda:REGION/FUNCTION[#ID,SECRET]',
  'file:PATH[#PROFILE]',
];

/** Understands what is given with `--to`. Throws `usage`. */
function openTarget(text: string, clients: Pick<ContainClients, 'in'>, patience: Patience): Target {
  const [, kind, rest = ''] = /^(secretsmanager|ssm|lambda|file):(.+)$/s.exec(text) ?? [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break in a profile would become a setting.
  if (kind === undefined || /[\u0000-\u001f\u007f]/.test(text)) throw wrong(text);
  const [place, names] = split(rest);
  if (kind === 'file') {
    if (place === '' || names?.includes(']') || names === '') throw wrong(text);
    return new FileTarget({ path: resolve(place), profile: names ?? 'default' });
  }
  const [, region, name = ''] = /^([a-z]{2}(?:-[a-z]+){1,3}-\d)\/(.+)$/.exec(place) ?? [];
  if (region === undefined) throw wrong(text);
  const members = names === null ? null : pairOf(names, text);
  const named = members !== null;
  if (kind === 'ssm') {
    if (named) throw wrong(text);
    const [idName, secretName] = pairOf(name, text).map(qualified);
    return new ParameterTarget(clients.in(region).ssm, { region, idName: idName!, secretName: secretName! });
  }
  if (kind === 'lambda') {
    // Those that begin with AWS_ are Lambda's own, of the function's role.
    const [idVariable, secretVariable] = members ?? ['ACCESS_KEY_ID', 'SECRET_ACCESS_KEY'];
    return new FunctionTarget(clients.in(region).lambda, { region, name, idVariable, secretVariable, named }, patience);
  }
  const [idMember, secretMember] = members ?? ['accessKeyId', 'secretAccessKey'];
  return new SecretTarget(clients.in(region).secretsManager, { region, name, idMember, secretMember, named });
}

/** Throws `usage` where two name the same place. */
export function openTargets(
  texts: readonly string[],
  clients: Pick<ContainClients, 'in'>,
  patience: Patience,
): Target[] {
  const targets = texts.map((text) => openTarget(text, clients, patience));
  const twice = targets.find(({ id }, at) => targets.findIndex((other) => other.id === id) !== at);
  if (twice !== undefined)
    throw new KeytrailError('usage', `${twice.id} is given twice`, { hint: 'Give each --to once.' });
  return targets;
}

/** At the last `#`: a path may hold others. */
function split(text: string): [string, string | null] {
  const at = text.lastIndexOf('#');
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

function pairOf(names: string, text: string): [string, string] {
  const [id = '', secret = '', ...more] = names.split(',').map((name) => name.trim());
  if (id === '' || secret === '' || more.length > 0 || id === secret) throw wrong(text);
  return [id, secret];
}

/** A name with a slash in it is a path, and begins with one. */
const qualified = (name: string): string => (name.includes('/') && !name.startsWith('/') ? `/${name}` : name);

function wrong(text: string): KeytrailError {
  return new KeytrailError('usage', `--to ${JSON.stringify(text.slice(0, 200))} is no target`, {
    hint: `Give ${forms.join(', ')}.`,
  });
}
