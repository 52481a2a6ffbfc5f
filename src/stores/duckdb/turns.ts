import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * Shares connections out: each does one piece of work after another, in the order in which they came, so that a
 * transaction never sees another caller's statements. `open` makes one more while there are fewer than `most`.
 */
export class Turns {
  readonly connections: DuckDBConnection[];
  readonly #free: DuckDBConnection[];
  readonly #waiting: ((connection: DuckDBConnection) => void)[] = [];
  readonly #underWay = new Set<Promise<unknown>>();
  #opening = 0;

  constructor(
    first: DuckDBConnection,
    private readonly most: number,
    private readonly open: () => Promise<DuckDBConnection>,
  ) {
    this.connections = [first];
    this.#free = [first];
  }

  take<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const taken = this.#take(work);
    this.#underWay.add(taken);
    const end = (): unknown => this.#underWay.delete(taken);
    taken.then(end, end);
    return taken;
  }

  /** Resolves once nothing is under way and nothing waits. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  async #take<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.#next();
    try {
      return await work(connection);
    } finally {
      this.#give(connection);
    }
  }

  async #next(): Promise<DuckDBConnection> {
    const free = this.#free.pop();
    if (free) return free;
    if (this.connections.length + this.#opening < this.most) {
      this.#opening++;
      try {
        const more = await this.open();
        this.connections.push(more);
        return more;
      } finally {
        this.#opening--;
      }
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #give(connection: DuckDBConnection): void {
    const next = this.#waiting.shift();
    if (next) next(connection);
    else this.#free.push(connection);
  }
}
