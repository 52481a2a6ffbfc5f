import { setFlagsFromString } from 'node:v8';

/**
 * For commands that stream, where almost all is garbage soon. V8's space for new objects stays as large as it is; with
 * `tight`, it also collects when the heap is 40 % larger than what was alive last, instead of up to four times: that
 * costs a tenth of an ingest, and is for stores that need memory of their own in this process. Both are read by V8
 * whenever it decides on these, and so can be set while it runs.
 */
export function keepHeapSmall(tight: boolean): void {
  if (tight) setFlagsFromString('--heap-growing-percent=40');
  setFlagsFromString('--semi-space-growth-factor=1');
}
