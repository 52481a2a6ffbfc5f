import type { Scope } from '../model/question.js';
import type { Engine } from '../stores/store.js';

/** Does work that asks many questions of one scope and its keys, of an engine that is readied for it where it can be. */
export async function focused<T>(engine: Engine, scope: Scope, work: (engine: Engine) => Promise<T>): Promise<T> {
  const readied = (await engine.focused?.(scope)) ?? null;
  if (readied === null) return work(engine);
  try {
    return await work(readied);
  } finally {
    await readied.close();
  }
}
