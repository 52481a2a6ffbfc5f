import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generatedFiles } from '../src/generate.js';

test.for(await generatedFiles())('$path is as `npm run generate` writes it', ({ path, text }) => {
  expect(readFileSync(path, 'utf8')).toBe(text);
});
