/** A column, or a member of one that nests: a leaf, or the members of a struct. */
export interface Branch<Leaf> {
  name: string;
  /** A list of structs. */
  list: boolean;
  content: Leaf | Branch<Leaf>[];
}

/** Nests columns by their paths, in the order of their first member: dots nest, `[]` is a list of structs. */
export function nested<Leaf extends { path: string }>(columns: readonly Leaf[]): Branch<Leaf>[] {
  const root: Branch<Leaf>[] = [];
  for (const column of columns) {
    let members = root;
    const steps = column.path.split('.');
    steps.forEach((step, depth) => {
      const name = step.replace('[]', '');
      if (depth === steps.length - 1) {
        members.push({ name, list: false, content: column });
        return;
      }
      let branch = members.find((member) => member.name === name);
      if (!branch) {
        branch = { name, list: step.endsWith('[]'), content: [] };
        members.push(branch);
      }
      members = branch.content as Branch<Leaf>[];
    });
  }
  return root;
}

/** How an engine writes the types that nest. */
export interface NestedTypes {
  struct(members: readonly { name: string; type: string }[]): string;
  list(item: string): string;
}

/** The type of a column, whose leaves have theirs as the engine writes it. */
export function typeOf({ content, list }: Branch<{ type: string }>, write: NestedTypes): string {
  if (!Array.isArray(content)) return content.type;
  const struct = write.struct(content.map((member) => ({ name: member.name, type: typeOf(member, write) })));
  return list ? write.list(struct) : struct;
}
