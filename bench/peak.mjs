/** Loaded into the measured process (--import): leaves its peak of resident memory, in KB, in a file. */
import { readFileSync, writeFileSync } from 'node:fs';

/** Linux counts `maxRSS` over what the process was before it became this program, too: over its parent. */
function peakKb() {
  try {
    const [, kb] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    return Number(kb);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return process.resourceUsage().maxRSS;
  }
}

process.on('exit', () => writeFileSync(process.env.KEYTRAIL_BENCH_PEAK, String(peakKb())));
