import { ask } from '../contain/aws.js';
import { type KeytrailError, reasonOf } from '../errors.js';

/** A request that a check needs and that did not succeed. `cause` is what `ask` threw. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';

  constructor(
    readonly permission: string,
    override readonly cause: KeytrailError,
  ) {
    super(reasonOf(cause.cause));
  }

  /** The name of the service's own error. */
  get error(): string {
    return this.cause.cause instanceof Error ? this.cause.cause.name : '';
  }
}

/** Runs a request that needs the IAM action `permission`; throws `Unreadable`. */
export async function read<T>(permission: string, request: () => Promise<T>): Promise<T> {
  try {
    return await ask(permission, request);
  } catch (error) {
    throw new Unreadable(permission, error as KeytrailError);
  }
}

/** The same for what may not be there: null where the service's error bears one of the names. */
export async function readIfThere<T>(
  permission: string,
  absent: readonly string[],
  request: () => Promise<T>,
): Promise<T | null> {
  try {
    return await read(permission, request);
  } catch (error) {
    if (error instanceof Unreadable && absent.includes(error.error)) return null;
    throw error;
  }
}

/** IAM's names for a thing that is not there, or is no more. */
export const noSuchEntity = ['NoSuchEntity', 'NoSuchEntityException'] as const;

/** What becomes of each item, in their order, with so many under way at once as AWS lets pass. */
export async function gathered<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  atOnce = 6,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const place = next++;
      results[place] = await work(items[place]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
