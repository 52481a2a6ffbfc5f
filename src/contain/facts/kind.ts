import type { ContainClients } from '../aws.js';
import type { ApiCall } from '../calls.js';

/**
 * A kind of fact: how it is read, and which calls lead from one value to another. All that containment does is set
 * facts, and all that undo does is set them back, so that a kind is the whole of what a new step needs.
 */
export interface FactKind {
  /** The present value. Throws what `ask` throws. */
  read(clients: ContainClients, of: string, name: string): Promise<string | null>;
  /** The calls that bring the fact from one value to the other; null where no call does. */
  calls(of: string, name: string, from: string | null, to: string | null): ApiCall[] | null;
  /** Whether a value is one that only a change of several calls leaves which was broken off. */
  isHalfDone?(value: string | null): boolean;
}

/** A fact that is only looked at. */
export const readOnly = (): null => null;
