import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { environment } from '../../src/cli/environment.js';

const listed = environment.map(({ name }) => name);
const named = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && file !== join('cli', 'environment.ts'))
  .flatMap((file) => readFileSync(join('src', file), 'utf8').match(/\bKEYTRAIL_[A-Z_]*[A-Z]\b/g) ?? []);

test('the list of variables has every one that is read', () => {
  // Those of a login are put together from the server's part and these.
  const whole = named.filter((name) => !listed.some((other) => other.startsWith(`${name}_`) && !listed.includes(name)));
  expect([...new Set(whole)].filter((name) => !listed.includes(name))).toEqual([]);
});

test('the list has no variable that nobody reads', () => {
  const login = /^(KEYTRAIL_[A-Z]+)_(?:USER|USERNAME|PASSWORD|PASSWORD_FILE|SECRET)$/;
  const isRead = (name: string): boolean => {
    const server = login.exec(name)?.[1];
    return named.includes(name) || (server !== undefined && named.some((other) => other.startsWith(server)));
  };
  expect(listed.filter((name) => !isRead(name))).toEqual([]);
});
