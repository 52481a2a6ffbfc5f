import { type ContainClients, isMadeAlready } from './aws.js';
import { send } from './calls.js';
import type { Facts } from './fact.js';
import { callsFor } from './facts/index.js';

/**
 * Sends the calls that bring a fact from one value to another. What is as wanted already, because another hand was
 * quicker, is no failure: reading back decides. Throws what `send` throws.
 */
export async function setFact(clients: ContainClients, fact: string, from: Facts, to: Facts): Promise<void> {
  for (const call of callsFor(fact, from[fact] ?? null, to[fact] ?? null)) {
    await send(clients, call).catch((error: unknown) => {
      if (!isMadeAlready(error)) throw error;
    });
  }
}
