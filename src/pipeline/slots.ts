/** Runs at most `size` pieces of work at once; whoever offers more waits. The first failure stops everybody. */
export class Slots {
  readonly #running = new Set<Promise<void>>();
  #failure: { error: unknown } | null = null;

  constructor(private readonly size: number) {}

  /** Resolves when the work has begun, not when it has ended. Throws the first failure of any earlier work. */
  async start(work: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.size) await Promise.race(this.#running);
    this.#check();
    const running = work()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when all has ended; throws the first failure. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    this.#check();
  }

  #check(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
