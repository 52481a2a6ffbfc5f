import { setTimeout as pause } from 'node:timers/promises';

/** Does something again and again: at once, then each time `pauseMs` after it is done; at most `rounds` times. */
export class Loop {
  private started = 0;
  private completed = 0;
  private readonly stopping = new AbortController();
  private readonly ended: Promise<void>;
  private waiting: (() => void)[] = [];

  /** `round` must not throw. */
  constructor(round: () => Promise<void>, pauseMs: number, rounds = 10_000) {
    this.ended = this.run(round, pauseMs, rounds);
  }

  /** Waits for a round that starts after this call, to its end. Throws where there will be none. */
  async next(): Promise<void> {
    const wanted = this.started + 1;
    while (this.completed < wanted) {
      if (this.stopping.signal.aborted) throw new Error('The loop has ended.');
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** Returns when the round under way is done. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.ended;
  }

  private async run(round: () => Promise<void>, pauseMs: number, rounds: number): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted && this.started < rounds) {
      this.started += 1;
      await round();
      this.completed = this.started;
      this.wake();
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
    }
    this.stopping.abort();
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
