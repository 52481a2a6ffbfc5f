import type { Queue, QueueMessage } from '../s3/queue.js';

/** Deletes messages one request after another: those that come while one is under way go with the next. */
export class Deletions {
  #waiting: QueueMessage[] = [];
  readonly #refused = new Set<QueueMessage>();
  #turn: Promise<void> = Promise.resolve();

  constructor(private readonly queue: Queue) {}

  /** Resolves with whether the message is gone. */
  async delete(message: QueueMessage): Promise<boolean> {
    this.#waiting.push(message);
    this.#turn = this.#turn.catch(() => undefined).then(() => this.#send());
    await this.#turn;
    return !this.#refused.delete(message);
  }

  async #send(): Promise<void> {
    const messages = this.#waiting;
    this.#waiting = [];
    try {
      for (const refused of await this.queue.delete(messages)) this.#refused.add(refused);
    } catch (error) {
      // Those behind the one whose request this was are still to be deleted.
      this.#waiting.unshift(...messages);
      throw error;
    }
  }
}
