import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 collect garbage when the heap is 40 % larger than what was alive last, instead of up to four times, and
 * keeps its space for new objects as large as it is: for commands that stream, where almost all is garbage soon.
 * Both are read by V8 whenever it decides on these, and so can be set while it runs.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=40');
  setFlagsFromString('--semi-space-growth-factor=1');
}
