import { KeytrailError } from '../../errors.js';
import { ask, isDenied, isNoSuchEntity } from '../aws.js';
import type { ContainClients } from '../clients.js';
import type { Missing } from './manifest.js';

export type EvidenceClients = Pick<ContainClients, 'iam' | 'sts'>;

/** Reads the account, and notes what could not be read. */
export class Reader {
  readonly missing: Missing[] = [];

  constructor(
    readonly clients: EvidenceClients,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /**
   * What AWS answers; null where the thing does not exist; undefined where it could not be had, which is noted for the
   * piece (`what`: the part of it). Throws `no_credentials` and `interrupted`, after which nothing can be had.
   */
  async get<T>(
    piece: string,
    permission: string,
    request: () => Promise<T>,
    what: string | null = null,
  ): Promise<T | null | undefined> {
    stopIfAborted(this.signal);
    try {
      return await ask(permission, request);
    } catch (error) {
      if (isNoSuchEntity(error)) return null;
      if (!(error instanceof KeytrailError) || error.code === 'no_credentials') throw error;
      const kind = isDenied(error) ? 'denied' : 'failed';
      this.missing.push({ piece, what, kind, permission, reason: error.message });
      return undefined;
    }
  }

  /** The part of an answer that is a piece. */
  async one<Answer extends object, Part>(
    piece: string,
    permission: string,
    request: () => Promise<Answer>,
    partOf: (answer: Answer) => Part | undefined,
  ): Promise<Part | null | undefined> {
    const answer = await this.get(piece, permission, request);
    // What was answered without the part is no failure: it says that there is none.
    return answer ? (partOf(answer) ?? null) : answer;
  }

  /** All pages of a list. */
  list<Page, Item>(
    piece: string,
    permission: string,
    pages: () => AsyncIterable<Page>,
    itemsOf: (page: Page) => Item[] | undefined,
    what: string | null = null,
  ): Promise<Item[] | null | undefined> {
    const all = async (): Promise<Item[]> => {
      const items: Item[] = [];
      for await (const page of pages()) {
        stopIfAborted(this.signal);
        items.push(...(itemsOf(page) ?? []));
      }
      return items;
    };
    return this.get(piece, permission, all, what);
  }
}

export function stopIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new KeytrailError('interrupted', 'interrupted; the evidence has no manifest', {
    hint: 'Collect it again, into a new folder or prefix.',
    cause: signal.reason,
  });
}

/**
 * A file of evidence. `read` gives bytes, or a value to be written as JSON; undefined: it could not be had, and the reader
 * knows why.
 */
export interface Piece {
  name: string;
  read(reader: Reader): Promise<unknown>;
}
