import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const folder = `${process.env.KEYTRAIL_SHARED_DATA ?? `${checkout}../shared/data`}/s3`;

/** The logs that others wrote, laid out as in a bucket; they are no part of the project. Without them the test is skipped. */
export function sharedDataOrSkip(context: Pick<TestContext, 'skip'>): string {
  if (existsSync(folder)) return folder;
  return context.skip('the logs that others wrote are not here; set KEYTRAIL_SHARED_DATA to a folder that has them');
}
