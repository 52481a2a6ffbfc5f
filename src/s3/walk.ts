import { logNames } from '../model/event.js';
import type { ObjectRef } from '../model/object.js';
import type { ObjectSource } from './object-source.js';
import { maxLevels, type Step, stepsFor } from './prefixes.js';
import type { Selection } from './selection.js';

type Node = Step | { kind: 'objects'; objects: ObjectRef[] };

/** Listing requests under way at each level of folders. */
const width = 8;

/**
 * The objects that a selection may want, page by page: goes down from wherever the source begins through account,
 * service, Region and day, and asks for nothing that the selection leaves out. Some more may come (the rest of a
 * month, folders of no known layout): `outside` tells. In the order of the folders, several requests at a time.
 * A selection of nothing but all logs is one flat listing.
 */
export async function* walk(source: ObjectSource, selection: Selection): AsyncIterable<ObjectRef[]> {
  if (isEverything(selection)) {
    yield* source.list();
    return;
  }
  let nodes = (async function* (): AsyncIterable<Node> {
    yield* stepsFor(source.lists?.prefix ?? source.start ?? '', selection);
  })();
  for (let level = 0; level < maxLevels; level++) nodes = expand(source, nodes, selection);
  yield* ahead(nodes, (node) => {
    if (node.kind === 'objects') return only(node.objects);
    return source.list(node.prefix);
  });
}

/** Puts what is in a folder in the folder's place. */
async function* expand(
  source: ObjectSource,
  nodes: AsyncIterable<Node>,
  selection: Selection,
): AsyncGenerator<Node, void> {
  for await (const found of ahead(nodes, (node) =>
    node.kind === 'folder' ? inFolder(source, node.prefix, selection) : only([node]),
  ))
    yield* found;
}

async function* inFolder(source: ObjectSource, prefix: string, selection: Selection): AsyncIterable<Node[]> {
  for await (const { folders, objects } of source.browse(prefix)) {
    const nodes: Node[] = objects.length > 0 ? [{ kind: 'objects', objects }] : [];
    for (const folder of folders) nodes.push(...stepsFor(folder, selection));
    yield nodes;
  }
}

function isEverything({ from, to, accounts = [], regions = [], logs }: Selection): boolean {
  const named = accounts.length + regions.length > 0 || logs.length < logNames.length;
  return from === undefined && to === undefined && !named;
}

async function* only<T>(value: T): AsyncIterable<T> {
  yield value;
}

/** The pages of all items in the items' order. The first page of the next few is asked for ahead. */
async function* ahead<T, P>(items: AsyncIterable<T>, pagesOf: (item: T) => AsyncIterable<P>): AsyncIterable<P> {
  const begun: { first: Promise<IteratorResult<P>>; pages: AsyncIterator<P> }[] = [];
  async function* rest({ first, pages }: (typeof begun)[number]): AsyncIterable<P> {
    for (let page = await first; !page.done; page = await pages.next()) yield page.value;
  }
  for await (const item of items) {
    const pages = pagesOf(item)[Symbol.asyncIterator]();
    const first = pages.next();
    // Thrown in its turn; until then it is nobody's unhandled rejection.
    first.catch(() => undefined);
    begun.push({ first, pages });
    if (begun.length >= width) yield* rest(begun.shift()!);
  }
  for (const each of begun) yield* rest(each);
}
