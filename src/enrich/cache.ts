/** A longer text is hostile rather than frequent, and would make the memory's size anybody's. */
const maxTextLength = 1024;

/**
 * Remembers the results of a pure function for the `limit` texts used last, and for up to as many before them. Two
 * generations, because a Map slows down when its oldest entry is deleted over and over.
 */
export function remembered<T extends object>(limit: number, compute: (text: string) => T): (text: string) => T {
  let recent = new Map<string, T>();
  let earlier = new Map<string, T>();
  return (text) => {
    if (text.length > maxTextLength) return compute(text);
    const known = recent.get(text);
    if (known) return known;
    const value = earlier.get(text) ?? compute(text);
    if (recent.size >= limit) {
      earlier = recent;
      recent = new Map();
    }
    recent.set(text, value);
    return value;
  };
}
