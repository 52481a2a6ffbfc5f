import { KeytrailError } from '../errors.js';

/** Of one HTTP answer. A page of ten thousand large records is far below; without a bound a node could fill the memory. */
export const mostAnswerBytes = 128 * 1024 * 1024;

/** Stands for an answer that was broken off for its size. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';

  constructor() {
    super(`the answer is larger than ${mostAnswerBytes / 1024 / 1024} MB`);
  }
}

export const tooLarge = (where: string): KeytrailError =>
  new KeytrailError('store_failed', `${where}: ${new AnswerTooLarge().message}`, {
    hint: 'Ask of less: --limit, --from and --to.',
  });
