import { type ContainClients, isMadeAlready, isNotSeenYet } from './aws.js';
import { type ApiCall, send } from './calls.js';
import type { Facts } from './fact.js';
import { callsFor } from './facts/index.js';
import { defaultDelays, wait } from './verify.js';

/** How long to wait for what was made a moment ago. */
export interface Patience {
  /** Milliseconds before each further try, which are gone through twice. */
  delays?: readonly number[];
  signal?: AbortSignal;
}

/**
 * Sends the calls that bring a fact from one value to another. What is as wanted already, because another hand was
 * quicker, is no failure: reading back decides. Throws what `send` throws, and `interrupted`.
 */
export async function setFact(
  clients: ContainClients,
  fact: string,
  from: Facts,
  to: Facts,
  patience: Patience = {},
): Promise<void> {
  for (const call of callsFor(fact, from[fact] ?? null, to[fact] ?? null)) {
    await sendPatiently(clients, call, patience).catch((error: unknown) => {
      if (!isMadeAlready(error)) throw error;
    });
  }
}

async function sendPatiently(
  clients: ContainClients,
  call: ApiCall,
  { delays = defaultDelays, signal }: Patience,
): Promise<void> {
  for (const delay of [...delays, ...delays]) {
    try {
      return await send(clients, call);
    } catch (error) {
      if (!isNotSeenYet(error, call.call)) throw error;
      await wait(delay, signal);
    }
  }
  return send(clients, call);
}
