import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { environment } from '../../src/cli/environment.js';

test('the list of variables has every one that is read, and no other', () => {
  const named = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && file !== join('cli', 'environment.ts'))
    .flatMap((file) => readFileSync(join('src', file), 'utf8').match(/\bKEYTRAIL_[A-Z_]*[A-Z]\b/g) ?? []);
  expect(environment.map(({ name }) => name).sort()).toEqual([...new Set(named)].sort());
});
