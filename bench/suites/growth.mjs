import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closureGrowth } from '../growth/closure.mjs';
import { eventGrowth } from '../growth/events.mjs';
import { ledgerGrowth } from '../growth/ledger.mjs';

/** Whether what one more costs stays the same, however many there are; and the memory that it takes. */
export async function growth({ data, rounds, growth: most, tell }) {
  const scratch = await mkdtemp(join(tmpdir(), 'keytrail-bench-growth-'));
  const base = await data('cloudtrail');
  try {
    return [
      ...(await eventGrowth({ base, most, rounds, scratch, tell })),
      // A bucket of more than a million objects would only take longer.
      ...(await ledgerGrowth({ base, most: Math.min(most, 1_000_000), scratch, tell })),
      ...(await closureGrowth({ most: Math.min(most / 10, 100_000), scratch, tell })),
    ];
  } finally {
    await rm(scratch, { recursive: true });
  }
}
