/** The work was given up before it began. */
export class GivenUp extends Error {}

/** Lets so much work go on at once; the rest waits in order, and what nobody waits for any more never begins. */
export class Gate {
  #going = 0;
  readonly #waiting = new Set<() => void>();

  constructor(private readonly most: number) {}

  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    while (this.#going >= this.most && !signal.aborted) await this.#turn(signal);
    if (signal.aborted) {
      this.#wake();
      throw new GivenUp();
    }
    this.#going++;
    try {
      return await work();
    } finally {
      this.#going--;
      this.#wake();
    }
  }

  #wake(): void {
    const [next] = this.#waiting;
    next?.();
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        this.#waiting.delete(go);
        signal.removeEventListener('abort', go);
        resolve();
      };
      this.#waiting.add(go);
      signal.addEventListener('abort', go, { once: true });
    });
  }
}
