import type { Row } from '../model/question.js';
import { text } from './findings.js';
import { iso } from './times.js';

/** What became of an access key, by the last change that succeeded. */
export interface KeyState {
  state: 'active' | 'deactivated' | 'deleted';
  time: string;
}

const succeeded = (row: Row): boolean => text(row, 'error_code') === '';

function changeOf(row: Row): KeyState['state'] | null {
  const action = text(row, 'event_name');
  if (action.startsWith('DeleteAccessKey')) return 'deleted';
  if (!action.startsWith('UpdateAccessKey')) return null;
  return /^inactive$/i.test(text(row, 'status')) ? 'deactivated' : 'active';
}

/** The changes of a key in rows of key-lifecycle, in their order. */
function changesOf(rows: readonly Row[], keyId: string): KeyState[] {
  return rows
    .filter((row) => succeeded(row) && text(row, 'changed_key_id') === keyId)
    .flatMap((row) => {
      const state = changeOf(row);
      const time = iso(text(row, 'event_time'));
      return state === null || time === null ? [] : [{ state, time }];
    });
}

/** Null where the logs have no change: the key is as it was made. */
export const lastChangeOf = (rows: readonly Row[], keyId: string): KeyState | null =>
  changesOf(rows, keyId).at(-1) ?? null;

/** When it was deactivated or deleted for the first time. */
export const deactivationOf = (rows: readonly Row[], keyId: string): KeyState | null =>
  changesOf(rows, keyId).find(({ state }) => state !== 'active') ?? null;
