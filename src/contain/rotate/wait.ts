import { patience } from '../wait.js';

/** Milliseconds between looks at what is eventually consistent: 30 s in all. */
export const defaultDelays: readonly number[] = [1000, 1000, 2000, 2000, 4000, 4000, 8000, 8000];

export const { wait, stopIfAborted } = patience('or with --undo');
